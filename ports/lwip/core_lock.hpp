// SPDX-License-Identifier: MIT
#pragma once

#include "lwip/opt.h"
#if !NO_SYS
#include "lwip/tcpip.h"
#endif

namespace mote::lwip {

/// Holds lwIP's core lock while it stands. Without an operating system there is nothing to hold,
/// and before lwIP is `started` there may be no lock yet.
class CoreLock {
 public:
#if NO_SYS
  explicit CoreLock(bool started = true) { (void)started; }
  ~CoreLock() {}
#else
  explicit CoreLock(bool started = true) : held_(started) {
    if (held_) LOCK_TCPIP_CORE();
  }
  ~CoreLock() {
    if (held_) UNLOCK_TCPIP_CORE();
  }
#endif
  CoreLock(const CoreLock&) = delete;
  CoreLock& operator=(const CoreLock&) = delete;

#if !NO_SYS
 private:
  const bool held_;
#endif
};

/// Gives the lock back while it stands: the application is never called with it held.
class CoreUnlock {
 public:
#if NO_SYS
  CoreUnlock() {}
  ~CoreUnlock() {}
#else
  CoreUnlock() { UNLOCK_TCPIP_CORE(); }
  ~CoreUnlock() { LOCK_TCPIP_CORE(); }
#endif
  CoreUnlock(const CoreUnlock&) = delete;
  CoreUnlock& operator=(const CoreUnlock&) = delete;
};

}  // namespace mote::lwip
