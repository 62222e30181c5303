// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/base/bytes.hpp"

namespace mote::mbedtls {

/// Pieces of any size out of one span of memory, without fragmenting it: small ones lie as low as
/// there is room, large ones as high. The buffers of a connection that ended leave a hole at the
/// top that nothing small gets into, and those of the next one fit it.
///
///     | small | small |   free   | small |       free       | large | free | large |
///
/// Before each piece stand eight bytes; it begins at a multiple of eight.
class Pool {
 public:
  /// To be called once, first. `memory` begins at a multiple of eight and is below 4 GiB.
  void open(ByteSpan memory);
  /// `bytes` zeros, or nullptr when there is no room.
  void* take(std::size_t bytes);
  /// `piece` must be one of take(), and not have been given back; nor may have been written beyond
  /// it. What is seen of that stops the program.
  void give_back(void* piece);

  /// Bytes of the memory that `piece` occupies.
  static std::size_t size_of(const void* piece);
  /// Bytes of all but the largest hole: with no more memory everything would lie as it does now.
  std::size_t needed() const;

 private:
  struct Block;
  struct Hole;
  Hole* find(std::size_t size, bool large) const;
  Block* cut_low(Hole& hole, std::size_t size);
  Block* cut_high(Hole& hole, std::size_t size);
  void set(Block& block, std::size_t size, bool used);
  bool is_sound(const Block& block) const;
  Block* after(const Block& block) const;
  Block* before(const Block& block) const;
  unsigned char* place_of(const Block& block) const;
  void insert(Block& block);
  void remove(Hole& hole);

  unsigned char* begin_ = nullptr;
  unsigned char* end_ = nullptr;
  Hole* first_ = nullptr;  // holes, the lowest first
  Hole* last_ = nullptr;
};

}  // namespace mote::mbedtls
