// SPDX-License-Identifier: MIT
#include "mbedtls/tls_listener.hpp"

namespace mote::mbedtls {

Status TlsListener::listen(std::uint16_t port, io::Acceptor& acceptor) {
  acceptor_ = &acceptor;
  return below_.listen(port, *this);
}

void TlsListener::stop() {
  below_.stop();
  // The acceptor, which they would be told to next, may not live any more.
  for (Tls& place : places_)
    if (place.is_handshaking()) place.abort();
}

io::TransportEvents* TlsListener::on_accepted(io::Transport& connection) {
  for (Tls& place : places_)
    if (place.is_idle()) return place.accept(connection, *acceptor_, on_refused);
  // One whose connection has failed only waits for its end.
  for (Tls& place : places_)
    if (place.is_lingering()) {
      place.abort();
      return place.accept(connection, *acceptor_, on_refused);
    }
  return nullptr;
}

}  // namespace mote::mbedtls
