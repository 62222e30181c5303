// SPDX-License-Identifier: MIT
#include "mote/encoding/json.hpp"

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

}  // namespace mote::encoding
