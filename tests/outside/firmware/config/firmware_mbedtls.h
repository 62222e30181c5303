/* SPDX-License-Identifier: MIT */
/* The firmware's own configuration of Mbed TLS. */
#ifndef FIRMWARE_MBEDTLS_H
#define FIRMWARE_MBEDTLS_H

/* What it used before: encrypted settings. */
#define MBEDTLS_AES_C
#define MBEDTLS_CIPHER_C
#define MBEDTLS_GCM_C

/* What Mote takes: handshakes of WebSocket, and random bytes of crypto::Generator. */
#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_MD_C
#define MBEDTLS_HMAC_DRBG_C

/* No heap, and none of printf: memory is given to it in net.cpp. */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_SNPRINTF_ALT
#define MBEDTLS_PLATFORM_EXIT_MACRO(code) ((void)(code))

#endif
