// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "mote/base/callback.hpp"
#include "mote/base/list.hpp"

namespace mote::io {

class Loop;

/// Lets an interrupt or another thread have something done on the loop.
class Signal : public Linked<Signal> {
 public:
  Signal(Loop& loop, Callback<void()> on_raised);

  /// Has `on_raised` called from Loop::poll(), once for all raises since it was last called. Free
  /// of locks; may be called from interrupts and threads while the object lives.
  void raise();

 private:
  friend class Loop;
  Loop& loop_;
  Callback<void()> on_raised_;
  std::atomic<bool> raised_{false};
};

}  // namespace mote::io
