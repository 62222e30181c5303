// SPDX-License-Identifier: MIT
#include "mote/encoding/base64.hpp"

#include <cstdint>

namespace mote::encoding {
namespace {

constexpr std::uint8_t no_digit = 0xFF;

constexpr char digit_of(std::uint32_t value) {
  const auto character = [](std::uint32_t code) { return static_cast<char>(code); };
  if (value < 26) return character('A' + value);
  if (value < 52) return character('a' + value - 26);
  if (value < 62) return character('0' + value - 52);
  return value == 62 ? '+' : '/';
}

constexpr std::uint8_t value_of(char digit) {
  const auto value = [](int number) { return static_cast<std::uint8_t>(number); };
  if (digit >= 'A' && digit <= 'Z') return value(digit - 'A');
  if (digit >= 'a' && digit <= 'z') return value(digit - 'a' + 26);
  if (digit >= '0' && digit <= '9') return value(digit - '0' + 52);
  return digit == '+' ? 62 : digit == '/' ? 63 : no_digit;
}

/// How many characters of padding end `text`: 0 to 2.
std::size_t padding_of(std::string_view text) {
  if (text.empty() || text.back() != '=') return 0;
  return text[text.size() - 2] == '=' ? 2 : 1;
}

}  // namespace

void put_base64(ByteWriter& out, ByteView bytes) {
  const std::uint8_t* at = bytes.begin();
  while (at != bytes.end()) {
    std::uint32_t bits = 0;
    int digits = 1;
    for (int shift = 16; shift >= 0 && at != bytes.end(); shift -= 8, ++digits)
      bits |= std::uint32_t{*at++} << shift;
    for (int place = 0; place < 4; ++place, bits <<= 6)
      out.put(place < digits ? digit_of(bits >> 18 & 63) : '=');
  }
}

Status decode_base64(std::string_view text, ByteWriter& out) {
  if (text.size() % 4 != 0) return Status::bad_argument;
  const ByteSpan room = out.free();
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;  // how many of the low `bits` are still to be written
  for (const char digit : text_first(text, text.size() - padding_of(text))) {
    const std::uint8_t value = value_of(digit);
    if (value == no_digit) return Status::bad_argument;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    if (size < room.size()) room[size] = static_cast<std::uint8_t>(bits >> count);
    ++size;
  }
  if ((bits & ((1u << count) - 1)) != 0) return Status::bad_argument;
  if (size > room.size() || out.status() != Status::ok) return Status::too_large;
  out.took(size);
  return Status::ok;
}

}  // namespace mote::encoding
