// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <new>
#include <utility>

#include "mote/base/watch.hpp"
#include "mote/http/handler.hpp"
#include "mote/http/occupant.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/io/listener.hpp"

namespace mote::http {

class Filter;

/// How a Server waits and what it takes. Outlives the server that uses it; may lie in flash. A head
/// has at most HeadParser::bytes_max bytes; a line of it, what is kept of it, and a gathered body
/// must fit into one of the loop's blocks.
struct ServerOptions {
  Duration head_within{10'000};   ///< from a request's first byte to the end of its head: else 408
  Duration body_within{10'000};   ///< for a gathered body; between two parts of one in parts
  Duration kept{60'000};          ///< that a connection without a request is kept
  Duration taken_within{30'000};  ///< without the client taking anything of an answer
  /// What sees every request first, in this order: see Filter.
  Span<Filter* const> filters{};
};

/// An HTTP/1.1 server: reads requests, finds their handlers, keeps connections, and holds everybody
/// to their deadlines. HEAD, OPTIONS, 404, 405, 408, 413, 414, 431, 501, 503 and 505 need no
/// handler.
///
/// A connection without a request costs its Place and nothing else. While a request comes in, one
/// of the loop's blocks has what is kept of it; when none is free, the client is held back until
/// one is. Requests that were sent ahead wait until the one before is answered.
/// Deadlines come late by a millisecond for each 512 places.
class Server : io::Acceptor, io::BlockWaiter, Watched {
 public:
  /// `routes` outlive the server, and may lie in flash. A listener with one connection more than
  /// there are places lets the one too many be told 503.
  Server(io::Loop& loop, io::Listener& listener, Span<const Route> routes, Span<Place> places);
  ~Server();

  /// Uses `options`, which must outlive the server, from now on.
  void use(const ServerOptions& options) { options_ = &options; }

  /// Begins to accept; what it returns is the listener's. `busy`, `no_slot`.
  Status listen(std::uint16_t port);
  /// Accepts no more. Connections that stand go on.
  void stop() { listener_.stop(); }
  /// Accepts no more, answers what was asked already, closes what idles, and after `within` ends
  /// what is left. Then on_shut_down follows. Called again it only changes `within`.
  void shut_down(Duration within = {5'000});
  Callback<void()> on_shut_down;

  /// Connections that stand now.
  std::size_t connections() const;

  io::Loop& loop() const { return timer_.loop(); }
  const ServerOptions& options() const { return *options_; }
  Span<const Route> routes() const { return routes_; }

  // For handlers whose connections are not HTTP any more: each place in turn, some of them free.
  std::size_t places() const { return places_.size(); }
  Occupant* occupant(std::size_t place) const;

 private:
  friend class Occupant;
  friend class Responder;
  friend class StillHere;
  friend class Ticket;

  io::TransportEvents* on_accepted(io::Transport& connection) override;
  void on_block_free() override;
  void on_timer();
  /// Has Occupant::check() called, in no more than so long.
  void check_in(Duration at_most);
  Place& place_of(const Occupant& occupant) const;
  void vacate(Place& place);
  bool is_shutting_down() const { return shutting_down_; }

  io::Listener& listener_;
  const ServerOptions* options_;
  Span<const Route> routes_;
  Span<Place> places_;
  io::Timer timer_;
  std::size_t next_place_ = 0;  // where the search for a free one begins
  Instant check_at_{};
  Instant end_at_{};
  bool shutting_down_ = false;
};

/// A Server with its places.
template <std::size_t N>
class SizedServer : std::array<Place, N>, public Server {
 public:
  SizedServer(io::Loop& loop, io::Listener& listener, Span<const Route> routes)
      : Server(loop, listener, routes, Span<Place>{this->data(), N}) {}
};

}  // namespace mote::http
