// SPDX-License-Identifier: MIT
#pragma once

// What Mote relies on in an lwipopts.h. Each message names the option and the value it needs.

#include "lwip/dns.h"
#include "lwip/opt.h"
#include "lwip/tcp.h"

#if !LWIP_TCP
#error "lwipopts.h: LWIP_TCP must be 1"
#endif
#if !LWIP_CALLBACK_API
#error "lwipopts.h: LWIP_CALLBACK_API must be 1 and LWIP_EVENT_API 0"
#endif
#if !LWIP_TIMERS
#error "lwipopts.h: LWIP_TIMERS must be 1"
#endif
#if !LWIP_DNS
#error "lwipopts.h: LWIP_DNS must be 1"
#endif
#if DNS_MAX_NAME_LENGTH < 254
#error "lwipopts.h: DNS_MAX_NAME_LENGTH must be at least 254"
#endif
#if !NO_SYS && !LWIP_TCPIP_CORE_LOCKING
#error "lwipopts.h: with NO_SYS 0, LWIP_TCPIP_CORE_LOCKING must be 1"
#endif
#if TCP_QUEUE_OOSEQ && !(TCP_OOSEQ_MAX_PBUFS > 0 && TCP_OOSEQ_MAX_PBUFS <= PBUF_POOL_SIZE / 2)
#error "lwipopts.h: TCP_OOSEQ_MAX_PBUFS must be 1 to PBUF_POOL_SIZE / 2, or a hole empties the pool"
#endif
#if PBUF_POOL_SIZE < 8
#error "lwipopts.h: PBUF_POOL_SIZE must be at least 8: half of it may be held back"
#endif
#if TCP_SND_BUF < 1024
#error "lwipopts.h: TCP_SND_BUF must be at least 1024"
#endif
#if TCP_SND_BUF > 0xFFFF && !LWIP_WND_SCALE
#error "lwipopts.h: TCP_SND_BUF must be at most 65535 without LWIP_WND_SCALE"
#endif
#if MEMP_NUM_TCP_SEG < TCP_SND_QUEUELEN && !MEMP_MEM_MALLOC
#error "lwipopts.h: MEMP_NUM_TCP_SEG must be at least TCP_SND_QUEUELEN"
#endif
