// SPDX-License-Identifier: MIT
#pragma once

#include "mbedtls/tls_listener.hpp"

namespace mote::mbedtls {

/// What a TlsOver speaks over, so that it is made first and destroyed last.
template <class Below>
struct Lower {
  template <class Net>
  explicit Lower(Net& its_net) : its_below(its_net) {}
  Below its_below;
};

/// A client's Tls together with the transport below it.
template <class Tcp>
class TlsOver : Lower<Tcp>, public Tls {
 public:
  template <class Net>
  TlsOver(Net& its_net, Trust& its_trust)
      : Lower<Tcp>(its_net), Tls(its_net, this->its_below, its_trust) {
    static_assert(MOTE_TLS_CLIENT || sizeof(Net) == 0,
                  "This build speaks TLS as a server only. For a client, have `client` "
                  "in MOTE_TLS_ROLES, or MBEDTLS_SSL_CLI_C in the configuration of your own Mbed "
                  "TLS.");
  }
};

/// A TlsListener together with its places and the listener below it.
template <class Below, std::size_t N>
class TlsListenerOver final : Lower<Below>, TlsPlaces<N>, public TlsListener {
 public:
  template <class Net>
  TlsListenerOver(Net& its_net, Identity& its_identity)
      : Lower<Below>(its_net),
        TlsPlaces<N>(its_net, its_identity),
        TlsListener(this->its_below, this->places) {}
};

}  // namespace mote::mbedtls
