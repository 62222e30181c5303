// SPDX-License-Identifier: MIT
#include "mote/topic/cursor.hpp"

#include "mote/encoding/hex.hpp"

namespace mote::topic {
namespace {

constexpr std::size_t epoch_digits = 8;

}  // namespace

void put_id(ByteWriter& out, Cursor cursor) {
  std::uint8_t epoch[4];
  for (std::uint8_t& byte : epoch) {
    byte = static_cast<std::uint8_t>(cursor.epoch >> 24);
    cursor.epoch <<= 8;
  }
  encoding::put_hex(out, epoch);
  out.put('-').number(cursor.sequence);
}

bool read_id(std::string_view text, Cursor& cursor) {
  if (text.size() < epoch_digits + 2 || text.size() > id_bytes_max) return false;
  std::uint32_t epoch = 0;
  for (std::size_t at = 0; at < epoch_digits; ++at) {
    const std::uint8_t value = encoding::hex_value(text[at]);
    if (value == encoding::not_hex) return false;
    epoch = epoch << 4 | value;
  }
  if (text[epoch_digits] != '-') return false;
  std::uint64_t sequence = 0;
  for (const char digit : text_from(text, epoch_digits + 1)) {
    if (digit < '0' || digit > '9') return false;
    sequence = sequence * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (sequence > 0xFFFFFFFF) return false;
  cursor = {epoch, static_cast<std::uint32_t>(sequence)};
  return true;
}

}  // namespace mote::topic
