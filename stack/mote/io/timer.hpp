// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/callback.hpp"
#include "mote/base/list.hpp"
#include "mote/base/time.hpp"

namespace mote::io {

class Loop;

/// One deadline. Lives in the object whose deadline it is.
class Timer : public Linked<Timer> {
 public:
  Timer(Loop& loop, Callback<void()> on_due) : loop_(loop), on_due_(on_due) {}

  /// Calls back once, from Loop::poll(), when `after` has passed from now on; starts anew when it
  /// is running, at no cost when that is later. `Duration::forever()` stops it.
  void start(Duration after);
  void stop();
  bool running() const { return List<Timer>::contains(*this); }
  Loop& loop() const { return loop_; }

 private:
  friend class Loop;
  friend class Retry;
  void enter(Instant now, Duration after);

  Loop& loop_;
  Callback<void()> on_due_;
  Instant listed_{};    // Its place in the loop's list; at most 24 days ahead, so that it compares.
  Instant due_{};       // When it is due: then or later.
  bool hasty_ = false;  // A Retry for which the network may come back first.
};

}  // namespace mote::io
