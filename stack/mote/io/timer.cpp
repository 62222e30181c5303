// SPDX-License-Identifier: MIT
#include "mote/io/timer.hpp"

#include "mote/io/loop.hpp"

namespace mote::io {
namespace {

constexpr Duration comparable{24u * 24 * 60 * 60 * 1000};

}  // namespace

void Timer::start(Duration after) {
  if (after == Duration::forever()) return stop();
  const Instant now = loop_.now();
  if (running() && until(listed_, now) <= after) {
    due_ = now + after;  // It stands early enough: poll() moves it on when its place is reached.
    return;
  }
  stop();
  enter(now, after);
}

void Timer::stop() { List<Timer>::remove(*this); }

void Timer::enter(Instant now, Duration after) {
  due_ = now + after;
  listed_ = now + (after < comparable ? after : comparable);
  auto& timers = loop_.timers_;
  // From the back: most deadlines are later than those that run already.
  Timer* earlier = timers.back();
  while (earlier && !is_due(earlier->listed_, listed_)) earlier = timers.before(*earlier);
  if (!earlier) return timers.push_front(*this);
  timers.insert_after(*earlier, *this);
}

}  // namespace mote::io
