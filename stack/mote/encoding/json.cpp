// SPDX-License-Identifier: MIT
#include "mote/encoding/json.hpp"

#include "mote/encoding/hex.hpp"

namespace mote::encoding {
namespace {

/// What stands behind the backslash: 0 when there is none, `u` for a number.
char escape_of(char character) {
  switch (character) {
    case '"':
    case '\\': return character;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return static_cast<unsigned char>(character) < 0x20 ? 'u' : '\0';
  }
}

constexpr char digits[] = "0123456789abcdef";

char take(std::string_view& text) {
  const char first = text.empty() ? '\0' : text.front();
  text = text_from(text, 1);
  return first;
}

/// What a character behind a backslash stands for; 0 when it is not for itself alone.
char unescaped(char escape) {
  constexpr std::string_view escapes = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const std::size_t at = escapes.find(escape);
  return at == std::string_view::npos ? '\0' : meanings[at];
}

/// Four hexadecimal digits; false when they are not.
bool take_unit(std::string_view& text, std::uint32_t& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const std::uint8_t value = hex_value(take(text));
    if (value == not_hex) return false;
    unit = unit << 4 | value;
  }
  return true;
}

/// What stands behind `\u`: one code point, of one unit or of two.
bool take_code_point(std::string_view& text, std::uint32_t& point) {
  if (!take_unit(text, point)) return false;
  if (point < 0xD800 || point > 0xDFFF) return true;
  std::uint32_t low = 0;
  if (point > 0xDBFF || take(text) != '\\' || take(text) != 'u' || !take_unit(text, low))
    return false;
  point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  return low >= 0xDC00 && low <= 0xDFFF;
}

void put_utf8(ByteWriter& out, std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto tail = [&out, byte](std::uint32_t bits) { out.put(byte(0x80 | (bits & 0x3F))); };
  if (point < 0x80) {
    out.put(byte(point));
    return;
  }
  if (point < 0x800) {
    out.put(byte(0xC0 | point >> 6));
  } else if (point < 0x10000) {
    out.put(byte(0xE0 | point >> 12));
    tail(point >> 6);
  } else {
    out.put(byte(0xF0 | point >> 18));
    tail(point >> 12);
    tail(point >> 6);
  }
  tail(point);
}

}  // namespace

void put_json(ByteWriter& out, std::string_view text) {
  out.put('"');
  std::size_t plain = 0;  // What lies before is written.
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char escape = escape_of(text[at]);
    if (!escape) continue;
    out.put(text_from(text_first(text, at), plain)).put('\\').put(escape);
    if (escape == 'u') out.put("00").put(digits[text[at] >> 4]).put(digits[text[at] & 15]);
    plain = at + 1;
  }
  out.put(text_from(text, plain)).put('"');
}

std::size_t json_bytes(std::string_view text) {
  std::size_t bytes = text.size() + 2;
  for (const char character : text) {
    const char escape = escape_of(character);
    if (escape) bytes += escape == 'u' ? 5 : 1;
  }
  return bytes;
}

bool take_json_string(std::string_view& text, ByteWriter& out) {
  if (!take_json_mark(text, '"')) return false;
  while (!text.empty()) {
    const char next = take(text);
    if (next == '"') return out.status() == Status::ok;
    if (static_cast<unsigned char>(next) < 0x20) return false;
    if (next != '\\') {
      out.put(next);
      continue;
    }
    const char escape = take(text);
    std::uint32_t point = 0;
    if (const char plain = unescaped(escape)) {
      out.put(plain);
    } else if (escape == 'u' && take_code_point(text, point)) {
      put_utf8(out, point);
    } else {
      return false;
    }
  }
  return false;
}

bool take_json_mark(std::string_view& text, char character) {
  constexpr std::string_view white = " \t\n\r";
  while (!text.empty() && white.find(text.front()) != std::string_view::npos)
    text = text_from(text, 1);
  if (text.empty() || text.front() != character) return false;
  text = text_from(text, 1);
  return true;
}

}  // namespace mote::encoding
