// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/received.hpp"
#include "mote/http/server.hpp"
#include "mote/ws/session.hpp"

namespace mote::ws {

/// What a broadcast does with a client that takes nothing now.
enum class SlowClient : std::uint8_t {
  misses,     ///< leaves this message out
  is_closed,  ///< with 1013
};

/// The WebSocket half of one http::Server: the handler of any route turns requests that ask for it
/// into sessions (RFC 6455 §4.2). Sessions read, write, answer pings and notice dead peers as a
/// Client does; an idle one has its http::Place and nothing else.
///
/// All callbacks come from Loop::poll(), and everything may be called from them.
class Server : public http::Handler {
 public:
  Server() = default;

  /// Whether this client may come in, after the checks of handshake and origin; false is 403,
  /// unless it answers by itself or takes a ticket. While this is set, the request has the fields
  /// that Handler::keeps() names, such as Authorization and Cookie.
  Callback<bool(const http::Received& request, http::Responder& responder)> accepts;
  Callback<void(Session&)> on_open;
  Callback<void(Session&, std::string_view text)> on_text;  ///< whole messages, valid UTF-8
  Callback<void(Session&, ByteView bytes)> on_binary;
  /// When set, messages come in pieces as they arrive: see Client::on_piece.
  Callback<void(Session&, ByteView piece, bool last)> on_piece;
  /// There is room after a send said `would_block` or `busy`.
  Callback<void(Session&)> on_writable;
  Callback<void(Session&, const Close&)> on_closed;  ///< the last call for this session

  SlowClient slow_client = SlowClient::misses;

  /// Uses `options`, which must outlive the server, for sessions from now on.
  void use(const Options& options) { options_ = &options; }

  /// Sends a message to all but `except`; it is composed once. Returns how many took it.
  std::size_t broadcast(std::string_view text, const Session* except = nullptr);
  std::size_t broadcast(ByteView bytes, Opcode text_or_binary, const Session* except = nullptr);
  /// Open sessions.
  std::size_t sessions() const;

  bool keeps(std::string_view field_name) const override;
  void on_request(const http::Received& request, http::Responder& responder) override;

 private:
  friend class Session;

  bool allows(std::string_view origin, std::string_view host) const;
  Session* session(std::size_t place) const;

  const Options* options_ = &default_options;
  http::Server* http_ = nullptr;  // known from the first request on
};

/// A Server that stands alone, with a port of its own and room for N clients. Every path leads to
/// it.
template <std::size_t N>
class SizedServer : public Server {
 public:
  SizedServer(io::Loop& loop, io::Listener& listener) : http_(loop, listener, routes_) {}

  /// See http::Server.
  Status listen(std::uint16_t port) { return http_.listen(port); }
  void shut_down(Duration within = {5'000}) { http_.shut_down(within); }
  http::Server& http() { return http_; }

 private:
  const http::Route routes_[1] = {{"GET", "*", *this}};
  http::SizedServer<N> http_;
};

}  // namespace mote::ws
