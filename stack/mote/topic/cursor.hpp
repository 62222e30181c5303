// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/byte_writer.hpp"

namespace mote::topic {

/// A place in a Topic: behind the message of this id. Which life of the device it was, and which
/// message. `{0, 0}` is the beginning of whichever life.
struct Cursor {
  std::uint32_t epoch = 0;
  std::uint32_t sequence = 0;
};

constexpr bool operator==(Cursor a, Cursor b) {
  return a.epoch == b.epoch && a.sequence == b.sequence;
}
constexpr bool operator!=(Cursor a, Cursor b) { return !(a == b); }

/// As many bytes as an id has at most.
constexpr std::size_t id_bytes_max = 8 + 1 + 10;

/// Writes it as everybody sees it: `5f3a9c01-42`.
void put_id(ByteWriter& out, Cursor cursor);

/// Reads what put_id() writes. False: it is nothing like that; `cursor` is as it was.
bool read_id(std::string_view text, Cursor& cursor);

}  // namespace mote::topic
