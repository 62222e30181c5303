// SPDX-License-Identifier: MIT
// Private to this port: the SMSC LAN9118 Ethernet controller. Knows nothing of lwIP.
#pragma once

#include "mote/base/bytes.hpp"

namespace mote::mps2::lan9118 {

/// Resets the controller. Frames for its own address, multicasts and broadcasts will come in, two
/// bytes of padding before each, so that what follows the Ethernet header is divisible by four.
void start();
constexpr std::size_t padding_bytes = 2;

/// The address that the controller loaded from its EEPROM.
void read_address(ByteSpan six);

/// A frame at the head of the queue; no length: there is none.
struct Frame {
  std::size_t length;  ///< without padding and checksum
  bool is_damaged;
};
Frame next_frame();
/// Reads words, padding first, of the frame at the head. `to` is divisible by four.
void read_words(std::uint8_t* to, std::size_t words);
/// Removes the frame at the head, of which so many words were read.
void finish_frame(const Frame& frame, std::size_t words);

/// Whether a frame of so many bytes in so many pieces can be written now.
bool has_room(std::size_t bytes, std::size_t pieces);
constexpr std::uint32_t first_piece = 1u << 13;
constexpr std::uint32_t last_piece = 1u << 12;
/// Writes one piece, at any address, of a frame of `length` bytes. The last one sends it.
void write_piece(ByteView bytes, std::uint32_t which, std::size_t length);

/// Whether a cable is plugged in.
bool has_link();

/// For the interrupt: no more of them until listen().
void be_quiet();
/// Forgets what has happened, and interrupts for the next frame or change of the link. Whoever
/// looks for frames and link afterwards misses none.
void listen();

}  // namespace mote::mps2::lan9118
