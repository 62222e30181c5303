// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/status.hpp"
#include "mote/io/loop.hpp"

namespace mote::mbedtls {

/// Mbed TLS takes its time and its random bytes from `loop` from now on, and its memory from the
/// arena. A program has one loop; a test that has several calls this for each in turn.
/// `tls_memory`: the arena is too small. `tls_failed`: the cryptography does not start.
Status use_loop(io::Loop& loop);

/// Random bytes of the loop `self`, as Mbed TLS asks for them.
int draw_random(void* self, unsigned char* out, std::size_t size);

}  // namespace mote::mbedtls
