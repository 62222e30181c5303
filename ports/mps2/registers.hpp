// SPDX-License-Identifier: MIT
// Private to this port: memory-mapped registers and the processor's few instructions.
#pragma once

#include <cstdint>

namespace mote::mps2 {

/// A 32-bit register at a fixed address.
class Register {
 public:
  explicit constexpr Register(std::uint32_t address) : address_(address) {}
  std::uint32_t read() const { return *at(); }
  void write(std::uint32_t value) const { *at() = value; }
  void set(std::uint32_t bits) const { write(read() | bits); }
  void clear(std::uint32_t bits) const { write(read() & ~bits); }

 private:
  volatile std::uint32_t* at() const { return reinterpret_cast<volatile std::uint32_t*>(address_); }
  std::uint32_t address_;
};

// Interrupt lines (Arm AN385, table of interrupts).
constexpr std::uint32_t uart0_rx_irq = 0;
constexpr std::uint32_t ethernet_irq = 13;

// Where the Ethernet controller is: the FPGA image for the Cortex-M7 (AN500), which has a
// floating-point unit of double precision, has it elsewhere.
#if defined(__ARM_FP) && (__ARM_FP & 8)
constexpr std::uint32_t ethernet_base = 0xA0000000u;
#else
constexpr std::uint32_t ethernet_base = 0x40200000u;
#endif

/// Lets this interrupt through (Armv7-M, B3.4).
inline void enable_irq(std::uint32_t line) { Register(0xE000E100u).write(1u << line); }

/// Interrupts wait while one of these stands. WFI still wakes for them.
class WithoutInterrupts {
 public:
  WithoutInterrupts() {
    __asm volatile("mrs %0, primask" : "=r"(before_));
    __asm volatile("cpsid i" ::: "memory");
  }
  ~WithoutInterrupts() { __asm volatile("msr primask, %0" ::"r"(before_) : "memory"); }
  WithoutInterrupts(const WithoutInterrupts&) = delete;
  WithoutInterrupts& operator=(const WithoutInterrupts&) = delete;

 private:
  std::uint32_t before_;
};

}  // namespace mote::mps2
