/* SPDX-License-Identifier: MIT */
/* lwIP on this board: IPv4 and IPv6, DHCP, DNS, TCP, all memory static, no thread.
 *
 * What it costs stands beside each figure; together about 24 KB. A product with other needs copies
 * this file; what Mote relies on is checked by ports/lwip/lwipopts_check.hpp. */
#ifndef MOTE_MPS2_LWIPOPTS_H
#define MOTE_MPS2_LWIPOPTS_H

/* One loop, no thread, nothing of lwIP in interrupts. */
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_SINGLE_NETIF 1
#define LWIP_NETIF_HOSTNAME 1

/* Receiving. The controller leaves two bytes before each frame, so that headers and TCP's data
 * lie at multiples of four and whole words are moved. A whole frame in one buffer: a message
 * inside a segment is read where it lies. 8 buffers of 1,516 + 16 B: 12.3 KB. The controller itself
 * holds 7 more full frames and drops what comes then: the windows of connections that receive in
 * bulk at the same time must not exceed that, hence 3 segments each. */
#define ETH_PAD_SIZE 2
#define PBUF_POOL_SIZE 8
#define PBUF_POOL_BUFSIZE 1516
#define TCP_MSS 1460
#define TCP_WND (3 * TCP_MSS)
/* Half of the pool may be held back by connections that do not read; a hole in one stream must not
 * hold the other half. */
#define TCP_OOSEQ_MAX_PBUFS 3

/* Sending. A connection queues at most 4 segments; all together as much as the heap has: 6 KB. With
 * MSS as oversize a message of 20 bytes would take 1.5 KB of it. */
#define MEM_ALIGNMENT 4
#define MEM_SIZE (6 * 1024)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
#define TCP_OVERSIZE 128
#define MEMP_NUM_TCP_SEG 24 /* 20 B each */
#define MEMP_NUM_PBUF 12    /* 16 B each: constant data that is sent from flash */
#define LWIP_CHECKSUM_ON_COPY 1

/* Connections: 10 of 188 B. One that waits out its end gives way when all are taken. */
#define MEMP_NUM_TCP_PCB 10
#define MEMP_NUM_TCP_PCB_LISTEN 4
/* Numbers that a stranger cannot guess keep him from writing into a connection (RFC 6528). */
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) mote_lwip_random()

/* Names: each of the 3 that are asked for or remembered takes 300 B. */
#define LWIP_DNS 1
#define DNS_TABLE_SIZE 3
#define DNS_MAX_NAME_LENGTH 254
#define MEMP_NUM_UDP_PCB 5

/* Two timeouts for SNTP, 16 B each; it takes one of the UDP pcbs above, too. */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 2)

/* Addresses. Nothing that we send or expect is ever in fragments. */
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_RAW 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define ARP_TABLE_SIZE 6
/* What waits for the router's address. lwIP keeps one packet without this: of several connections
 * begun at once, all but the last would lose their SYN and wait three seconds. */
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 8
#define MEMP_NUM_ARP_QUEUE 8 /* 8 B each */
#define LWIP_IPV6 1
#define LWIP_IPV6_FRAG 0
#define LWIP_IPV6_REASS 0
#define LWIP_IPV6_NUM_ADDRESSES 3
#define LWIP_ND6_NUM_NEIGHBORS 5
#define LWIP_ND6_NUM_DESTINATIONS 5
#define LWIP_ND6_NUM_PREFIXES 2
#define LWIP_ND6_NUM_ROUTERS 2
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 1
#define MEMP_NUM_ND6_QUEUE 4
#define MEMP_NUM_MLD6_GROUP 4

/* Of all statistics only the high-water marks of the pools. */
#define LWIP_STATS 1
#define LWIP_STATS_DISPLAY 0
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
#define MEM_STATS 1
#define MEMP_STATS 1
#define SYS_STATS 0
#define IP6_STATS 0
#define ICMP6_STATS 0
#define MLD6_STATS 0
#define ND6_STATS 0

#ifdef NDEBUG
#define LWIP_NOASSERT
#endif

#endif
