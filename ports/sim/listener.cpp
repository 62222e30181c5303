// SPDX-License-Identifier: MIT
#include "sim/listener.hpp"

namespace mote::sim {

Listener::Listener(Net& net, Span<Tcp> places) : net_(net), places_(places) {}

Status Listener::listen(std::uint16_t port, io::Acceptor& acceptor) {
  if (acceptor_) return Status::busy;
  for (Listener* other = net_.listeners_.front(); other; other = net_.listeners_.after(*other))
    if (other->port_ == port) return Status::busy;
  port_ = port;
  acceptor_ = &acceptor;
  net_.listeners_.push_back(*this);
  return Status::ok;
}

void Listener::stop() {
  acceptor_ = nullptr;
  List<Listener>::remove(*this);
}

}  // namespace mote::sim
