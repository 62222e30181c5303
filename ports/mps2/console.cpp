// SPDX-License-Identifier: MIT
// The first serial port (Arm CMSDK APB UART, DDI 0479 §4.3) and the user LED.
#include "mps2/board.hpp"
#include "mps2/registers.hpp"

extern "C" void uart0_rx_handler();

namespace mote::mps2 {

namespace {

constexpr Register data{0x40004000u};
constexpr Register state{0x40004004u};
constexpr Register control{0x40004008u};
constexpr Register interrupts{0x4000400Cu};
constexpr Register divider{0x40004010u};
constexpr Register leds{0x40028000u};

constexpr std::uint32_t tx_full = 1;
constexpr std::uint32_t rx_full = 2;
constexpr std::uint32_t rx_and_tx = 3;
constexpr std::uint32_t rx_interrupt = 1u << 3;
constexpr std::uint32_t baud_divider = 25'000'000 / 115'200;

// One character takes 87 us on the wire, some 2,000 instructions. A console that nobody reads must
// not stop the network: what does not go is dropped.
constexpr int tries_max = 10'000;

void write(char character) {
  if (control.read() == 0) {
    divider.write(baud_divider);
    control.write(rx_and_tx);
  }
  for (int tries = 0; tries < tries_max; ++tries) {
    if ((state.read() & tx_full) == 0) {
      data.write(static_cast<std::uint8_t>(character));
      return;
    }
  }
}

}  // namespace

static void (*console_listener)(std::uint8_t byte) = nullptr;

void print_part(std::string_view text) {
  for (const char character : text) write(character);
}

void print_part(std::uint32_t decimal) {
  char digits[10];
  std::size_t first = sizeof digits;
  do {
    digits[--first] = static_cast<char>('0' + decimal % 10);
    decimal /= 10;
  } while (decimal != 0);
  print_part({digits + first, sizeof digits - first});
}

void print(std::string_view line) {
  print_part(line);
  print_part("\r\n");
}

static void take_byte() {
  interrupts.write(rx_full);  // The same bit means "received" there.
  if ((state.read() & rx_full) != 0) console_listener(static_cast<std::uint8_t>(data.read()));
}

void listen_to_console(void (*on_byte)(std::uint8_t byte)) {
  console_listener = on_byte;
  divider.write(baud_divider);
  control.write(rx_and_tx | rx_interrupt);
  // A byte that was there before brings no interrupt, and keeps all others out.
  take_byte();
  enable_irq(uart0_rx_irq);
}

void set_led(bool on) { on ? leds.set(1) : leds.clear(1); }

}  // namespace mote::mps2

void uart0_rx_handler() {
  mote::mps2::take_byte();
  mote::mps2::wake();
}
