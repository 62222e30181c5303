// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>

#include "mote/http/received.hpp"
#include "mote/http/server.hpp"
#include "run.hpp"
#include "tls.hpp"

namespace tool {

/// The HTTP server of one command: it says where it listens, and shuts down before its Run ends.
class Service {
 public:
  static constexpr std::size_t connections_max = 1024;

  Service(Run& run, const Options& options, mote::Span<const mote::http::Route> routes);

  /// Uses `options`, which must outlive this.
  void use(const mote::http::ServerOptions& options) { server_.use(options); }

  /// Runs until the Run stops, and returns how the program ends.
  int run();

 private:
  mote::io::Listener& open_door();
  std::string origin(std::uint16_t port) const;
  void tell_where();

  Run& run_;
  const Options& options_;
  // One more is told that the server is full.
  port::Listener<connections_max + 1> door_;
  ServerTls tls_;
  std::optional<mote::mbedtls::SizedTlsListener<connections_max + 1>> tls_door_;
  mote::http::SizedServer<connections_max> server_;
  int exit_ = done;
};

/// Bodies of requests that come in parts, up to a limit, for a Handler; longer ones are answered
/// with 413. The handler keeps Content-Length.
class Bodies {
 public:
  explicit Bodies(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// For Handler::on_head and on_body.
  void begin(const mote::http::Received& request, mote::http::Responder& responder);
  void add(mote::http::Responder& responder, mote::ByteView part);
  /// For on_request: the body, which is forgotten here.
  std::string take(mote::http::Responder& responder);
  /// For on_gone.
  void drop(mote::http::Responder& responder) { bodies_.erase(&responder); }

 private:
  std::size_t bytes_max_;
  std::map<const mote::http::Responder*, std::string> bodies_;
};

}  // namespace tool
