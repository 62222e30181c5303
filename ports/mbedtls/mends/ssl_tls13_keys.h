/* SPDX-License-Identifier: MIT */
/* Included before ssl_tls13_keys.c of Mbed TLS. 3.6.6 frees a transform that it could set up in
 * half, for want of memory, without what it holds already: a cipher's context is lost for ever. */
#include "common.h"
#include "mbedtls/platform.h"
#include "ssl_misc.h"

static inline void mote_free_transform(mbedtls_ssl_transform* transform) {
  mbedtls_ssl_transform_free(transform);
  mbedtls_free(transform);
}
static inline void mote_free_other(void* piece) { mbedtls_free(piece); }
#define mbedtls_free(piece) \
  _Generic((piece), mbedtls_ssl_transform * : mote_free_transform, default : mote_free_other)(piece)
