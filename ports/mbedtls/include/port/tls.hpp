// SPDX-License-Identifier: MIT
// TLS under the names that examples use, the same over every port. A program that was given to
// mote_use_tls() has it, and gets port::Stream of <port/port.hpp> from here.
#pragma once

#include "mbedtls/arena.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_over.hpp"
#include "port/port.hpp"

#ifndef MOTE_TLS
#error "this program has no TLS: say mote_use_tls(<its target>) in CMakeLists.txt"
#endif

namespace port {

using Identity = mote::mbedtls::Identity;
using Tickets = mote::mbedtls::Tickets;
using Trust = mote::mbedtls::Trust;
using ShownCertificate = mote::mbedtls::ShownCertificate;
using Tickets = mote::mbedtls::Tickets;
template <std::size_t N, std::size_t Bytes = 512>
using Sessions = mote::mbedtls::SizedSessions<N, Bytes>;

/// What TLS takes of its memory, and how much it has.
using mote::mbedtls::arena_bytes;
using mote::mbedtls::arena_use;
using mote::mbedtls::ArenaUse;

/// The roots of this program: the certificates that mote_use_tls(ROOTS) embeds, else those of the
/// operating system, which are read once (SSL_CERT_FILE, or where the system keeps them), else
/// `no_roots`. They lie in DER where they stay for ever.
mote::Status load_roots(mote::Span<const mote::ByteView>& roots);

/// Whom a Stream believes that is given no Trust of its own: the roots of this program.
inline Trust trust;
/// What it resumes, unless trust.keep() says otherwise: the newest sessions of all its streams.
inline Sessions<2> sessions;

/// TLS or plain TCP, as the URL says; sessions are resumed. Nothing has to be made beside it.
class Stream final : public mote::mbedtls::TlsOver<Tcp> {
 public:
  template <class Net>
  explicit Stream(Net& its_net) : TlsOver(its_net, trust), loads_roots_(true) {}
  /// Believes whom `its_trust` believes.
  template <class Net>
  Stream(Net& its_net, Trust& its_trust) : TlsOver(its_net, its_trust), loads_roots_(false) {}

  /// `no_roots`, too.
  mote::Status connect(const mote::io::Endpoint& to, mote::io::TransportEvents& events) override {
    if (loads_roots_ && to.security == mote::io::Security::tls) {
      mote::Span<const mote::ByteView> roots;
      if (const mote::Status status = load_roots(roots); status != mote::Status::ok) return status;
      trust.use(roots);
      if (!trust.sessions()) trust.keep(sessions);
    }
    return Tls::connect(to, events);
  }

 private:
  bool loads_roots_;
};

/// Accepts TLS only, and shows `Identity`: `port::TlsListener<9> door{net, identity};`
template <std::size_t N>
using TlsListener = mote::mbedtls::TlsListenerOver<Listener<N>, N>;

}  // namespace port
