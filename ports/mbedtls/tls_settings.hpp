// SPDX-License-Identifier: MIT
#pragma once

#include <mbedtls/ssl.h>

#include "mbedtls/tls_sessions.hpp"
#include "mbedtls/tls_tickets.hpp"
#include "mote/base/callback.hpp"
#include "mote/base/status.hpp"
#include "mote/crypto/sha256.hpp"
#include "mote/io/loop.hpp"

namespace mote::mbedtls {

class Identity;

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
  enum class Unreadable : std::uint8_t { refused, left_out };
  /// Reads `certificates` where they lie. Does nothing when that was done before.
  Status read(Span<const ByteView> certificates, Unreadable ones = Unreadable::refused);

  mbedtls_ssl_config config_;
  mbedtls_x509_crt certificates_;
  bool opened_ = false;
  bool read_ = false;

 private:
  friend class Tls;
};

/// One certificate of a chain that a peer has shown, or the root above it.
struct ShownCertificate {
  ByteView der;
  int depth;              ///< 0 is the peer's own; above it stands who issued it
  std::string_view host;  ///< whom the client wanted; empty when it is a client's certificate
  Status found;           ///< `ok`, or why it would be refused
};

/// Whom one end believes: the certificates of the roots it was given, or keys by their pins, or
/// both. The chain, its dates and the name of the host are verified unless verify_nothing() was
/// called. A client has one; a server only with Identity::require(). Everything is said before the
/// first connection. Without roots, pins and on_certificate every certificate is `untrusted_root`.
class Trust : public Settings {
 public:
  /// `roots`: one certificate in DER each, and what they lie in, stay as they are for ever (flash);
  /// they are not copied.
  explicit Trust(Span<const ByteView> roots = {}) : roots_(roots) {}
  /// Other roots, before the first connection. Of these, which may be a system's, those that cannot
  /// be read are left out; then open() says `no_roots` when none is left.
  void use(Span<const ByteView> roots) {
    roots_ = roots;
    unreadable_ = Unreadable::left_out;
  }
  /// Expects one of `keys`: each the SHA-256 of a SubjectPublicKeyInfo in DER (RFC 7469 §2.4). They
  /// stay where they are. With roots, beside everything else, one certificate of the verified chain
  /// must have such a key. Without roots the peer's own must have it, and then neither its issuer
  /// nor dates nor name are looked at: the key is who it is. `wrong_pin` otherwise.
  void pin(Span<const crypto::Sha256> keys) { pins_ = keys; }
  /// Has a client show this when a server asks for a certificate. `identity` outlives this.
  void show(Identity& identity);
  /// Whoever answers is believed, whatever it shows. Only ever for experiments.
  void verify_nothing() { verifies_ = false; }
  bool verifies() const { return verifies_; }
  /// From now on sessions are resumed; without, every handshake is a full one. `sessions` outlive
  /// this.
  void keep(Sessions& sessions) { sessions_ = &sessions; }
  Sessions* sessions() const { return sessions_; }
  SessionPlace place_of(std::string_view host, std::uint16_t port) const;

  /// Called for every certificate of the chain, the root first, with what was found, when it is
  /// set; returns the Status that holds: `ok` accepts this certificate, whatever was found, and any
  /// other refuses the connection with it, before anything that was found. Two things it cannot
  /// accept: a certificate that cannot be read, for which it is not called, and `wrong_usage` of
  /// the peer's own. Not called after verify_nothing(), nor when a session is resumed.
  Callback<Status(const ShownCertificate&)> on_certificate;

  /// Done by a client's first connection. `tls_memory`, or `bad_argument` when a root is no
  /// certificate or what is to be shown cannot be read.
  Status open(io::Loop& loop);

 private:
  friend class Identity;
  friend class Tls;
  Status read_roots() { return read(roots_, unreadable_); }
  bool goes_by_pins_alone() const { return roots_.empty() && !pins_.empty(); }
  bool needs_clock() const { return verifies_ && !goes_by_pins_alone(); }
  bool has_pin_of(const mbedtls_x509_crt& certificate) const;

  Span<const ByteView> roots_;
  Sessions* sessions_ = nullptr;
  Span<const crypto::Sha256> pins_;
  Identity* shown_ = nullptr;
  bool verifies_ = true;
  Unreadable unreadable_ = Unreadable::refused;
};

/// Who one end is: its chain of certificates, its own first, without the root; and the key of the
/// first. All in DER; they stay as they are for ever (flash). A server has one; a client only with
/// Trust::show().
class Identity : public Settings {
 public:
  Identity(Span<const ByteView> chain, ByteView key);
  ~Identity();

  /// Clients may resume their sessions. To be called before the first connection. Without effect
  /// where certificates are required of them: who resumes shows none.
  void issue(Tickets& tickets) { tickets_ = &tickets; }

  /// Has a server ask every client for a certificate, and believe it as `trust` says: without one
  /// the handshake ends with `no_certificate`. Said before the first connection; `trust` outlives
  /// this. After verify_nothing() any certificate will do.
  void require(Trust& trust);

  /// Done by a server's first connection. `tls_memory`, or `bad_argument` when it cannot be read or
  /// the key is another one's.
  Status open(io::Loop& loop);

 private:
  friend class Trust;
  friend class Tls;
  Status read_chain();
  Status show_in(mbedtls_ssl_config& config);

  Span<const ByteView> chain_;
  ByteView key_bytes_;
  Trust* required_ = nullptr;
  mbedtls_pk_context key_;
  Tickets* tickets_ = nullptr;
};

}  // namespace mote::mbedtls
