/* SPDX-License-Identifier: MIT */
/* lwIP for a board that speaks with one peer at a time, with another while the first one ends; the
 * rest as ever. Costs 15 KB less. Slower with much data: four small segments come, and two go, at a
 * time. */
#ifndef MOTE_MPS2_SMALL_LWIPOPTS_H
#define MOTE_MPS2_SMALL_LWIPOPTS_H

#include "../lwipopts.h"

/* Segments as short as everybody must take them (RFC 9293, 3.7.1), in 8 buffers of 612 + 16 B: 2 of
 * padding, 14 of Ethernet, 40 of IPv6, 20 of TCP. Longer frames lie in several. TLS gathers its
 * records anyway; a message of a plain WebSocket may be cut more often. */
#undef TCP_MSS
#define TCP_MSS 536
#undef TCP_WND
#define TCP_WND (4 * TCP_MSS)
#undef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 612

/* Two segments on their way; the rest of a longer record waits in TLS's own buffer. */
#undef MEM_SIZE
#define MEM_SIZE 1792
#undef TCP_SND_BUF
#define TCP_SND_BUF (2 * TCP_MSS)
#undef TCP_SND_QUEUELEN
#define TCP_SND_QUEUELEN 8
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG 10
#undef MEMP_NUM_PBUF
#define MEMP_NUM_PBUF 4

#undef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB 3
#undef MEMP_NUM_TCP_PCB_LISTEN
#define MEMP_NUM_TCP_PCB_LISTEN 1
/* DHCP, DNS and one more. */
#undef MEMP_NUM_UDP_PCB
#define MEMP_NUM_UDP_PCB 3
#undef DNS_TABLE_SIZE
#define DNS_TABLE_SIZE 1

#endif
