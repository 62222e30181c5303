// SPDX-License-Identifier: MIT
#include "mote/encoding/hex.hpp"

namespace mote::encoding {

void put_hex(ByteWriter& out, ByteView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) out.put(digits[byte >> 4]).put(digits[byte & 15]);
}

Status decode_hex(std::string_view text, ByteWriter& out) {
  if (text.size() % 2 != 0) return Status::bad_argument;
  for (const char digit : text)
    if (hex_value(digit) == not_hex) return Status::bad_argument;
  const ByteSpan room = out.free();
  if (text.size() / 2 > room.size() || out.status() != Status::ok) return Status::too_large;
  for (std::size_t at = 0; at < text.size(); at += 2)
    room[at / 2] = static_cast<std::uint8_t>(hex_value(text[at]) << 4 | hex_value(text[at + 1]));
  out.took(text.size() / 2);
  return Status::ok;
}

}  // namespace mote::encoding
