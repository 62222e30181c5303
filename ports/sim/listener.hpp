// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "mote/io/listener.hpp"
#include "sim/tcp.hpp"

namespace mote::sim {

/// Accepts simulated connections into `places`.
class Listener : public io::Listener, public Linked<Listener> {
 public:
  Listener(Net& net, Span<Tcp> places);
  ~Listener() { stop(); }

  Status listen(std::uint16_t port, io::Acceptor& acceptor) override;
  void stop() override;

 private:
  friend class Net;
  friend class Tcp;

  Net& net_;
  Span<Tcp> places_;
  io::Acceptor* acceptor_ = nullptr;
  std::uint16_t port_ = 0;
};

}  // namespace mote::sim
