// SPDX-License-Identifier: MIT
#include "mps2/net.hpp"

#include "console/console.hpp"
#include "lwip/init.h"
#include "mps2/board.hpp"

namespace mote::mps2 {

static io::Signal* pressed = nullptr;

Net::Net(ByteSpan blocks_memory, std::size_t block_bytes)
    : lwip::Net(blocks_memory, block_bytes), pressed_(*this, [] {
        if (port::button.on_press) port::button.on_press();
      }) {}

void Net::start() {
  lwip_init();
  (void)start_ethernet();
  pressed = &pressed_;
  listen_to_console([](std::uint8_t) { pressed->raise(); });
}

void Net::wake() { mps2::wake(); }
void Net::random(ByteSpan out) { entropy(out); }
std::uint64_t Net::read_calendar() const { return mps2::unix_seconds(); }

io::Counters Net::counters() const {
  io::Counters all = lwip::Net::counters();
  all.stack = static_cast<std::uint32_t>(stack_bytes());
  all.stack_most = static_cast<std::uint32_t>(stack_used_most());
  return all;
}

bool Net::receive_frame() { return mps2::receive_frame(); }
void Net::sleep(Duration at_most) { sleep_at_most(at_most); }

}  // namespace mote::mps2

namespace port {

Button button;

void print(std::string_view line) { mote::mps2::print(line); }
void led(bool on) {
  mote::mps2::set_led(on);
  print(on ? "led on" : "led off");  // Nobody sees the emulated one.
}

mote::Lasting setting(std::string_view name, mote::Lasting otherwise) {
  const std::string_view given = mote::mps2::argument(name);
  return given.empty() ? otherwise : mote::Lasting::of(given);
}

}  // namespace port
