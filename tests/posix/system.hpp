// SPDX-License-Identifier: MIT
// The system calls of the port, which the linker leads through here in tests: they can fail, do
// less than they were asked to, and time can jump.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mote::posix {

struct System {
  /// The n-th call from now fails (1 is the next one), each with an error it really has; 0: none.
  static void fail_call(std::uint32_t n);
  /// How many calls there were since fail_call().
  static std::uint32_t calls();
  static const char* failed();  ///< the name of the one that failed, or nullptr

  static std::size_t send_most;      ///< bytes that one call to send takes at most
  static std::size_t send_all_most;  ///< bytes that all calls take until this is raised again
  static bool queue_is_empty;        ///< false: the kernel always has unacknowledged bytes
  static bool no_descriptors;        ///< socket() and accept4() find none free

  static void pass(std::uint32_t ms);  ///< makes the clocks jump
  static void reset();
};

/// How many descriptors this process has open.
int open_descriptors();

}  // namespace mote::posix
