// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

struct netif;

/// What this firmware knows of its hardware. The registers are invented: no such board exists.
namespace board {

std::uint32_t clock_ms();
/// The date and time of the clock with the battery, in seconds since 1970; 0 when that was empty.
std::uint64_t calendar_seconds();
/// Fills `out` from the noise source; false when that is broken.
bool read_noise(unsigned char* out, std::size_t size);
/// Sleeps until an interrupt or the time is over.
void sleep_ms(std::uint32_t at_most);
/// Makes sleep_ms() return, now or the next time. Interrupts call it.
void wake();

void open_valve(bool open);
int soil_moisture_percent();

void start_ethernet(netif& interface);
/// Hands one received frame to lwIP; false: there was none.
bool receive_frame(netif& interface);

}  // namespace board
