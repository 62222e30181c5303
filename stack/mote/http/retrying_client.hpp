// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/connection.hpp"
#include "mote/io/retry.hpp"

namespace mote::http {

/// A Client that asks again by itself: what event sources, pollers and senders of webhooks have in
/// common. Whoever derives from it says how to ask, and what the answers mean.
///
///     closed -- start() --> asking -- got_end() --> waiting, by ask_after() or plan() --> asking
///                             \-- got_head() --> open, for an answer that goes on for ever
///     any -- close_soon() --> closing, or closing_open --> got_end(closed)
class RetryingClient : protected Connection {
 public:
  /// An attempt failed; the next one is planned.
  Callback<void(Failure, Duration wait)> on_retry;

  /// Ends at once, without a word to the application.
  void abort();

 protected:
  enum class State : std::uint8_t {
    closed,
    waiting,
    asking,
    open,
    closing_open,  // it was open: that it is no more is still to be told
    closing,
  };

  RetryingClient(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
      : Connection(loop, transport, rx, tx) {}

  /// Sends a request by send_again(). What it returns but `ok` goes to got_end().
  virtual Status ask() = 0;
  /// Reads Retry-After.
  void got_field(const Field& field) override;
  /// The end also comes for an ask() that failed, and after close_soon(), both from
  /// Layer::application.
  void got_end(Failure why) override = 0;

  /// Asks for the first time. What the network lacks now it may have later: that is `ok`.
  Status start();
  /// send(), and what belongs to it.
  Status send_again(const PlainRequest& request);
  /// Asks when so much time has passed, and the server wants no longer wait.
  void ask_after(Duration wait);
  /// Asks when the backoff after one more failure is over.
  void plan(Failure why, const io::Backoff& backoff);
  /// Has got_end() called from the next poll(), unless that is under way or all is closed.
  void close_soon();

  io::Loop& loop() const { return timer_.loop(); }

  /// An attempt that failed for this would fail again: what is wrong is ours, or stands in the
  /// redirects.
  static bool is_final(Failure why);

  Duration asked_wait_{0};  // by the Retry-After of the answer
  State state_ = State::closed;
  bool paused_ = false;

 private:
  void got_rested() override;
};

}  // namespace mote::http
