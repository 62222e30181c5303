// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mote::io {

/// What happened on a loop since it was made. Numbers wrap; `…_most` are high-water marks.
struct Counters {
  std::uint32_t connects = 0;   ///< connections begun by us
  std::uint32_t connected = 0;  ///< of those, the ones that stood
  std::uint32_t accepted = 0;   ///< connections begun by peers
  std::uint32_t refused = 0;    ///< of those, the ones for which there was no place
  std::uint32_t lost = 0;       ///< connections that ended otherwise than in order
  std::uint32_t retries = 0;    ///< attempts that failed and were planned again
  std::uint32_t drops = 0;      ///< things given up for want of room, each told to somebody
  std::uint32_t rx_bytes = 0;
  std::uint32_t tx_bytes = 0;
  std::uint16_t blocks = 0;       ///< in all
  std::uint16_t blocks_used = 0;  ///< now
  std::uint16_t blocks_most = 0;
  std::uint16_t pool = 0;       ///< receive buffers of the network stack, in all; 0: it has no pool
  std::uint16_t pool_most = 0;  ///< of those, used at most
  std::uint32_t stack = 0;      ///< bytes of the processor's stack; 0: the port cannot tell
  std::uint32_t stack_most = 0;
};

}  // namespace mote::io
