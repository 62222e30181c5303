// SPDX-License-Identifier: MIT
#include "net.hpp"

#include "board/board.hpp"
#include "lwip/init.h"
#include "mote/base/expects.hpp"
#ifdef GREENHOUSE_TLS
#include "mbedtls/tls_arena.hpp"
#else
#include <mbedtls/memory_buffer_alloc.h>
#endif

#ifdef GREENHOUSE_TLS
alignas(8) static unsigned char mbedtls_memory[20'480];  // one connection, and its handshake
#else
alignas(8) static unsigned char mbedtls_memory[512];  // for crypto::Generator
#endif

Net::Net() : mote::lwip::Net({blocks_, sizeof blocks_}, block_bytes) {}

void Net::start() {
#ifdef GREENHOUSE_TLS
  mote::mbedtls::use_arena(mbedtls_memory);
#else
  mbedtls_memory_buffer_alloc_init(mbedtls_memory, sizeof mbedtls_memory);
#endif
  const mote::Status seeded =
      generator_.seed([](mote::ByteSpan out) { return board::read_noise(out.data(), out.size()); });
  mote::expects(seeded == mote::Status::ok);
  lwip_init();
  board::start_ethernet(interface_);
}

void Net::wake() { board::wake(); }
void Net::random(mote::ByteSpan out) { mote::expects(generator_.fill(out) == mote::Status::ok); }
bool Net::receive_frame() { return board::receive_frame(interface_); }
void Net::sleep(mote::Duration at_most) { board::sleep_ms(at_most.ms); }
