// SPDX-License-Identifier: MIT
#pragma once

#include "mote/io/timer.hpp"

namespace mote::io {

/// Waiting times that double from `first` to `most`, each drawn at random from its upper half.
struct Backoff {
  Duration first, most;
};

/// A timer that can also wait for the next attempt: ever longer after each failure, not at all long
/// once the network is back.
class Retry : public Timer {
 public:
  Retry(Loop& loop, Callback<void()> on_due) : Timer(loop, on_due) {}

  /// Starts to wait as `backoff` says after one more failure, but at least `at_least` (what the
  /// server asked for, say). Returns how long.
  Duration wait(const Backoff& backoff, Duration at_least = {0});
  /// The attempt went well: the next failure waits `first` again.
  void succeeded() { failures_ = 0; }
  /// Starts an ordinary deadline instead.
  void start(Duration after);
  void stop();

 private:
  std::uint8_t failures_ = 0;
};

}  // namespace mote::io
