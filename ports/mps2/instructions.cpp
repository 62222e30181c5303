// SPDX-License-Identifier: MIT
#include "mps2/instructions.hpp"

#include "mps2/registers.hpp"

namespace mote::mps2 {

namespace {

constexpr std::uint64_t tick_ns = 40;

// The Ethernet controller's free-running counter (DS00002266, FREE_RUN), 25 MHz; widened here.
std::uint64_t ticks_now() {
  static std::uint32_t last = 0;
  static std::uint64_t ticks = 0;
  const std::uint32_t now = Register(ethernet_base + 0x9C).read();
  ticks += now - last;
  last = now;
  return ticks;
}

}  // namespace

std::uint32_t instructions_now() {
  constexpr std::uint64_t instruction_ns = 1024;
  return static_cast<std::uint32_t>((ticks_now() * tick_ns + instruction_ns - 1) / instruction_ns);
}

std::uint64_t instructions_at_32_ns() { return ticks_now() * tick_ns / 32; }

}  // namespace mote::mps2
