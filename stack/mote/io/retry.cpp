// SPDX-License-Identifier: MIT
#include "mote/io/retry.hpp"

#include <algorithm>

#include "mote/io/loop.hpp"

namespace mote::io {

Duration Retry::wait(const Backoff& backoff, Duration at_least) {
  std::uint32_t longest = backoff.first.ms;
  for (std::uint8_t i = 0; i < failures_ && longest < backoff.most.ms; ++i)
    longest = longest > backoff.most.ms / 2 ? backoff.most.ms : longest * 2;
  longest = std::min(longest, backoff.most.ms);
  if (failures_ < 32) ++failures_;
  const std::uint32_t half = longest / 2;
  const Duration drawn{longest - loop().random_below(half + 1)};
  const Duration after = std::max(drawn, at_least);
  Timer::start(after);
  hasty_ = at_least.ms == 0;  // What a server asked for is kept even when the network comes back.
  ++loop().count.retries;
  return after;
}

void Retry::start(Duration after) {
  hasty_ = false;
  Timer::start(after);
}

void Retry::stop() { start(Duration::forever()); }

}  // namespace mote::io
