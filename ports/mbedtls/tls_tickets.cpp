// SPDX-License-Identifier: MIT
#include "mbedtls/tls_tickets.hpp"

#include <mbedtls/ssl.h>

#include "mbedtls/tls_features.hpp"
#include "mbedtls/tls_platform.hpp"
#include "mote/base/expects.hpp"

namespace mote::mbedtls {
#if MOTE_TLS_SERVER && MOTE_TLS_RESUMPTION
namespace {

#if MOTE_TLS_AES_256
constexpr mbedtls_cipher_type_t cipher = MBEDTLS_CIPHER_AES_256_GCM;
#elif MOTE_TLS_AES_128
constexpr mbedtls_cipher_type_t cipher = MBEDTLS_CIPHER_AES_128_GCM;
#else
constexpr mbedtls_cipher_type_t cipher = MBEDTLS_CIPHER_CHACHA20_POLY1305;
#endif

}  // namespace

Status Tickets::open(io::Loop& loop, mbedtls_ssl_config& config) {
  // A ticket of an identity that asks less of its clients would open one that asks more.
  expects(!opened_);
  const int result =
      mbedtls_ssl_ticket_setup(&context_, &draw_random, &loop, cipher, lifetime_.ms / 1000);
  if (result != 0) {
    mbedtls_ssl_ticket_free(&context_);
    return Status::tls_memory;
  }
  mbedtls_ssl_conf_session_tickets_cb(
      &config, &mbedtls_ssl_ticket_write, &mbedtls_ssl_ticket_parse, &context_);
  opened_ = true;
  return Status::ok;
}

Tickets::~Tickets() { mbedtls_ssl_ticket_free(&context_); }

#else

Status Tickets::open(io::Loop&, mbedtls_ssl_config&) { return Status::ok; }
Tickets::~Tickets() = default;

#endif

Tickets::Tickets(Duration lifetime) : lifetime_(lifetime) {
  // Seven days are all that a ticket may live (RFC 8446 §4.6.1).
  expects(lifetime.ms >= 1000 && lifetime.ms <= 7u * 86'400'000);
}
}  // namespace mote::mbedtls
