// SPDX-License-Identifier: MIT
#include "mps2/lan9118.hpp"

#include "mote/base/expects.hpp"
#include "mps2/registers.hpp"

namespace mote::mps2::lan9118 {

namespace {

// Microchip's data sheet DS00002266, chapter 5.
constexpr std::uint32_t base = ethernet_base;

constexpr Register rx_data{base + 0x00};
constexpr Register tx_data{base + 0x20};
constexpr Register rx_status{base + 0x40};
constexpr Register rx_status_peek{base + 0x44};
constexpr Register tx_status{base + 0x48};
constexpr Register interrupt_config{base + 0x54};
constexpr Register interrupt_status{base + 0x58};
constexpr Register interrupt_enable{base + 0x5C};
constexpr Register byte_test{base + 0x64};
constexpr Register fifo_levels{base + 0x68};
constexpr Register rx_config{base + 0x6C};
constexpr Register tx_config{base + 0x70};
constexpr Register hardware_config{base + 0x74};
constexpr Register rx_fifo_info{base + 0x7C};
constexpr Register tx_fifo_info{base + 0x80};
constexpr Register mac_command{base + 0xA4};
constexpr Register mac_data{base + 0xA8};

constexpr std::uint32_t rx_level_event = 1u << 3;
constexpr std::uint32_t phy_event = 1u << 18;

// Registers behind mac_command (chapter 5.4), and of the PHY behind those (chapter 5.5).
enum class Mac : std::uint32_t { control = 1, address_high, address_low, mii_access = 6, mii_data };
enum class Phy : std::uint32_t { status = 1, interrupt_source = 29, interrupt_mask };

constexpr std::uint32_t mac_busy = 1u << 31;
constexpr std::uint32_t mac_is_read = 1u << 30;
constexpr std::uint32_t mac_full_duplex = 1u << 20;
constexpr std::uint32_t mac_all_multicasts = 1u << 19;  // IPv6 asks for neighbours by multicast.
constexpr std::uint32_t mac_tx_and_rx = 1u << 3 | 1u << 2;
constexpr std::uint32_t link_is_up = 1u << 2;
constexpr std::uint32_t link_went_down = 1u << 4;
constexpr std::uint32_t link_came_up = 1u << 6 | 1u << 7;

// The controller answers within microseconds; one that never does is broken.
void wait_for_mac() {
  for (int tries = 0; tries < 10'000; ++tries) {
    if ((mac_command.read() & mac_busy) == 0) return;
  }
  expects(false);
}

std::uint32_t read_mac(Mac which) {
  mac_command.write(mac_busy | mac_is_read | static_cast<std::uint32_t>(which));
  wait_for_mac();
  return mac_data.read();
}

void write_mac(Mac which, std::uint32_t value) {
  mac_data.write(value);
  mac_command.write(mac_busy | static_cast<std::uint32_t>(which));
  wait_for_mac();
}

constexpr std::uint32_t mii_access(Phy which) {
  return 1u << 11 | static_cast<std::uint32_t>(which) << 6 | 1;  // The PHY inside has address 1.
}

void wait_for_phy() {
  for (int tries = 0; tries < 1'000; ++tries) {
    if ((read_mac(Mac::mii_access) & 1) == 0) return;
  }
  expects(false);
}

std::uint32_t read_phy(Phy which) {
  write_mac(Mac::mii_access, mii_access(which));
  wait_for_phy();
  return read_mac(Mac::mii_data);
}

void write_phy(Phy which, std::uint32_t value) {
  write_mac(Mac::mii_data, value);
  write_mac(Mac::mii_access, mii_access(which) | 2);
  wait_for_phy();
}

}  // namespace

void start() {
  hardware_config.write(1);  // Reset.
  for (int tries = 0; hardware_config.read() & 1; ++tries) expects(tries < 10'000);
  expects(byte_test.read() == 0x87654321u);
  hardware_config.write(1u << 20 | 5u << 16);  // Whole frames only; 5 KiB for those to be sent.
  interrupt_status.write(0xFFFFFFFFu);
  interrupt_config.write(1u << 8 | 1u << 4 | 1);  // On; active high; push and pull.
  fifo_levels.write(0);                           // The first frame interrupts.
  rx_config.write(padding_bytes << 8);
  tx_config.write(2);
  write_phy(Phy::interrupt_mask, link_went_down | link_came_up);
  write_mac(Mac::control, mac_full_duplex | mac_all_multicasts | mac_tx_and_rx);
}

void read_address(ByteSpan six) {
  const std::uint32_t low = read_mac(Mac::address_low);
  const std::uint32_t high = read_mac(Mac::address_high);
  for (std::size_t i = 0; i < 4; ++i) six[i] = static_cast<std::uint8_t>(low >> 8 * i);
  for (std::size_t i = 0; i < 2; ++i) six[4 + i] = static_cast<std::uint8_t>(high >> 8 * i);
}

Frame next_frame() {
  if ((rx_fifo_info.read() >> 16 & 0xFF) == 0) return {0, false};
  const std::uint32_t status = rx_status_peek.read();
  constexpr std::size_t checksum_bytes = 4;
  return {(status >> 16 & 0x3FFF) - checksum_bytes, (status & 1u << 15) != 0};
}

void read_words(std::uint8_t* to, std::size_t words) {
  auto* const out = reinterpret_cast<std::uint32_t*>(to);
  for (std::size_t i = 0; i < words; ++i) out[i] = rx_data.read();
}

void finish_frame(const Frame& frame, std::size_t words) {
  (void)rx_status.read();
  const std::size_t all = (padding_bytes + frame.length + 3) / 4 + 1;  // One more: the checksum.
  for (; words < all; ++words) (void)rx_data.read();
}

bool has_room(std::size_t bytes, std::size_t pieces) {
  // Each piece has two words of command, and may begin and end in the middle of a word.
  return (tx_fifo_info.read() & 0xFFFF) >= bytes + pieces * 16;
}

void write_piece(ByteView bytes, std::uint32_t which, std::size_t length) {
  // The controller takes words and is told how many bytes of the first one to leave out.
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uint32_t offset = address & 3;
  tx_data.write(offset << 16 | which | bytes.size());
  tx_data.write(static_cast<std::uint32_t>(length << 16 | length));
  const auto* const words = reinterpret_cast<const volatile std::uint32_t*>(address - offset);
  for (std::size_t i = 0; i < (offset + bytes.size() + 3) / 4; ++i) tx_data.write(words[i]);
  if (which & last_piece) {
    // Nobody looks at the reports of what was sent, but their queue must not fill up.
    while (tx_fifo_info.read() >> 16 & 0xFF) (void)tx_status.read();
  }
}

bool has_link() {
  (void)read_phy(Phy::status);  // Keeps the last loss until it was read.
  return (read_phy(Phy::status) & link_is_up) != 0;
}

void be_quiet() { interrupt_enable.write(0); }

void listen() {
  (void)read_phy(Phy::interrupt_source);  // Reading clears it.
  interrupt_status.write(0xFFFFFFFFu);
  interrupt_enable.write(rx_level_event | phy_event);
}

}  // namespace mote::mps2::lan9118
