// SPDX-License-Identifier: MIT
// From reset to main(), and what happens when the processor or a contract gives up.
#include <cstddef>
#include <cstdint>

#include "mote/base/expects.hpp"
#include "mps2/board.hpp"
#include "mps2/registers.hpp"

using Word = std::uint32_t;

extern "C" {
extern Word __stack_bottom[], __stack_top[];
extern Word __data_source[], __data_start[], __data_end[];
extern Word __bss_start[], __bss_end[];
using Initialiser = void (*)();
extern Initialiser __init_array_start[], __init_array_end[];

int run_program() __asm("main");  // C++ does not let a program call main().
[[noreturn]] void reset_handler();
void hard_fault_handler();
// Of those whose device a program does not use, the device's file is not linked.
[[gnu::weak, gnu::nothrow, gnu::alias("hard_fault_handler")]] void systick_handler();
[[gnu::weak, gnu::nothrow, gnu::alias("hard_fault_handler")]] void uart0_rx_handler();
[[gnu::weak, gnu::nothrow, gnu::alias("hard_fault_handler")]] void ethernet_handler();
}

namespace mote::mps2 {

constexpr Word paint = 0x5AFE57ACu;

constexpr int exit_contract = 70;
constexpr int exit_fault = 71;

static void print_hex(std::string_view name, Word value) {
  char text[8];
  for (char& digit : text) {
    digit = "0123456789abcdef"[value >> 28];
    value <<= 4;
  }
  print_part(name);
  print_part({text, sizeof text});
}

std::size_t stack_bytes() {
  return static_cast<std::size_t>(__stack_top - __stack_bottom) * sizeof(Word);
}

std::size_t stack_used_most() {
  const Word* untouched = __stack_bottom;
  while (untouched < __stack_top && *untouched == paint) ++untouched;
  return static_cast<std::size_t>(__stack_top - untouched) * sizeof(Word);
}

/// Says where it happened. `frame` is what the processor pushed (Armv7-M, B1.5.6), if it could.
extern "C" [[noreturn, gnu::used]] void report_fault(const Word* frame) {
  // A real board would restart here. The address of the configurable fault status is in B3.2.15.
  const Word status = Register(0xE000ED28u).read();
  if (frame < __stack_bottom || frame + 8 > __stack_top) {
    print("fault: the stack is too small");
  } else {
    print_hex("fault: at ", frame[6]);
    print_hex(" called from ", frame[5]);
    print_hex(" status ", status);
    print("");
  }
  mps2::exit(exit_fault);
}

}  // namespace mote::mps2

[[noreturn]] void mote::contract_broken() {
  using namespace mps2;
  print_hex("contract broken: called from ",
            reinterpret_cast<Word>(__builtin_extract_return_addr(__builtin_return_address(0))));
  print("");
  mps2::exit(exit_contract);
}

// The stack may be what failed: the report gets a fresh one.
[[gnu::naked]] void hard_fault_handler() {
  __asm volatile(
      "mrs r0, msp\n"
      "ldr r1, =__stack_top\n"
      "msr msp, r1\n"
      "b report_fault\n");
}

static void paint_stack() {
  const Word* const here = static_cast<Word*>(__builtin_frame_address(0)) - 16;
  for (Word* at = __stack_bottom; at < here; ++at) *at = mote::mps2::paint;
}

void reset_handler() {
#if defined(__ARM_FP)
  mote::mps2::Register(0xE000ED88u).set(0xFu << 20);  // The floating-point unit (Armv7-M, B3.2.20).
#endif
  paint_stack();
  const Word* from = __data_source;
  for (Word* to = __data_start; to < __data_end; ++to) *to = *from++;
  for (Word* to = __bss_start; to < __bss_end; ++to) *to = 0;
  for (Initialiser* run = __init_array_start; run < __init_array_end; ++run) (*run)();
  mote::mps2::exit(run_program());
}

namespace {

struct Vectors {
  Word* stack;
  void (*reset)();
  void (*exceptions[14])();  // from NMI (2) to SysTick (15)
  void (*interrupts[64])();
};

constexpr Vectors make_vectors() {
  Vectors vectors{};
  vectors.stack = __stack_top;
  vectors.reset = reset_handler;
  for (auto& handler : vectors.exceptions) handler = hard_fault_handler;
  for (auto& handler : vectors.interrupts) handler = hard_fault_handler;
  vectors.exceptions[15 - 2] = systick_handler;
  vectors.interrupts[mote::mps2::uart0_rx_irq] = uart0_rx_handler;
  vectors.interrupts[mote::mps2::ethernet_irq] = ethernet_handler;
  return vectors;
}

[[gnu::section(".vectors"), gnu::used]] constexpr Vectors vectors = make_vectors();

}  // namespace
