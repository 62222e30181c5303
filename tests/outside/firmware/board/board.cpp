// SPDX-License-Identifier: MIT
#include "board/board.hpp"

#include "lwip/sys.h"

namespace board {
namespace {

volatile std::uint32_t& at(std::uint32_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

constexpr std::uint32_t milliseconds = 0x40001000u;
constexpr std::uint32_t alarm = 0x40001004u;
constexpr std::uint32_t calendar = 0x40001008u;
constexpr std::uint32_t noise_ready = 0x40002000u;
constexpr std::uint32_t noise_word = 0x40002004u;
constexpr std::uint32_t valve = 0x40003000u;
constexpr std::uint32_t moisture = 0x40003004u;
constexpr std::uint32_t restart = 0xE000ED0Cu;

volatile bool awake = false;

}  // namespace

std::uint32_t clock_ms() { return at(milliseconds); }
std::uint64_t calendar_seconds() { return at(calendar); }

bool read_noise(unsigned char* out, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (at(noise_ready) == 0) return false;
    out[i] = static_cast<unsigned char>(at(noise_word));
  }
  return true;
}

// Interrupts are off from the look at `awake` to WFI, which one that waits ends all the same.
void sleep_ms(std::uint32_t at_most) {
  __asm volatile("cpsid i" ::: "memory");
  if (!awake && at_most != 0) {
    at(alarm) = at_most;
    __asm volatile("dsb\n\twfi" ::: "memory");
  }
  awake = false;
  __asm volatile("cpsie i" ::: "memory");
}

void wake() { awake = true; }
void open_valve(bool open) { at(valve) = open; }
int soil_moisture_percent() { return static_cast<int>(at(moisture)); }

}  // namespace board

// What lwIP asks of a board (lwip/sys.h, config/arch/cc.h).
extern "C" {
u32_t sys_now() { return board::clock_ms(); }
uint32_t board_random_word() { return board::at(board::noise_word); }
void board_restart() {
  board::at(board::restart) = 0x05FA0004u;
  for (;;) {
  }
}
}
