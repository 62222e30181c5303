// SPDX-License-Identifier: MIT
#include "mote/io/loop.hpp"

#include <algorithm>

#include "mote/base/expects.hpp"

namespace mote::io {

Duration Loop::poll(Duration wait_at_most) {
  expects(!polling_);
  polling_ = true;
  Duration idle = run_what_is_due();
  const Duration at_most = std::min(wait_at_most, idle);
  if (!stopped_ && at_most.ms != 0) {
    wait(at_most);
    idle = run_what_is_due();
  }
  polling_ = false;
  return idle;
}

void Loop::run() {
  expects(!polling_);
  polling_ = true;
  stopped_ = false;
  // Nothing happens between one round and the next but the wait: each runs what is due once.
  for (Duration idle = run_what_is_due(); !stopped_; idle = run_what_is_due())
    if (idle.ms != 0) wait(idle);
  polling_ = false;
}

/// Returns how long nothing more will be due.
Duration Loop::run_what_is_due() {
  const Instant clock = read_clock();
  // What was started before the first poll counts from there: the clock may not have run before.
  if (started_) now_.ms += clock.ms - clock_.ms;
  started_ = true;
  clock_ = clock;

  bool more = pump();
  if (raised_.load()) run_signals();
  run_timers();
  if (blocks_.serve_waiters()) more = true;
  if (more || raised_.load()) return {0};
  Timer* const first = timers_.front();
  return first ? until(first->listed_, now_) : Duration::forever();
}

void Loop::run_signals() {
  raised_.store(false);
  // Set apart, so that each gets its turn once, whatever the callbacks add or destroy.
  List<Signal> now;
  now.take_all(signals_);
  while (Signal* const signal = now.pop_front()) {
    signals_.push_back(*signal);
    if (!signal->raised_.load()) continue;
    signal->raised_.store(false);  // Before the call: what is raised during it is not lost.
    signal->on_raised_();
  }
}

void Loop::run_timers() {
  Timer* const first = timers_.front();
  if (!first || !is_due(first->listed_, now_)) return;
  // Those that are due now are set apart first, so that a timer started anew waits for the next
  // poll.
  List<Timer> due;
  while (Timer* const timer = timers_.front()) {
    if (!is_due(timer->listed_, now_)) break;
    List<Timer>::remove(*timer);
    due.push_back(*timer);
  }
  while (Timer* const timer = due.pop_front()) {
    const std::uint32_t late = now_.ms - timer->listed_.ms;
    const std::uint32_t wanted = timer->due_.ms - timer->listed_.ms;
    if (wanted > late) {
      timer->enter(now_, {wanted - late});
    } else {
      timer->on_due_();
    }
  }
}

std::uint32_t Loop::random_below(std::uint32_t bound) {
  std::uint8_t bytes[4];
  random(bytes);
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) * bound >> 32);
}

Counters Loop::counters() const {
  Counters all = count;
  all.blocks = blocks_.count();
  all.blocks_used = blocks_.used();
  all.blocks_most = blocks_.used_most();
  return all;
}

void Loop::network_is(bool up) {
  if (up) hasten_retries();
  if (on_network) on_network(up);
}

void Loop::hasten_retries() {
  for (Timer* timer = timers_.front(); timer;) {
    Timer* const next = timers_.after(*timer);  // Before it moves, which is to the front only.
    if (timer->hasty_) {
      timer->hasty_ = false;
      // Devices of one building come back at the same moment; they must not call at the same one.
      timer->start({random_below(1000)});
    }
    timer = next;
  }
}

}  // namespace mote::io
