// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/ws/timed_connection.hpp"

namespace mote::ws {

/// A WebSocket client (RFC 6455): opens, reads and writes messages, notices a dead peer, closes,
/// and comes back by itself if it is to stay open.
///
///     closed -- open() --> opening -----> open -- close(), loss --> closed
///                            ^ | failed    | and was to stay open
///                            | v           v
///                           waiting <------/
///
/// All callbacks come from Loop::poll(), and everything may be called from them, the destructor
/// included. `on_open` and `on_lost` come in pairs; `on_closed` comes once for each open() or
/// stay_open() that returned ok, and last.
class Client : public TimedConnection {
 public:
  /// `memory` holds the longest message and 125 bytes for control frames; without it messages are
  /// gathered in one of the loop's blocks. See SizedClient.
  Client(io::Loop& loop, io::Transport& transport, ByteSpan memory = {});
  ~Client();

  Callback<void()> on_open;
  Callback<void(std::string_view text)> on_text;  ///< whole messages, valid UTF-8
  Callback<void(ByteView bytes)> on_binary;
  /// When set, messages come in pieces as they arrive, of any size. Text is checked on the way; a
  /// piece may end inside of a character.
  Callback<void(ByteView piece, bool last)> on_piece;
  Callback<void()> on_writable;  ///< there is room after a send said `would_block` or `busy`
  Callback<void(const Close&)> on_lost;  ///< an open WebSocket ended
  /// An attempt failed or a WebSocket was lost; the next attempt is planned.
  Callback<void(Failure, Duration wait)> on_retry;
  Callback<void(const Close&)> on_closed;  ///< nothing more will be tried

  /// Uses `options`, which must outlive the client. Call it while nothing is open.
  void use(const Options& options) { options_ = &options; }

  /// Opens a ws or wss URL, once. `bad_url`, `insecure` (wss over a transport without TLS), `busy`
  /// (it is open, or about to be). What the network does is told by on_open or on_closed.
  Status open(Lasting url) { return stay_open(url, {Duration::forever(), {}}); }
  /// Opens, and opens again after every failure and loss, waiting ever longer up to `backoff.most`.
  Status stay_open(Lasting url, io::Backoff backoff = {{1000}, {60000}});
  /// Closes with a closing handshake; on_lost and on_closed follow. What waits to be opened is
  /// given up. `bad_argument`: a code that must not be sent (RFC 6455 §7.4), or a reason of more
  /// than 123 bytes. `not_open`: closed already.
  Status close(std::uint16_t code = 1000, std::string_view reason = {});
  /// Ends at once, without a word to the peer or to the application.
  void abort();

  using Connection::is_open;

 private:
  struct Opening;

  Status connect();
  void begin_upgrade();
  std::size_t read_response(ByteSpan bytes);
  std::size_t upgraded(ByteSpan rest);
  Opening& opening() const;

  void on_connected() override;
  std::size_t on_received(ByteSpan bytes) override;

  void on_message(ByteSpan bytes, bool last) override;
  void on_room() override;
  void on_end(const Close& how) override;
  void on_timer() override;

  Lasting url_;
  io::Backoff backoff_{};
  Instant opened_{};
};

/// A Client for messages of at most Bytes; without it, of at most one of the loop's blocks less
/// 125.
template <std::size_t Bytes>
class SizedClient : public Client {
 public:
  SizedClient(io::Loop& loop, io::Transport& transport) : Client(loop, transport, memory_) {}

 private:
  std::array<std::uint8_t, Bytes + 125> memory_;
};

}  // namespace mote::ws
