/* SPDX-License-Identifier: MIT */
/* lwIP for a board that serves 24 connections at a time; the rest as ever. Costs 9 KB more. */
#ifndef MOTE_MPS2_SERVER_LWIPOPTS_H
#define MOTE_MPS2_SERVER_LWIPOPTS_H

#include "../lwipopts.h"

/* One more than there are places is told 503, and a few wait out their end. */
#undef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB 28
/* Eight pages are told of each message at once, while others are being loaded. */
#undef MEM_SIZE
#define MEM_SIZE (10 * 1024)
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG 48
#undef MEMP_NUM_PBUF
#define MEMP_NUM_PBUF 24

#endif
