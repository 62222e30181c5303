/* SPDX-License-Identifier: MIT */
/* What lwIP's own SNTP client is compiled with: its clock is Mote's, whatever lwipopts.h says. */
#ifndef MOTE_LWIP_SNTP_OPTIONS_H
#define MOTE_LWIP_SNTP_OPTIONS_H

#include "lwip/opt.h"

#ifdef __cplusplus
extern "C" {
#endif
extern u16_t mote_sntp_port;
void mote_sntp_draw(s32_t* seconds, u32_t* fraction);
void mote_sntp_answer(s32_t seconds, u32_t fraction);
u32_t mote_sntp_next_ms(void);
#ifdef __cplusplus
}
#endif

#undef SNTP_MAX_SERVERS
#undef SNTP_SERVER_DNS
#undef SNTP_SERVER_ADDRESS
#undef SNTP_GET_SERVERS_FROM_DHCP
#undef SNTP_GET_SERVERS_FROM_DHCPV6
#undef SNTP_PORT
#undef SNTP_STARTUP_DELAY
#undef SNTP_COMP_ROUNDTRIP
#undef SNTP_CHECK_RESPONSE
#undef SNTP_GET_SYSTEM_TIME_NTP
#undef SNTP_SET_SYSTEM_TIME_NTP
#undef SNTP_UPDATE_DELAY
#undef SNTP_RECV_TIMEOUT
#undef SNTP_RETRY_TIMEOUT
#undef SNTP_RETRY_TIMEOUT_MAX
#define SNTP_MAX_SERVERS 1
#define SNTP_SERVER_DNS 1
#define SNTP_GET_SERVERS_FROM_DHCP 0
#define SNTP_GET_SERVERS_FROM_DHCPV6 0
#define SNTP_PORT mote_sntp_port
#define SNTP_STARTUP_DELAY 0
#define SNTP_COMP_ROUNDTRIP 0
/* An answer counts only from the address and port that were asked, and with the number that the
 * question bore: a random one, so that who does not see the question cannot answer it. */
#define SNTP_CHECK_RESPONSE 2
#define SNTP_GET_SYSTEM_TIME_NTP(seconds, fraction) mote_sntp_draw(&(seconds), &(fraction))
#define SNTP_SET_SYSTEM_TIME_NTP(seconds, fraction) mote_sntp_answer((seconds), (fraction))
#define SNTP_UPDATE_DELAY mote_sntp_next_ms()
#define SNTP_SUPPRESS_DELAY_CHECK
/* An answer is taken until the next question. That comes 15 s after so long without one, then ever
 * later (RFC 4330 section 10). */
#define SNTP_RECV_TIMEOUT 1000
#define SNTP_RETRY_TIMEOUT 15000
#define SNTP_RETRY_TIMEOUT_MAX 150000

#include "lwip/apps/sntp.h"

#endif
