/* SPDX-License-Identifier: MIT */
/* Included before ssl_tls12_client.c of Mbed TLS. 3.6.6 offers RSA-PSS to a server, and when that
 * one chooses TLS 1.2 and uses it, as RFC 8446 section 4.2.3 allows, hangs up: it takes the number
 * for one of TLS 1.3 only. Whether it was offered is asked right behind that. */
#include "ssl_misc.h"
#define mbedtls_ssl_sig_alg_is_supported(ssl, sig_alg)         \
  ((sig_alg) == MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256 ||      \
   (sig_alg) == MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384 ||      \
   (sig_alg) == MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512 ||      \
   mbedtls_ssl_sig_alg_is_supported((ssl), (sig_alg)))
