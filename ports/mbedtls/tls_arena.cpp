// SPDX-License-Identifier: MIT
#include "mbedtls/tls_arena.hpp"

#include <mbedtls/platform.h>

#include <algorithm>

#include "mbedtls/tls_pool.hpp"

namespace mote::mbedtls {
namespace {

Pool pool;
ArenaUse use{};
std::uint32_t asked = 0;
std::uint32_t refused_first = 0, refused_many = 0;

void* allocate(std::size_t count, std::size_t each) {
  ++asked;
  const bool too_many = each != 0 && count > ~std::size_t{0} / each;
  const bool refuses = asked >= refused_first && asked - refused_first < refused_many;
  void* const piece = refuses || too_many ? nullptr : pool.take(count * each);
  if (!piece) {
    // Told here, because Mbed TLS passes the want of memory on as a bad certificate.
    ++use.refused;
    return nullptr;
  }
  ++use.pieces;
  use.bytes += Pool::size_of(piece);
  use.bytes_most = std::max(use.bytes_most, pool.needed());
  return piece;
}

void release(void* piece) {
  if (!piece) return;
  --use.pieces;
  use.bytes -= Pool::size_of(piece);
  pool.give_back(piece);
}

}  // namespace

#if defined(MBEDTLS_PLATFORM_MEMORY)
void use_arena(ByteSpan memory) {
  pool.open(memory);
  mbedtls_platform_set_calloc_free(&allocate, &release);
}
#endif

ArenaUse arena_use() { return use; }

void refuse_allocation(std::uint32_t n, std::uint32_t how_many) {
  refused_first = asked + n;
  refused_many = n == 0 ? 0 : how_many;
}

std::uint32_t allocations() { return asked; }
void forget_bytes_most() { use.bytes_most = 0; }

}  // namespace mote::mbedtls
