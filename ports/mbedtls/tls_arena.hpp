// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/base/bytes.hpp"

namespace mote::mbedtls {

/// What Mbed TLS takes of its arena. The arena's size is `arena_bytes` (arena.hpp).
struct ArenaUse {
  std::size_t pieces;      ///< allocated now
  std::size_t bytes;       ///< of them, with the eight that stand before each
  std::size_t bytes_most;  ///< no fewer would have done so far, fragmentation included
  std::uint32_t refused;   ///< allocations that found no room, so far
};

ArenaUse arena_use();

/// Has Mbed TLS allocate in `memory`, for as long as the program runs; it begins at a multiple of
/// eight. To be called once, before anything of Mbed TLS; open_arena() does it. A firmware's own
/// Mbed TLS must be configured with MBEDTLS_PLATFORM_MEMORY.
void use_arena(ByteSpan memory);

/// For tests: the n-th allocation from now on (1 is the next one) is refused, and with it the
/// next ones up to so many; n = 0: none is.
void refuse_allocation(std::uint32_t n, std::uint32_t how_many = 1);
/// For tests: allocations so far.
std::uint32_t allocations();
/// For measurements: `bytes_most` begins anew, with what is allocated from now on.
void forget_bytes_most();

}  // namespace mote::mbedtls
