// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <port/tls.hpp>
#include <vector>

#include "key_file.hpp"
#include "run.hpp"

namespace tool {

/// --cert and --key: who one is.
class OwnIdentity {
 public:
  /// Both complain and finish `run` when they cannot be used. The first reads the files.
  bool load(Run& run, const Options& options);
  bool open(Run& run, const Options& options);
  /// Nothing without --cert.
  port::Identity* get() { return identity_ ? &*identity_ : nullptr; }

 private:
  KeyFile certificate_;
  KeyFile key_;
  std::optional<port::Identity> identity_;
};

/// Whom a command believes that asks servers, as --ca, --insecure and --pin say, and who it is.
class ClientTls {
 public:
  /// Complains and finishes `run` when something of that cannot be used.
  ClientTls(Run& run, const Options& options);
  port::Trust& trust() { return trust_; }

 private:
  bool load_roots(Run& run, const Options& options);
  bool load_pins(Run& run, const Options& options);

  KeyFile roots_;
  std::vector<mote::crypto::Sha256> pins_;
  OwnIdentity own_;
  mote::mbedtls::SizedSessions<4, 2048> sessions_;
  port::Trust trust_;
};

/// Who a server is, and which clients it lets in, as --cert, --key and --client-ca say.
class ServerTls {
 public:
  /// Complains and finishes `run` when something of that cannot be used.
  ServerTls(Run& run, const Options& options);
  /// Nothing without TLS.
  port::Identity* identity() const { return identity_; }

 private:
  KeyFile authorities_;
  port::Trust clients_;
  mote::mbedtls::Tickets tickets_;
  OwnIdentity own_;
  port::Identity* identity_ = nullptr;
};

/// A failure, what `follows` from it, and what can be done by who typed the command when it has to
/// do with TLS.
std::string words_for(const mote::Failure& why,
                      const Options& options,
                      std::string_view follows = {});

}  // namespace tool
