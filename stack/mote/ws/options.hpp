// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "mote/base/bytes.hpp"
#include "mote/base/time.hpp"
#include "mote/http/field.hpp"

namespace mote::ws {

/// How long a connection waits. Every value may be left as it is, or be Duration::forever().
struct Timing {
  Duration ping_after{30'000};   ///< silence after which the peer is pinged
  Duration pong_within{10'000};  ///< silence after the ping that means the peer is gone
  Duration message_within{
      10'000};                   ///< from a message's first piece in a block to its last: else 1008
  Duration close_within{5'000};  ///< for the peer's half of the closing handshake
};

/// What one end of a WebSocket asks for and allows. Outlives those who use it; may lie in flash.
struct Options {
  std::string_view subprotocols{};   ///< comma-separated, the one most wanted first; or none
  Span<const http::Field> fields{};  ///< own header fields of the opening handshake
  /// A server's: pages of these origins may connect too, beside those of its own host; `*`: all.
  Span<const std::string_view> origins{};
  /// For messages that are told by on_piece; a longer one ends with 1009.
  std::size_t piece_message_bytes_max = ~std::size_t{0};
  Duration open_within{20'000};  ///< a client's: until on_open: name, connection and handshake
  Timing timing{};
  /// Messages are told also after close(), up to the peer's close frame; else they are dropped.
  bool hears_out = false;
};

inline constexpr Options default_options{};

}  // namespace mote::ws
