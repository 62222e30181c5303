// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/status.hpp"
#include "mote/io/loop.hpp"

namespace mote::mbedtls {

/// Mbed TLS takes its time and its random bytes from `loop` from now on, and its memory from the
/// arena. A program has one loop; a test that has several calls this for each in turn.
/// `tls_memory`: the arena is too small. `tls_failed`: the cryptography does not start.
Status use_loop(io::Loop& loop);

/// The same once use_loop() has said `ok`: only that it is this loop, of several, which calls.
void calls_from(io::Loop& loop);

/// Random bytes of that loop, as Mbed TLS asks for them.
int draw_random(void* nothing, unsigned char* out, std::size_t size);

}  // namespace mote::mbedtls
