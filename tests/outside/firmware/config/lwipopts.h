/* SPDX-License-Identifier: MIT */
/* The firmware's own settings of lwIP: IPv4 alone, small frames, little memory. */
#ifndef FIRMWARE_LWIPOPTS_H
#define FIRMWARE_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_IPV6 0
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_STATS 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE (4 * 1024)
#define PBUF_POOL_SIZE 10
#define PBUF_POOL_BUFSIZE 600
#define TCP_MSS 536
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 12
#define MEMP_NUM_TCP_SEG 16
#define MEMP_NUM_TCP_PCB 4

/* This one Mote asked for: without it ports/lwip does not compile, and says why. */
#define TCP_OOSEQ_MAX_PBUFS 4

#endif
