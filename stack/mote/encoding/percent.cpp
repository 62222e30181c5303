// SPDX-License-Identifier: MIT
#include "mote/encoding/percent.hpp"

#include <cstdint>

#include "mote/encoding/hex.hpp"

namespace mote::encoding {
namespace {

constexpr bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

void put_percent(ByteWriter& out, std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (is_unreserved(c))
      out.put(c);
    else
      out.put('%').put(digits[byte >> 4]).put(digits[byte & 15]);
  }
}

Status decode_percent(std::string_view text, ByteWriter& out) {
  const ByteSpan room = out.free();
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size(); ++at, ++size) {
    auto byte = static_cast<std::uint8_t>(text[at]);
    if (byte == '%') {
      if (text.size() - at < 3) return Status::bad_argument;
      const std::uint8_t high = hex_value(text[++at]);
      const std::uint8_t low = hex_value(text[++at]);
      if ((high | low) == not_hex) return Status::bad_argument;
      byte = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (size < room.size()) room[size] = byte;
  }
  if (size > room.size() || out.status() != Status::ok) return Status::too_large;
  out.took(size);
  return Status::ok;
}

}  // namespace mote::encoding
