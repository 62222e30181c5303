/* SPDX-License-Identifier: MIT */
/* What Mote takes of Mbed TLS when the firmware has no Mbed TLS of its own. */
#ifndef MOTE_MBEDTLS_CONFIG_H
#define MOTE_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_MD_C
#define MBEDTLS_HMAC_DRBG_C

/* No heap: what Mbed TLS allocates comes from the arena (ports/mbedtls/arena.hpp). */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C

/* No C library either: without these, platform.c would name snprintf and exit. */
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_SNPRINTF_ALT
#define MBEDTLS_PLATFORM_EXIT_MACRO(code) ((void)(code))

#endif
