// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/http/retrying_client.hpp"
#include "mote/sse/event_parser.hpp"

namespace mote::sse {

/// What a source does when a server that is reached refuses for a while: answers 429, or 5xx.
enum class Refusals : std::uint8_t {
  are_waited_out,  ///< tries again, no sooner than its Retry-After says
  end,             ///< as the standard has it, which leaves trying again to the page
};

/// How a source asks and waits. Outlives the source that uses it; may lie in flash.
struct Options {
  Span<const http::Field> fields{};  ///< own header fields
  /// The waits after failures. Once the server has said `retry`, it is from one to two times that
  /// instead, and longer as failures go on.
  io::Backoff backoff{{3'000}, {300'000}};
  /// A stream that brings no byte for so long, not even a comment, is lost. Servers are told to
  /// send a comment every 15 seconds or so (WHATWG HTML §9.2.7); forever() trusts TCP instead.
  Duration stall{60'000};
  Refusals refusals = Refusals::are_waited_out;
};

/// An EventSource (WHATWG HTML §9.2): reads the events of a stream as they come, and opens it again
/// where it ended, by the id of the last event.
///
///     closed -- open() --> asking -- 200, text/event-stream --> open
///                          ^ |  \-- 204, any other answer --> closed
///                          | v failed                            |
///                         waiting <--- lost, ended --------------/
///
/// All callbacks come from Loop::poll(), and everything may be called from them, the destructor
/// included. `on_open` and `on_lost` come in pairs; `on_closed` comes once for each open() that
/// returned ok, and last. Redirects are followed; each reconnection begins at the URL as given.
class Source : http::RetryingClient {
  bool right_type_ = false;  // of the answer; first, because behind the base is room for it

 public:
  /// `rx` holds one event as EventParser describes, and a quarter of it is for the last id; while
  /// there are no events, the other three quarters gather the lines of the response head. `tx` is
  /// where the request is composed: URL, fields and last id.
  Source(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
      : RetryingClient(loop, transport, head_room(rx), tx), parser_(rx) {}

  Callback<void()> on_open;
  Callback<void(const Event&)> on_event;
  /// An event did not fit and was left out; type and id are told, the data is lost.
  Callback<void(const Event&)> on_too_large;
  /// An open stream ended; `closed`: the server ended it in order. `timed_out`: it stalled.
  Callback<void(Failure)> on_lost;
  /// An attempt failed or a stream was lost; the next attempt is planned.
  using RetryingClient::on_retry;
  /// Nothing more will be tried. `closed`: by close(), or by the server's 204, which `native`
  /// tells. `wrong_type`: the answer is no event stream. `http_status`: it is another than 200.
  Callback<void(Failure)> on_closed;

  /// Uses `options`, which must outlive the source, from the next open() on.
  void use(const Options& options) { options_ = &options; }

  /// Opens the stream at an http or https URL, behind the event whose id was `last_id`, if there is
  /// one. `busy`: it is open, or about to be. `bad_url`, `insecure`, `bad_argument` (a field,
  /// the id), `too_large` (the request for tx, or the id for rx): then nothing is called back.
  Status open(Lasting url, std::string_view last_id = {});
  /// Ends the stream, or gives up opening it. on_lost, if it was open, and on_closed follow.
  void close() { close_soon(); }
  /// Ends at once, without a word to the application.
  using RetryingClient::abort;

  /// No more events until resume(): the server is held back. Stays so when the stream is opened
  /// again.
  void pause();
  void resume();

  bool is_open() const { return state_ == State::open; }

 private:
  Status ask() override;
  http::Limits limits_now() const override;
  void more_fields(http::MessageWriter& head) const override;
  void got_field(const http::Field& field) override;
  void got_head(std::uint16_t code) override;
  void got_body(ByteView part) override;
  void got_end(Failure why) override;

  static ByteSpan head_room(ByteSpan rx);
  void refuse(std::uint16_t code);
  void plan(Failure why);
  void end(Failure why);

  static const Options default_options;
  const Options* options_ = &default_options;
  Lasting url_;
  EventParser parser_;
  Instant opened_{};
};

template <std::size_t Rx, std::size_t Tx>
struct SourceMemory {
  std::array<std::uint8_t, Rx> rx;
  std::array<std::uint8_t, Tx> tx;
};

/// A Source with its memory: events of about Rx bytes less the last id.
template <std::size_t Rx, std::size_t Tx>
class SizedSource : SourceMemory<Rx, Tx>, public Source {
 public:
  SizedSource(io::Loop& loop, io::Transport& transport)
      : Source(loop, transport, this->rx, this->tx) {}
};

}  // namespace mote::sse
