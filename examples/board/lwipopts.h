/* SPDX-License-Identifier: MIT */
/* lwIP for a board that serves 24 connections at a time; the rest as every board has it. Together
 * about 8 KB more. */
#ifndef MOTE_EXAMPLES_BOARD_LWIPOPTS_H
#define MOTE_EXAMPLES_BOARD_LWIPOPTS_H

#include "../../ports/mps2/lwipopts.h"

/* One more than there are places, for the one that is told 503, and a few that wait out their end. */
#undef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB 28
/* Eight pages are told of each message at once, while others are still loaded. */
#undef MEM_SIZE
#define MEM_SIZE (10 * 1024)
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG 48
#undef MEMP_NUM_PBUF
#define MEMP_NUM_PBUF 24

#endif
