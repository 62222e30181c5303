// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "mbedtls/tls.hpp"
#include "mbedtls/tls_features.hpp"

namespace mote::mbedtls {

/// Accepts TLS over another listener, into `places`. The acceptor is asked when a handshake is
/// done; until then a connection is nobody's but this one's, for 10 s at most.
class TlsListener : public io::Listener, io::Acceptor {
 public:
  /// `below` and `places` outlive it.
  TlsListener(io::Listener& below, Span<Tls> places) : below_(below), places_(places) {}

  Status listen(std::uint16_t port, io::Acceptor& acceptor) override;
  /// Handshakes that are not done are ended, too: nobody has been told of them.
  void stop() override;

  /// A handshake failed, and why; the acceptor was not asked. For logs: there is nothing to be
  /// done.
  Callback<void(Failure)> on_refused;

 private:
  io::TransportEvents* on_accepted(io::Transport& connection) override;

  io::Listener& below_;
  Span<Tls> places_;
  io::Acceptor* acceptor_ = nullptr;
};

template <std::size_t N>
struct TlsPlaces {
  static_assert(MOTE_TLS_SERVER || N == 0,
                "This build speaks TLS as a client only. To serve by TLS, have `server` in "
                "MOTE_TLS_ROLES, or MBEDTLS_SSL_SRV_C in the configuration of your own Mbed TLS.");
  TlsPlaces(io::Loop& loop, Identity& its_identity)
      : TlsPlaces(loop, its_identity, std::make_index_sequence<N>()) {}
  Tls places[N];

 private:
  template <std::size_t... I>
  TlsPlaces(io::Loop& loop, Identity& its_identity, std::index_sequence<I...>)
      : places{(static_cast<void>(I), Tls(loop, its_identity))...} {}
};

/// A TlsListener with its places.
template <std::size_t N>
class SizedTlsListener final : TlsPlaces<N>, public TlsListener {
 public:
  SizedTlsListener(io::Loop& loop, io::Listener& below, Identity& its_identity)
      : TlsPlaces<N>(loop, its_identity), TlsListener(below, this->places) {}
};

}  // namespace mote::mbedtls
