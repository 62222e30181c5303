// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/time.hpp"
#include "mote/http/handler.hpp"

namespace mote::http {
class Server;
}

namespace mote::polling {

/// How requests are held. Outlives the HeldRequests that uses it; may lie in flash.
struct HeldOptions {
  /// Then 204 is answered; less than 24 days. What stands between waits for an answer 30 seconds
  /// and longer.
  Duration at_most{25'000};
  /// One more is answered 503. Here: as many as the server has places.
  std::size_t held_max = ~std::size_t{0};
  /// What the 503 says as Retry-After, in whole seconds.
  Duration retry_after{5'000};
};

/// Holds the requests of long polling clients until there is something to tell them (RFC 6202 §2).
///
///     asked --hold--> held --release()--> told on_released --answer--> not held
///                       \--at_most, or the client ends its half--> 204
///
/// A held request costs its http::Place, and nothing else; a client that vanishes frees it. Of one
/// server, which must live while release() and held() are called. HEAD is not held.
class HeldRequests : public http::Handler {
 public:
  /// So many are told or answered in one millisecond; the others in the next ones, so that they do
  /// not keep the loop from everybody else. Of a server with thousands of places an eighth at a
  /// time.
  static constexpr std::uint32_t answers_a_turn = 64;

  /// A request came. True: hold it. False: it was answered, with what is there already. Without
  /// this all are held. http::Responder::user is the application's own, for a cursor say.
  Callback<bool(const http::Received& request, http::Responder& responder)> on_asked;
  /// What it waited for is there: answer it. Who does not lets it wait on, for what is left of its
  /// time. When the answer finds no room (`would_block`), this is called again.
  Callback<void(http::Responder& responder)> on_released;

  /// Uses `options`, which must outlive this, from now on.
  void use(const HeldOptions& options) { options_ = &options; }

  /// Has on_released called for all that are held now, from Loop::poll(), each once.
  void release();
  /// How many are held. Looks at each place of the server.
  std::size_t held() const;

  void on_request(const http::Received& request, http::Responder& responder) override;
  void on_held_out(http::Responder& responder) override;
  void on_writable(http::Responder& responder) override;
  void on_half_closed(http::Responder& responder) override;

 private:
  static const HeldOptions default_options;

  http::Responder* held_at(std::size_t place) const;
  void hold(http::Responder& responder);
  bool takes_turn(Instant now);

  const HeldOptions* options_ = &default_options;
  http::Server* server_ = nullptr;
  std::size_t counted_ = 0;  // of those held; not less than there are
  Instant turn_{};
  std::uint32_t in_turn_ = 0;
};

}  // namespace mote::polling
