// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

// Bytes of memory for what Mbed TLS allocates: the two contexts of one crypto::Generator, and a
// header of eight words before each.
#ifndef MOTE_MBEDTLS_ARENA_BYTES
#define MOTE_MBEDTLS_ARENA_BYTES (96 * sizeof(void*))
#endif

namespace mote::mbedtls {

constexpr std::size_t arena_bytes = MOTE_MBEDTLS_ARENA_BYTES;

/// Gives Mbed TLS its arena, the first time it is called. Does nothing where a firmware's own
/// Mbed TLS allocates elsewhere. To be called before anything that allocates.
void open_arena();

}  // namespace mote::mbedtls
