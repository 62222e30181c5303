// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mote::topic {

/// What becomes of a reader who does not keep up, and falls out of the ring.
enum class Slow : std::uint8_t {
  skip,   ///< is told how much was missed, and goes on with the oldest message
  close,  ///< is closed; when it comes back with its cursor, it is told
};

}  // namespace mote::topic
