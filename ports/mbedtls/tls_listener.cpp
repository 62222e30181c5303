// SPDX-License-Identifier: MIT
#include "mbedtls/tls_listener.hpp"

namespace mote::mbedtls {

Status TlsListener::listen(std::uint16_t port, io::Acceptor& acceptor) {
  acceptor_ = &acceptor;
  return below_.listen(port, *this);
}

io::TransportEvents* TlsListener::on_accepted(io::Transport& connection) {
  for (Tls& place : places_)
    if (place.is_idle()) return place.accept(connection, *acceptor_);
  return nullptr;
}

}  // namespace mote::mbedtls
