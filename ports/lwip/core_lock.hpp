// SPDX-License-Identifier: MIT
#pragma once

#include "lwip/opt.h"
#if !NO_SYS
#include "lwip/tcpip.h"
#endif

namespace mote::lwip {

/// Holds lwIP's core lock while it stands. Without an operating system there is nothing to hold.
class CoreLock {
 public:
#if NO_SYS
  CoreLock() {}
  ~CoreLock() {}
#else
  CoreLock() { LOCK_TCPIP_CORE(); }
  ~CoreLock() { UNLOCK_TCPIP_CORE(); }
#endif
  CoreLock(const CoreLock&) = delete;
  CoreLock& operator=(const CoreLock&) = delete;
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
