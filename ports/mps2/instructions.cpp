// SPDX-License-Identifier: MIT
#include "mps2/instructions.hpp"

#include "mps2/registers.hpp"

namespace mote::mps2 {

std::uint32_t instructions_now() {
  // The Ethernet controller's free-running counter (DS00002266, FREE_RUN), 25 MHz; widened here.
  static std::uint32_t last = 0;
  static std::uint64_t ticks = 0;
  const std::uint32_t now = Register(ethernet_base + 0x9C).read();
  ticks += now - last;
  last = now;
  constexpr std::uint64_t tick_ns = 40;
  constexpr std::uint64_t instruction_ns = 1024;
  return static_cast<std::uint32_t>((ticks * tick_ns + instruction_ns - 1) / instruction_ns);
}

}  // namespace mote::mps2
