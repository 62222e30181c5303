// SPDX-License-Identifier: MIT
#include "lwip/sntp.hpp"

#include "lwip/core_lock.hpp"
#include "lwip/dns.h"
#include "lwip/ip_addr.h"
#include "lwip/sntp_options.h"
#include "mote/base/expects.hpp"

#if !LWIP_UDP
#error "lwipopts.h: LWIP_UDP must be 1 for lwip::Sntp"
#endif
#if MEMP_NUM_SYS_TIMEOUT < LWIP_NUM_SYS_TIMEOUT_INTERNAL + 2
#error "lwipopts.h: MEMP_NUM_SYS_TIMEOUT must be LWIP_NUM_SYS_TIMEOUT_INTERNAL + 2 for lwip::Sntp"
#endif

namespace mote::lwip {
namespace {

constexpr Duration network_looked_at_every{100};
constexpr std::uint32_t from_1970_to_2036 = 2'085'978'496;
/// The beginning of 2025. A server that does not know the time itself says 1970, 1900 or nothing.
constexpr std::uint32_t earliest = 1'735'689'600;
constexpr std::uint32_t hour_ms = 3'600'000;
constexpr std::uint32_t soon_ms = 15'000;  // RFC 4330 §10: not more often.

Sntp* the_sntp = nullptr;

}  // namespace

struct SntpHooks {
  /// NTP counts seconds from 1900, modulo 2³²; lwIP gives them from 2036, with a sign.
  static void answer(Sntp& sntp, std::uint32_t seconds, std::uint32_t fraction) {
    const std::uint32_t unix_seconds = seconds + from_1970_to_2036;
    const bool is_empty = seconds == 0 && fraction == 0;
    sntp.plausible_ = !is_empty && unix_seconds >= earliest;
    if (!sntp.plausible_) return;
    sntp.answer_.store(unix_seconds);
    sntp.answered_.raise();
  }
  static bool was_plausible(const Sntp& sntp) { return sntp.plausible_; }
  static void random(Sntp& sntp, ByteSpan out) { sntp.net_.random(out); }
};

Sntp::Sntp(Net& net, const char* server, std::uint16_t port)
    : net_(net),
      server_(server),
      port_(port),
      timer_(net, [this] { begin(); }),
      answered_(net, [this] { net_.set_unix_seconds(answer_.load()); }) {
  expects(!the_sntp);
  the_sntp = this;
  timer_.start({0});
}

Sntp::~Sntp() {
  the_sntp = nullptr;
  if (!sntp_enabled()) return;
  const CoreLock lock;
  sntp_stop();
  sntp_setservername(0, nullptr);
}

void Sntp::begin() {
  if (!net_.is_up()) return timer_.start(network_looked_at_every);
  const CoreLock lock;
  if (is_reachable()) {
    mote_sntp_port = port_;
    sntp_setoperatingmode(SNTP_OPMODE_POLL);
    sntp_setservername(0, server_);
    sntp_init();
  }
  if (!sntp_enabled()) timer_.start(network_looked_at_every);
}

/// lwIP would ask for a name without a name server in vain, and again after 15 s.
bool Sntp::is_reachable() const {
  ip_addr_t address;
  return ipaddr_aton(server_, &address) || !ip_addr_isany(dns_getserver(0));
}

}  // namespace mote::lwip

// lwIP calls these with its core locked.
extern "C" {
u16_t mote_sntp_port = 123;

void mote_sntp_draw(s32_t* seconds, u32_t* fraction) {
  std::uint8_t bytes[8] = {};
  if (mote::lwip::the_sntp) mote::lwip::SntpHooks::random(*mote::lwip::the_sntp, bytes);
  const auto word = [&bytes](int at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
           std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
  };
  *seconds = static_cast<s32_t>(word(0));
  *fraction = word(4);
}

void mote_sntp_answer(s32_t seconds, u32_t fraction) {
  if (mote::lwip::the_sntp)
    mote::lwip::SntpHooks::answer(
        *mote::lwip::the_sntp, static_cast<std::uint32_t>(seconds), fraction);
}

u32_t mote_sntp_next_ms(void) {
  const bool plausible =
      mote::lwip::the_sntp && mote::lwip::SntpHooks::was_plausible(*mote::lwip::the_sntp);
  return plausible ? mote::lwip::hour_ms : mote::lwip::soon_ms;
}
}
