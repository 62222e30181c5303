// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/base/byte_writer.hpp"
#include "mote/http/retrying_client.hpp"

namespace mote::polling {

/// How a poller asks and waits. Outlives the poller that uses it; may lie in flash.
struct Options {
  Span<const http::Field> fields{};  ///< own header fields
  /// A response field whose value is sent back with the next request, as a server's cursor; or
  /// none. Sent as `cursor_sent_as`, or under the same name.
  std::string_view cursor_field{};
  std::string_view cursor_sent_as{};
  io::Backoff backoff{{1'000}, {300'000}};  ///< the waits after failures
  /// From the beginning of one request to that of the next, whatever the server does: at least the
  /// first of these after news, and at least the second after a held request that brought none.
  Duration gap_after_news{100};
  Duration gap_after_nothing{1'000};
};

/// Asks again and again: at a steady pace (short polling), or each time for the server to answer
/// when it has something (long polling, RFC 6202 §2).
///
/// What the server said last is not sent again: its ETag or Last-Modified comes back to it as
/// If-None-Match or If-Modified-Since (RFC 9110 §13.1), and so does a cursor. Both move on when an
/// answer was received whole and told, so that news is told at least once.
///
///     closed -- every(), hold() --> asking --> waiting -- time is up --> asking
///       ^                             | stop(), an answer that ends it
///       \-----------------------------/
///
/// All callbacks come from Loop::poll(), and everything may be called from them, the destructor
/// included. `on_closed` comes once for each every() or hold() that returned ok, and last.
class Poller : http::RetryingClient {
 public:
  /// `rx` gathers the body of an answer, and before it the lines of its head, in three of its
  /// quarters; the first quarter keeps ETag, cursor and the URL that next_url makes. `tx` is where
  /// the request is composed, and where the fields of the answer wait for its body.
  Poller(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
      : RetryingClient(loop, transport, rx.from(rx.size() / 4), tx),
        notes_(rx.first(rx.size() / 4)) {}

  /// An answer of 2xx other than 204. Its views live during the call.
  Callback<void(const http::Response&)> on_news;
  /// An attempt failed, or was answered by an error; the next one is planned. A held request that
  /// is answered by 204 or 304, or not in time, is no failure.
  using RetryingClient::on_retry;
  /// Nothing more will be asked. `closed`: by stop(), or by an answer that ends the polling, whose
  /// code `native` tells. `http_status`: the same, for one of 400 and above.
  Callback<void(Failure)> on_closed;
  /// Whether an answer of that code ends the polling. Without it 410 does (RFC 9110 §15.5.11).
  Callback<bool(std::uint16_t code)> ends_at;
  /// Writes the URL of the next request, with a cursor in its query for instance. Asked before each
  /// one, when it is set; it must do nothing else.
  Callback<void(ByteWriter& url)> next_url;

  /// Uses `options`, which must outlive the poller, from the next every() or hold() on.
  void use(const Options& options) { options_ = &options; }

  /// Asks now, and then each `period`, which runs from request to request. `busy`: it asks already.
  /// `bad_url`, `insecure`, `bad_argument` (a field), `too_large` (the request for tx): then
  /// nothing is called back. `url` may be left out where next_url is set.
  Status every(Duration period, Lasting url = {});
  /// Asks now, and again as soon as there is an answer, or none for `at_most`, which is what the
  /// server may hold a request for, and 5 seconds.
  Status hold(Duration at_most, Lasting url = {});
  /// Asks no more; on_closed follows.
  void stop() { close_soon(); }
  /// The same without a word to the application.
  using RetryingClient::abort;

  /// Asks no more until resume(), and holds back an answer that is on its way.
  void pause();
  void resume();

 private:
  Status ask() override;
  http::Limits limits_now() const override;
  void more_fields(http::MessageWriter& head) const override;
  void got_field(const http::Field& field) override;
  void got_body(ByteView part) override;
  void got_end(Failure why) override;

  Status start(Lasting url, bool holds, Duration period);
  void take_answer(std::uint16_t code);
  void remember(std::uint16_t code);
  void end(Failure why);

  ByteView validator() const { return notes_.first(validator_bytes_); }
  ByteView cursor() const { return notes_.from(notes_.size() - cursor_bytes_); }

  static const Options default_options;
  const Options* options_ = &default_options;
  Lasting url_;
  ByteSpan notes_;      // the validator, the URL being asked for ... the cursor
  Duration period_{0};  // or what a held request may take in all
  // Of the answer being received: kept in tx until its end.
  std::string_view type_, new_validator_, new_cursor_;
  std::uint16_t validator_bytes_ = 0;
  std::uint16_t cursor_bytes_ = 0;
  bool holds_ = false;
  bool validator_is_date_ = false;
  bool new_is_date_ = false;
  bool cursor_lost_ = false;  // there was no room to keep it
};

template <std::size_t Rx, std::size_t Tx>
struct PollerMemory {
  std::array<std::uint8_t, Rx> rx;
  std::array<std::uint8_t, Tx> tx;
};

/// A Poller with its memory: answers of up to three quarters of Rx.
template <std::size_t Rx, std::size_t Tx>
class SizedPoller : PollerMemory<Rx, Tx>, public Poller {
 public:
  SizedPoller(io::Loop& loop, io::Transport& transport)
      : Poller(loop, transport, this->rx, this->tx) {}
};

}  // namespace mote::polling
