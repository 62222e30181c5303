// SPDX-License-Identifier: MIT
#include "mbedtls/tls_arena.hpp"

#include <mbedtls/platform.h>

#include <algorithm>
#include <cstring>

#include "mbedtls/arena.hpp"

namespace mote::mbedtls {
namespace {

using Allocate = void* (*)(std::size_t, std::size_t);
using Release = void (*)(void*);

Allocate allocate_below = nullptr;
Release release_below = nullptr;
const unsigned char* begin = nullptr;  // the first piece ever lies at the arena's beginning
ArenaUse use{};
std::uint32_t asked = 0;
std::uint32_t refused_one = 0;

// Eight words of the allocator's own stand before each piece; the second is the piece's size.
constexpr std::size_t own_bytes = 8 * sizeof(void*);

std::size_t bytes_of(const void* piece) {
  std::size_t size;
  std::memcpy(
      &size, static_cast<const unsigned char*>(piece) - own_bytes + sizeof(void*), sizeof size);
  return size + own_bytes;
}

void* allocate(std::size_t count, std::size_t each) {
  ++asked;
  void* const piece = asked == refused_one ? nullptr : allocate_below(count, each);
  if (!piece) {
    ++use.refused;
    return nullptr;
  }
  const auto* const at = static_cast<const unsigned char*>(piece);
  if (!begin) begin = at - own_bytes;
  use.bytes_most = std::max(use.bytes_most, static_cast<std::size_t>(at - begin) + count * each);
  ++use.pieces;
  use.bytes += bytes_of(piece);
  return piece;
}

void release(void* piece) {
  if (!piece) return;
  --use.pieces;
  use.bytes -= bytes_of(piece);
  release_below(piece);
}

}  // namespace

ArenaUse arena_use() { return use; }
void refuse_allocation(std::uint32_t n) { refused_one = n == 0 ? 0 : asked + n; }
std::uint32_t allocations() { return asked; }
void forget_bytes_most() { use.bytes_most = 0; }

}  // namespace mote::mbedtls

// memory_buffer_alloc.c calls this instead of mbedtls_platform_set_calloc_free(): its allocator
// reports the want of memory to nobody, and Mbed TLS passes it on as a bad certificate.
extern "C" int mote_mbedtls_watch_arena(void* (*allocate)(std::size_t, std::size_t),
                                        void (*release)(void*)) {
  mote::mbedtls::allocate_below = allocate;
  mote::mbedtls::release_below = release;
  return mbedtls_platform_set_calloc_free(&mote::mbedtls::allocate, &mote::mbedtls::release);
}
