// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mote::posix {

/// Something with descriptors in the loop's epoll set.
class Watcher {
 public:
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  virtual void on_ready(std::uint32_t events) = 0;

 protected:
  Watcher() = default;
  ~Watcher() = default;
};

}  // namespace mote::posix
