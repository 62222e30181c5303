/* SPDX-License-Identifier: MIT */
/* What lwIP wants to know of the compiler and the board. */
#ifndef MOTE_MPS2_ARCH_CC_H
#define MOTE_MPS2_ARCH_CC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
uint32_t mote_lwip_random(void);
void mote_lwip_broken(const char* what);
#ifdef __cplusplus
}
#endif

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_UNISTD_H 1
#define LWIP_NO_CTYPE_H 1
#define LWIP_RAND() mote_lwip_random()
#define LWIP_PLATFORM_DIAG(message)
#define LWIP_PLATFORM_ASSERT(message) mote_lwip_broken(message)

#endif
