// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "lwip/tcp.hpp"
#include "mote/io/listener.hpp"

struct tcp_pcb;

namespace mote::lwip {

/// Accepts connections into places that somebody else owns; see Listener.
class ListenerBase : public io::Listener, public Linked<ListenerBase> {
 public:
  Status listen(std::uint16_t port, io::Acceptor& acceptor) override;
  void stop() override;
  /// The port it listens on, also when the system chose it; 0 before the first poll().
  std::uint16_t port() const;

 protected:
  ListenerBase(Net& net, Span<Tcp> places) : net_(net), places_(places) {}
  ~ListenerBase() = default;

 private:
  friend class Net;
  friend class Tcp;
  friend struct FromLwip;
  Status open();

  Net& net_;
  Span<Tcp> places_;
  io::Acceptor* acceptor_ = nullptr;
  ::tcp_pcb* pcb_ = nullptr;
  std::uint16_t port_ = 0;
};

/// Accepts connections on one TCP port, over IPv4 and IPv6, at most N at a time; one more is
/// refused with a reset.
template <std::size_t N>
class Listener final : public ListenerBase {
 public:
  explicit Listener(Net& its_net) : Listener(its_net, std::make_index_sequence<N>{}) {}
  ~Listener() { stop(); }

 private:
  template <std::size_t... I>
  Listener(Net& its_net, std::index_sequence<I...>)
      : ListenerBase(its_net, {places_, N}), places_{make<I>(its_net)...} {}
  template <std::size_t>
  static Tcp make(Net& its_net) {
    return Tcp(its_net);
  }

  Tcp places_[N];
};

}  // namespace mote::lwip
