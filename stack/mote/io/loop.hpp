// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "mote/base/bytes.hpp"
#include "mote/base/callback.hpp"
#include "mote/base/time.hpp"
#include "mote/io/blocks.hpp"
#include "mote/io/counters.hpp"
#include "mote/io/retry.hpp"
#include "mote/io/signal.hpp"
#include "mote/io/timer.hpp"

namespace mote::io {

/// What everything on one network runs on. A port implements it; a program has one.
class Loop {
 public:
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs every callback that is due, waits at most so long for something to happen, runs what that
  /// brought, and returns how long nothing more will be due. Must not be called from a callback.
  Duration poll(Duration wait_at_most = {0});
  /// Polls and waits until stop().
  void run();
  void stop() { stopped_ = true; }
  /// Makes a poll() that waits return. May be called from an interrupt or another thread.
  virtual void wake() = 0;

  /// The clock as poll() read it: the same moment in all callbacks of one poll. It begins 60 s
  /// before its 32 bits wrap, so that what cannot cross the wrap shows itself in the first minute.
  Instant now() const { return now_; }
  /// Fills `out` with bytes fit for keys (RFC 6455 §10.3 needs them for masks).
  virtual void random(ByteSpan out) = 0;
  /// A random number below `bound`, which is not 0. For jitter, not for keys.
  std::uint32_t random_below(std::uint32_t bound);
  /// Seconds since 1970, or 0 while unknown. Certificates and webhook signatures need it.
  virtual std::uint64_t unix_seconds() const { return 0; }

  Blocks& blocks() { return blocks_; }
  /// What happened so far. Connections add to it; `count` is where they do.
  virtual Counters counters() const;
  Counters count;

  /// The link and the address came or went. What waits for its next attempt tries at once, a little
  /// jittered, when they are back.
  Callback<void(bool up)> on_network;

 protected:
  Loop(ByteSpan blocks_memory, std::size_t block_bytes) : blocks_(blocks_memory, block_bytes) {}
  ~Loop() = default;

  /// A clock of milliseconds that runs steadily; only differences matter.
  virtual Instant read_clock() = 0;
  /// Delivers what arrived and sends what is queued, a bounded number of events; never blocks.
  /// Returns whether more is ready.
  virtual bool pump() = 0;
  /// Sleeps until something happens, wake() is called or was called since the last wait, or the
  /// time is over. Interrupts must not be lost between pump() and here.
  virtual void wait(Duration at_most) = 0;
  /// For the port to tell, from pump(), that the network came or went.
  void network_is(bool up);
  /// For the port to tell, not from an interrupt, that unix_seconds() is known from now on: what
  /// waits for its next attempt may have failed for want of it.
  void time_is_known() { hasten_retries(); }

 private:
  friend class Timer;
  friend class Signal;
  Duration run_what_is_due();
  void run_signals();
  void run_timers();
  void hasten_retries();

  Blocks blocks_;
  List<Timer> timers_;
  List<Signal> signals_;
  Instant now_{0u - 60'000u};
  Instant clock_{};  // As last read.
  bool started_ = false;
  std::atomic<bool> raised_{false};
  bool stopped_ = false;
  bool polling_ = false;
};

}  // namespace mote::io
