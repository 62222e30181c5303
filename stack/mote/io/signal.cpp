// SPDX-License-Identifier: MIT
#include "mote/io/signal.hpp"

#include "mote/io/loop.hpp"

namespace mote::io {

Signal::Signal(Loop& loop, Callback<void()> on_raised) : loop_(loop), on_raised_(on_raised) {
  loop_.signals_.push_back(*this);
}

void Signal::raise() {
  raised_.store(true);
  loop_.raised_.store(true);
  loop_.wake();
}

}  // namespace mote::io
