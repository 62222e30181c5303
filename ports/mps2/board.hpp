// SPDX-License-Identifier: MIT
// What this board offers to the port over lwIP and to programs.
#pragma once

#include <string_view>

#include "mote/base/bytes.hpp"
#include "mote/base/time.hpp"

struct netif;

namespace mote::mps2 {

// Clock and sleep

/// Milliseconds of a counter that runs also while the processor sleeps; begins anywhere.
std::uint32_t clock_ms();

/// Sleeps until an interrupt brings news, wake() is called or was called since the last sleep, or
/// the time is over.
void sleep_at_most(Duration time);

/// Ends a sleep_at_most(), or the next one. Interrupts may call it.
void wake();

// Network

/// Starts the Ethernet controller, adds it to lwIP as its default interface and asks for addresses
/// (DHCP, IPv6 router advertisements). lwip_init() must have been called. Called once.
netif& start_ethernet();

/// Moves one arrived frame into lwIP, and tells it of a pulled or plugged cable. Not to be called
/// from interrupts. False: there was none, or lwIP has no buffer for it.
bool receive_frame();

struct EthernetCounters {
  std::uint32_t received;
  std::uint32_t sent;
  std::uint32_t starved;  ///< times that a frame had to wait for a buffer of lwIP
};
EthernetCounters ethernet_counters();

// Console

/// Writes a line to the first serial port.
void print(std::string_view line);
/// Writes without ending the line.
void print_part(std::string_view text);
void print_part(std::uint32_t decimal);

/// Has `on_byte` called, from an interrupt, for each byte that the console receives from now on.
void listen_to_console(void (*on_byte)(std::uint8_t byte));

/// Switches the user LED.
void set_led(bool on);

// Test bench

/// Fills `out` with random bytes of the host: this emulated board has no source of its own, and
/// says so on the console once.
void entropy(ByteSpan out);

/// The host's clock, in place of one of the board's own. 0: QEMU was given `clock=none`, and this
/// is a board that has none.
std::uint64_t unix_seconds();

/// What QEMU was given as `arg=`, cut after 511 bytes.
std::string_view command_line();

/// The value of `name=value` among the words of the command line; empty without.
std::string_view argument(std::string_view name);

/// Ends the emulation; `code` becomes QEMU's exit status.
[[noreturn]] void exit(int code);

// Stack

/// Bytes of the stack that were used at most, and how many there are.
std::size_t stack_used_most();
std::size_t stack_bytes();

}  // namespace mote::mps2
