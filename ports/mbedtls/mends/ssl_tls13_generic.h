/* SPDX-License-Identifier: MIT */
/* Included before ssl_tls13_generic.c of Mbed TLS. 3.6.6 keeps the ciphers of the handshake for as
 * long as the connection lasts, 1.5 KB on 32 bit, though nothing is sent or read with them any more
 * once both directions have those of the application: there they end. */
#include "common.h"
#include "mbedtls/platform.h"
#include "ssl_misc.h"

#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
static inline void mote_send_as_application(mbedtls_ssl_context* ssl,
                                            mbedtls_ssl_transform* transform) {
  mbedtls_ssl_set_outbound_transform(ssl, transform);
  mbedtls_ssl_transform_free(ssl->handshake->transform_handshake);
  mbedtls_free(ssl->handshake->transform_handshake);
  ssl->handshake->transform_handshake = NULL;
}
#define mbedtls_ssl_set_outbound_transform mote_send_as_application
#endif
