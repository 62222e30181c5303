// SPDX-License-Identifier: MIT
#include <algorithm>
#include <new>

#include "lwip/core_lock.hpp"
#include "lwip/from_lwip.hpp"
#include "lwip/netif.h"
#include "lwip/resolver.hpp"
#include "lwip/tcp.hpp"

namespace mote::lwip {
namespace {

constexpr std::size_t host_bytes_max = 253;

/// How long one family of addresses is tried while there is another: three SYNs.
[[maybe_unused]] constexpr std::uint8_t family_ticks_max = 40;

#if LWIP_IPV4 && LWIP_IPV6
bool has_ipv4() {
  netif* interface;
  NETIF_FOREACH(interface) {
    if (netif_is_up(interface) && !ip4_addr_isany(netif_ip4_addr(interface))) return true;
  }
  return false;
}

bool has_ipv6() {
  netif* interface;
  NETIF_FOREACH(interface) {
    // No `continue`: with LWIP_SINGLE_NETIF this is no loop.
    for (s8_t i = 1; netif_is_up(interface) && i < LWIP_IPV6_NUM_ADDRESSES; ++i)
      if (ip6_addr_isvalid(netif_ip6_addr_state(interface, i))) return true;
  }
  return false;
}
#endif

}  // namespace

/// Where to connect to, in a block while that is going on.
struct Tcp::Target {
  std::uint16_t port;
  char host[host_bytes_max + 1];
};

Status Tcp::connect(const io::Endpoint& to, io::TransportEvents& events) {
  static_assert(sizeof(Target) <= 256, "the smallest block");
  const CoreLock lock(net_.started_);
  if (state_ != State::idle) return Status::busy;
  if (to.security == io::Security::tls) return Status::insecure;
  if (to.host.empty() || to.host.size() > host_bytes_max) return Status::bad_url;
  // lwIP would stop there and connect to another host than was checked.
  if (to.host.find('\0') != std::string_view::npos) return Status::bad_url;
  const ByteSpan block = net_.blocks().take_to_keep();
  if (block.empty()) return Status::no_slot;
  target_ = ::new (block.data()) Target;
  target_->port = to.port;
  *std::copy(to.host.begin(), to.host.end(), target_->host) = '\0';
  has_target_ = true;
  events_ = &events;
  state_ = State::waiting;
  again_ = true;
  ++net_.count.connects;
  net_.enter(*this);
  net_.hasten();
  return Status::ok;
}

void Tcp::attempt() {
  again_ = false;
  if (!net_.is_up()) return;
  ip_addr_t address;
  if (ipaddr_aton(target_->host, &address)) {
    second_family_ = true;  // A literal has no other.
    return FromLwip::connect(*this, address);
  }
#if LWIP_IPV4 && LWIP_IPV6
  const bool ipv6 = second_family_ || !has_ipv4();
  if (ipv6) second_family_ = true;
#else
  constexpr bool ipv6 = LWIP_IPV6;
#endif
  state_ = State::resolving;
  switch (look_up(*this, target_->host, ipv6, address)) {
    case Lookup::asked: break;
    case Lookup::found: FromLwip::connect(*this, address); break;
    case Lookup::later: state_ = State::waiting; break;
    case Lookup::never: end({Status::unresolved, Layer::resolver, 0}); break;
  }
}

void FromLwip::found(Tcp& tcp, const ip_addr_t* address) {
  if (address) {
    connect(tcp, *address);
  } else {
    tcp.try_other_family({Status::unresolved, Layer::resolver, 0});
  }
}

void FromLwip::connect(Tcp& tcp, const ip_addr_t& address) {
  tcp_pcb* const pcb = tcp_new_ip_type(IP_GET_TYPE(&address));
  if (!pcb) return tcp.end({Status::no_slot, Layer::tcp, ERR_MEM});
  tcp.take_pcb(pcb);
  tcp.state_ = Tcp::State::connecting;
  tcp.ticks_ = 0;
  const err_t error = tcp_connect(pcb, &address, tcp.target_->port, on_connected);
  if (error == ERR_OK) return;
  tcp.drop_pcb();
  if (error == ERR_RTE || error == ERR_VAL)
    return tcp.try_other_family({Status::unreachable, Layer::tcp, error});
  tcp.state_ = Tcp::State::waiting;  // No memory for the SYN: the next tick tries again.
}

void Tcp::take_pcb(tcp_pcb* pcb) {
  pcb_ = pcb;
  tcp_arg(pcb, this);
  tcp_recv(pcb, FromLwip::on_received);
  tcp_sent(pcb, FromLwip::on_sent);
  tcp_err(pcb, FromLwip::on_error);
  tcp_nagle_disable(pcb);  // poll() sends what a round wrote in one piece.
}

void Tcp::try_other_family(Failure why) {
#if LWIP_IPV4 && LWIP_IPV6
  if (!second_family_ && has_ipv6()) {
    second_family_ = true;
    why_ = why.status;
    native_ = static_cast<std::int8_t>(why.native);
    state_ = State::waiting;
    again_ = true;
    return net_.ready(*this);
  }
#endif
  // That a name has no second address is no reason if it had a first one.
  if (why.status == Status::unresolved && why_ != Status::ok) why = {why_, Layer::tcp, native_};
  end(why);
}

void Tcp::connecting_tick() {
#if LWIP_IPV4 && LWIP_IPV6
  if (second_family_ || !has_ipv6() || ++ticks_ < family_ticks_max) return;
  drop_pcb();
  try_other_family({Status::timed_out, Layer::tcp, 0});
#endif
}

void Tcp::give_target_back() {
  if (!has_target_) return;
  net_.blocks().give_back({reinterpret_cast<std::uint8_t*>(target_), net_.blocks().block_bytes()});
  has_target_ = false;
  held_ = nullptr;
}

err_t FromLwip::on_connected(void* tcp, tcp_pcb*, err_t) {
  Tcp& self = *static_cast<Tcp*>(tcp);
  self.state_ = Tcp::State::connected;
  self.net_.ready(self);
  return ERR_OK;
}

}  // namespace mote::lwip
