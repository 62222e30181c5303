// SPDX-License-Identifier: MIT
// What of TLS there is: of Mote's own Mbed TLS CMake tells (tls_choices.cmake), of a firmware's its
// configuration. What Mote relies on there is asked for by name.
#pragma once

#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/version.h>

#ifndef MOTE_TLS_SUITES
#if MBEDTLS_VERSION_NUMBER < 0x03060000
#error "Mote's TLS needs Mbed TLS 3.6"
#endif
#ifndef MBEDTLS_SSL_TLS_C
#error "Mote's TLS needs MBEDTLS_SSL_TLS_C, and CLI_C or SRV_C, in the configuration of Mbed TLS"
#endif
#ifndef MBEDTLS_HAVE_TIME_DATE
#error "Mote's TLS needs MBEDTLS_HAVE_TIME_DATE: without it dates of certificates are not looked at"
#endif
#ifndef MBEDTLS_SSL_ALPN
#error "Mote's TLS needs MBEDTLS_SSL_ALPN"
#endif
#ifndef MBEDTLS_SSL_SERVER_NAME_INDICATION
#error "Mote's TLS needs MBEDTLS_SSL_SERVER_NAME_INDICATION"
#endif
#ifndef MBEDTLS_ECP_DP_SECP256R1_ENABLED
#error "Mote's TLS needs MBEDTLS_ECP_DP_SECP256R1_ENABLED"
#endif
#ifndef MBEDTLS_PSA_CRYPTO_C
#error "Mote's TLS needs MBEDTLS_PSA_CRYPTO_C"
#endif

#ifdef MBEDTLS_SSL_CLI_C
#define MOTE_TLS_CLIENT 1
#else
#define MOTE_TLS_CLIENT 0
#endif
#ifdef MBEDTLS_SSL_SRV_C
#define MOTE_TLS_SERVER 1
#else
#define MOTE_TLS_SERVER 0
#endif
#ifdef MBEDTLS_SSL_PROTO_TLS1_3
#define MOTE_TLS_1_3 1
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && \
    (!defined(MBEDTLS_SSL_SRV_C) || defined(MBEDTLS_SSL_TICKET_C))
#define MOTE_TLS_RESUMPTION 1
#endif
#ifdef MBEDTLS_AES_C
#define MOTE_TLS_AES_128 1
#endif

#define MOTE_TLS_SUITES                                                                   \
  MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,             \
      MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, \
      MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,                                      \
      MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,                              \
      MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,                                \
      MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                                    \
      MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384

#ifdef MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MOTE_TLS_FIRST_GROUP MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
#else
#define MOTE_TLS_FIRST_GROUP
#endif
#ifdef MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MOTE_TLS_LAST_GROUP , MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1
#else
#define MOTE_TLS_LAST_GROUP
#endif
#define MOTE_TLS_GROUPS \
  MOTE_TLS_FIRST_GROUP MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1 MOTE_TLS_LAST_GROUP
#endif
