// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "mote/base/byte_writer.hpp"
#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"

namespace mote::encoding {

/// What hex_value() answers for a character that is no hexadecimal digit.
constexpr std::uint8_t not_hex = 0xFF;

/// The value of one hexadecimal digit of either case, or `not_hex`.
constexpr std::uint8_t hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  const char small = static_cast<char>(digit | 0x20);
  if (small >= 'a' && small <= 'f') return static_cast<std::uint8_t>(small - 'a' + 10);
  return not_hex;
}

/// Writes two digits for each byte, letters small: as GitHub and others sign webhooks.
void put_hex(ByteWriter& out, ByteView bytes);

/// Writes the bytes that `text` stands for; letters of either case. `bad_argument`: an odd number
/// of characters, or one that is no digit. `too_large`: they do not fit. Neither writes anything.
Status decode_hex(std::string_view text, ByteWriter& out);

}  // namespace mote::encoding
