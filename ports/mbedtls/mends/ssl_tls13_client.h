/* SPDX-License-Identifier: MIT */
/* Included before ssl_tls13_client.c of Mbed TLS. 3.6.6 offers max_fragment_length in the hello for
 * both versions, and hangs up on a server that agrees to it with TLS 1.3, as OpenSSL does: it has
 * not noted that it offered it. Then that server keeps to it. */
#include "ssl_misc.h"
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
static inline int mote_check_received_extension(mbedtls_ssl_context *ssl,
                                                int message,
                                                unsigned int type,
                                                uint32_t allowed) {
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH)
  if (ssl->conf->mfl_code != MBEDTLS_SSL_MAX_FRAG_LEN_NONE)
    ssl->handshake->sent_extensions |= MBEDTLS_SSL_EXT_MASK(MAX_FRAGMENT_LENGTH);
#endif
  return mbedtls_ssl_tls13_check_received_extension(ssl, message, type, allowed);
}
#define mbedtls_ssl_tls13_check_received_extension mote_check_received_extension
#endif
