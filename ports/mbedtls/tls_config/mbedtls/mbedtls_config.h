/* SPDX-License-Identifier: MIT */
/* What Mote takes of Mbed TLS for TLS: ECDHE and AEAD only. What can be left out says MOTE_TLS_…,
 * which tls_choices.cmake defines as 0 or 1. */
#ifndef MOTE_MBEDTLS_TLS_CONFIG_H
#define MOTE_MBEDTLS_TLS_CONFIG_H

/* Protocol. No renegotiation, no CBC, no static RSA, no compression: they are left out, not off. */
#define MBEDTLS_SSL_TLS_C
#if MOTE_TLS_CLIENT
#define MBEDTLS_SSL_CLI_C
#endif
#if MOTE_TLS_SERVER
#define MBEDTLS_SSL_SRV_C
#endif
#if MOTE_TLS_1_2
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#if MOTE_TLS_P256 || MOTE_TLS_P384
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#endif
#if MOTE_TLS_RSA
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#endif
#endif
#if MOTE_TLS_1_3
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT
#endif
#if MOTE_TLS_RESUMPTION
#define MBEDTLS_SSL_SESSION_TICKETS
#if MOTE_TLS_1_3
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#endif
#if MOTE_TLS_SERVER
#define MBEDTLS_SSL_TICKET_C
#endif
#endif
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES /* else who sent a broken record is only hung up on */

/* A record as large as TLS allows can arrive from any server: a smaller buffer is a choice. */
#ifndef MOTE_TLS_IN_BYTES
#define MOTE_TLS_IN_BYTES 16384
#endif
/* The output buffer is the longest piece that one send() takes. */
#ifndef MOTE_TLS_OUT_BYTES
#define MOTE_TLS_OUT_BYTES 4096
#endif
#define MBEDTLS_SSL_IN_CONTENT_LEN MOTE_TLS_IN_BYTES
#define MBEDTLS_SSL_OUT_CONTENT_LEN MOTE_TLS_OUT_BYTES

/* Certificates: read and verified, from DER only. */
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C

/* Cryptography. None of what is left only decrypts: GCM's counter mode does not, either. */
#if MOTE_TLS_AES_128 || MOTE_TLS_AES_256
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#define MBEDTLS_GCM_C
#endif
#if !MOTE_TLS_AES_256
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#endif
#if MOTE_TLS_CHACHA20
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#endif
#define MBEDTLS_CIPHER_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#if MOTE_TLS_P256
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#endif
#if MOTE_TLS_P384
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#endif
#if MOTE_TLS_X25519
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#endif
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDH_C
#if MOTE_TLS_P256 || MOTE_TLS_P384
#define MBEDTLS_ECDSA_C
#endif
#if MOTE_TLS_RSA
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#endif
#if MOTE_TLS_SMALL
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER
#define MBEDTLS_ECP_WINDOW_SIZE 2
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#endif
#define MBEDTLS_SHA1_C /* WebSocket's handshake; certificates signed with it are refused */
#define MBEDTLS_SHA256_C
#if MOTE_TLS_P384 || MOTE_TLS_AES_256 || MOTE_TLS_RSA
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#endif
#define MBEDTLS_MD_C
#define MBEDTLS_HKDF_C
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_PSA_CRYPTO_C
/* Random bytes are those of the loop: tls_platform.cpp. */
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG

#define MBEDTLS_HAVE_ASM /* multiplication of long numbers, on processors that Mbed TLS knows */
#if defined(__x86_64__)
#define MBEDTLS_AESNI_C
#endif

/* Without HAVE_TIME_DATE the dates of certificates would not be looked at. */
#define MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_PLATFORM_TIME_ALT
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_PLATFORM_GMTIME_R_ALT

/* No heap: what Mbed TLS allocates comes from the arena (ports/mbedtls/arena.hpp). Not by its own
 * MEMORY_BUFFER_ALLOC_C, which takes any hole for anything, so that connections that come and go
 * leave none for the next one's buffers; and which keeps eight words of each piece. */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY

/* No C library either: without these, platform.c would name snprintf and exit. */
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_SNPRINTF_ALT
#define MBEDTLS_PLATFORM_EXIT_MACRO(code) ((void)(code))

#endif
