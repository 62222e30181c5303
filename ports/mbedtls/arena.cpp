// SPDX-License-Identifier: MIT
#include "mbedtls/arena.hpp"

#include <mbedtls/build_info.h>
#if defined(MOTE_MBEDTLS_TLS_CONFIG_H)
#include "mbedtls/tls_arena.hpp"
#elif defined(MBEDTLS_MEMORY_BUFFER_ALLOC_C)
#include <mbedtls/memory_buffer_alloc.h>
#endif

namespace mote::mbedtls {

#if defined(MOTE_MBEDTLS_TLS_CONFIG_H) || \
    (defined(MBEDTLS_MEMORY_BUFFER_ALLOC_C) && !defined(MOTE_MBEDTLS_ARENA_ELSEWHERE))
namespace {
alignas(std::max_align_t) unsigned char arena[arena_bytes];
bool is_open = false;
}  // namespace

void open_arena() {
  if (is_open) return;
  is_open = true;
#if defined(MOTE_MBEDTLS_TLS_CONFIG_H)
  use_arena(arena);
#else
  mbedtls_memory_buffer_alloc_init(arena, sizeof arena);
#endif
}
#else
void open_arena() {}
#endif

}  // namespace mote::mbedtls
