// SPDX-License-Identifier: MIT
#pragma once

#include <mbedtls/ssl.h>

#include "mbedtls/tls_sessions.hpp"
#include "mbedtls/tls_tickets.hpp"
#include "mote/base/status.hpp"
#include "mote/io/loop.hpp"

namespace mote::mbedtls {

/// What all connections of one role share. Opened by the first of them, and outlives them all.
class Settings {
 public:
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

 protected:
  Settings();
  ~Settings();
  /// Both ends alike: versions, suites, application protocol, random bytes.
  Status begin(io::Loop& loop, int endpoint);
  void end();

  mbedtls_ssl_config config_;
  mbedtls_x509_crt certificates_;
  bool opened_ = false;

 private:
  friend class Tls;
};

/// Whom a client believes: the certificates of the roots it was given. The chain, its dates and the
/// name of the host are verified unless verify_nothing() was called.
class Trust : public Settings {
 public:
  /// `roots`: one certificate in DER each, and what they lie in, stay as they are for ever (flash);
  /// they are not copied.
  explicit Trust(Span<const ByteView> roots = {}) : roots_(roots) {}
  /// Other roots, before the first connection.
  void use(Span<const ByteView> roots) { roots_ = roots; }
  /// Whoever answers is believed, whatever it shows. Only ever for experiments.
  void verify_nothing() { verifies_ = false; }
  bool verifies() const { return verifies_; }
  /// From now on sessions are resumed; without, every handshake is a full one.
  void keep(Sessions& sessions) { sessions_ = &sessions; }
  Sessions* sessions() const { return sessions_; }
  SessionPlace place_of(std::string_view host, std::uint16_t port) const;

  /// Done by the first connection. `tls_memory`, or `bad_argument` when a root is no certificate.
  Status open(io::Loop& loop);

 private:
  Span<const ByteView> roots_;
  Sessions* sessions_ = nullptr;
  bool verifies_ = true;
};

/// Who a server is: its chain of certificates, its own first, without the root; and the key of the
/// first. All in DER; they stay as they are for ever (flash).
class Identity : public Settings {
 public:
  Identity(Span<const ByteView> chain, ByteView key);
  ~Identity();

  /// Clients may resume their sessions. To be called before the first connection.
  void issue(Tickets& tickets) { tickets_ = &tickets; }

  /// Done by the first connection. `tls_memory`, or `bad_argument` when it cannot be read or the
  /// key is another one's.
  Status open(io::Loop& loop);

 private:
  Span<const ByteView> chain_;
  ByteView key_bytes_;
  mbedtls_pk_context key_;
  Tickets* tickets_ = nullptr;
};

}  // namespace mote::mbedtls
