// SPDX-License-Identifier: MIT
#include "lwip/net.hpp"

#include <algorithm>
#include <utility>

#include "lwip/core_lock.hpp"
#include "lwip/from_lwip.hpp"
#include "lwip/listener.hpp"
#include "lwip/lwipopts_check.hpp"
#include "lwip/memp.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/tcp.hpp"
#include "lwip/timeouts.h"
#include "mote/base/expects.hpp"

namespace mote::lwip {
namespace {

/// How often deadlines are looked at, and memory for which nobody could tell us that it is free.
constexpr Duration tick{250};
constexpr Duration a_day{86'400'000};
/// Frames handed in before connections are told of them: what they hold meanwhile stays small.
[[maybe_unused]] constexpr int frames_a_round = 4;

Net* the_net = nullptr;

bool has_address(netif& interface) {
#if LWIP_IPV4
  const ip4_addr_t* const address = netif_ip4_addr(&interface);
  if (!ip4_addr_isany(address) && !ip4_addr_isloopback(address)) return true;
#endif
#if LWIP_IPV6
  for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; ++i)
    if (ip6_addr_isvalid(netif_ip6_addr_state(&interface, i)) &&
        !ip6_addr_islinklocal(netif_ip6_addr(&interface, i)) &&
        !ip6_addr_isloopback(netif_ip6_addr(&interface, i)))
      return true;
#endif
  return false;
}

bool is_usable(netif& interface) {
  return netif_is_up(&interface) && netif_is_link_up(&interface) && has_address(interface);
}

bool has_address(netif& interface, const ip_addr_t& address) {
#if LWIP_IPV6
  if (IP_IS_V6_VAL(address)) return netif_get_ip6_addr_match(&interface, ip_2_ip6(&address)) >= 0;
#endif
#if LWIP_IPV4
  return ip4_addr_eq(netif_ip4_addr(&interface), ip_2_ip4(&address));
#else
  return false;
#endif
}

bool has_usable(const ip_addr_t& address) {
  netif* interface;
  NETIF_FOREACH(interface) {
    if (is_usable(*interface) && has_address(*interface, address)) return true;
  }
  return false;
}

}  // namespace

Net* FromLwip::net() { return the_net; }

Net::Net(ByteSpan blocks_memory, std::size_t block_bytes)
    : io::Loop(blocks_memory, block_bytes),
      // Started for at once after pump() had its turn: it still stands for the next poll.
      timer_(*this, [this] { timer_.start({0}); }) {
  expects(!the_net);  // lwIP is one for the program.
  the_net = this;
}

Net::~Net() { the_net = nullptr; }

io::Counters Net::counters() const {
  const CoreLock lock(started_);
  io::Counters all = io::Loop::counters();
  all.pool = PBUF_POOL_SIZE;
#if LWIP_STATS && MEMP_STATS
  all.pool_most = static_cast<std::uint16_t>(memp_pools[MEMP_PBUF_POOL]->stats->max);
#else
  all.pool_most = held_most_;
#endif
  return all;
}

std::uint64_t Net::unix_seconds() const {
  return told_unix_ ? told_unix_ + (now().ms - told_at_.ms) / 1000 : read_calendar();
}

void Net::set_unix_seconds(std::uint64_t seconds) {
  const bool was_known = unix_seconds() != 0;
  told_unix_ = seconds;
  told_at_ = now();
  set_calendar(seconds);
  if (!was_known && seconds != 0) time_is_known();
}

/// The clock of 32 bits begins anew every 49 days; the time must not.
void Net::carry_time_on() {
  const std::uint32_t passed = now().ms - told_at_.ms;
  if (!told_unix_ || passed < a_day.ms) return;
  told_unix_ += passed / 1000;
  told_at_ = told_at_ + Duration{passed - passed % 1000};
}

Instant Net::read_clock() { return {sys_now()}; }

bool Net::pump() {
  if (!started_) {
    start();
    started_ = true;
  }
  carry_time_on();
  const CoreLock lock;
  pumping_ = true;
  bool more = false;
#if NO_SYS
  for (int i = 0; i < frames_a_round && (i == 0 || more); ++i) more = receive_frame();
  sys_check_timeouts();
#endif
  watch_network();
  more = serve() || more;
  pumping_ = false;
  flush();
  plan(more);
  return more;
}

void Net::wait(Duration at_most) { sleep(at_most); }

void Net::watch_network() {
  std::uint32_t usable = 0;
  std::uint32_t bit = 1;
  netif* interface;
  NETIF_FOREACH(interface) {
    if (is_usable(*interface)) usable |= bit;
    bit <<= 1;
  }
  const std::uint32_t before = usable_;
  if (usable == before) return;
  usable_ = usable;
  if (before & ~usable) FromLwip::lose_unreachable();
  if (!before == !usable) return;
  for (Tcp* tcp = busy_.front(); tcp; tcp = busy_.after(*tcp)) tcp->again_ = true;
  const CoreUnlock unlock;
  network_is(usable != 0);
}

/// Connections whose own address is on no usable interface any more are over: nothing will arrive
/// for them, and what is sent goes nowhere.
void FromLwip::lose_unreachable() {
  tcp_pcb* next;
  for (tcp_pcb* pcb = tcp_active_pcbs; pcb; pcb = next) {
    next = pcb->next;
    if (pcb->errf != on_error || has_usable(pcb->local_ip)) continue;
    void* const tcp = pcb->callback_arg;
    silence(*pcb);
    tcp_abort(pcb);
    on_error(tcp, ERR_RTE);
  }
}

/// Looks at each connection that wants something, once.
bool Net::serve() {
  for (ListenerBase* door = doors_.front(); door; door = doors_.after(*door)) {
    if (!door->pcb_) (void)door->open();
  }
  const bool ticks = is_tick();
  memory_round_ = std::exchange(memory_came_back_, false) || ticks;
  bool more = false;
  ++round_;
  cursor_ = busy_.front();
  while (Tcp* const tcp = cursor_) {
    if (tcp->round_ == round_) break;  // It and those behind it came during this round.
    cursor_ = busy_.after(*tcp);
    tcp->round_ = round_;
    told_ = tcp;
    tcp->serve(ticks);
    // It may be gone by now: then it has said so.
    if (told_ && tcp->is_ready()) more = true;
  }
  more = more || cursor_ || memory_came_back_;
  cursor_ = nullptr;
  told_ = nullptr;
  return more;
}

/// What all callbacks of this round wrote leaves in as few segments as possible.
void Net::flush() {
  Tcp* next;
  for (Tcp* tcp = busy_.front(); tcp; tcp = next) {
    next = busy_.after(*tcp);
    if (tcp->must_output_) {
      tcp->must_output_ = false;
      if (tcp->pcb_) tcp_output(tcp->pcb_);
    }
    if (!tcp->is_busy()) leave(*tcp);
  }
}

bool Net::is_tick() {
  if (now().ms - ticked_.ms < tick.ms) return false;
  ticked_ = now();
  return true;
}

void Net::plan(bool more) {
  timer_.stop();
  if (more) return;
  Duration next = Duration::forever();
#if NO_SYS
  next = {sys_timeouts_sleeptime()};
#endif
  if (!busy_.empty()) next = std::min(next, until(ticked_ + tick, now()));
  timer_.start(next);
}

void Net::ready(Tcp& tcp) {
  enter(tcp);
#if NO_SYS
  hasten();
#else
  wake();
#endif
}

void Net::hasten() {
  if (!pumping_) timer_.start({0});
}

void Net::enter(Tcp& tcp) {
  if (List<Tcp>::contains(tcp)) return;
  tcp.round_ = round_;
  busy_.push_back(tcp);
}

void Net::leave(Tcp& tcp) {
  if (cursor_ == &tcp) cursor_ = busy_.after(tcp);
  List<Tcp>::remove(tcp);
}

void Net::memory_came_back() {
  memory_came_back_ = true;
#if !NO_SYS
  if (!busy_.empty()) wake();
#endif
}

bool Net::is_still_told(const Tcp& tcp) const {
  return told_ == &tcp && tcp.state_ == Tcp::State::open;
}

}  // namespace mote::lwip
