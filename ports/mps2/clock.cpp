// SPDX-License-Identifier: MIT
// Time from the board's own counter, which needs no interrupts; sleep with SysTick as alarm clock.
#include <algorithm>

#include "mps2/board.hpp"
#include "mps2/registers.hpp"

extern "C" void systick_handler();

namespace mote::mps2 {

namespace {

// FPGAIO (Arm AN385 §4.5): COUNTER goes up each time the prescaler, fed by 25 MHz, ran down.
constexpr Register counter{0x40028018u};
constexpr Register prescaler{0x4002801Cu};

// SysTick (Armv7-M, B3.3).
constexpr Register systick_control{0xE000E010u};
constexpr Register systick_reload{0xE000E014u};
constexpr Register systick_value{0xE000E018u};
constexpr std::uint32_t systick_runs = 7;  // processor clock, with interrupt

constexpr std::uint32_t ticks_per_ms = 25'000;
constexpr std::uint32_t systick_ms_max = (1u << 24) / ticks_per_ms;

volatile bool awake = false;

/// One sleep, at most as long as SysTick can measure.
void doze(std::uint32_t ms) {
  const WithoutInterrupts guard;
  // Looked at only now: what came since the caller looked has set it, and what comes later ends
  // WFI.
  if (awake) return;
  systick_reload.write(ms * ticks_per_ms - 1);
  systick_value.write(0);
  systick_control.write(systick_runs);
  __asm volatile("dsb\n\twfi" ::: "memory");
  systick_control.write(0);
}

}  // namespace

std::uint32_t clock_ms() {
  if (prescaler.read() == 0) prescaler.write(ticks_per_ms - 1);
  return counter.read();
}

void wake() { awake = true; }

void sleep_at_most(Duration time) {
  const std::uint32_t from = clock_ms();
  for (std::uint32_t slept = 0; slept < time.ms && !awake; slept = clock_ms() - from) {
    doze(std::min(time.ms - slept, systick_ms_max));
  }
  awake = false;
}

}  // namespace mote::mps2

// Waking is all it is for.
void systick_handler() {}
