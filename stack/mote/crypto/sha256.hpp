// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "mote/base/bytes.hpp"

namespace mote::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

/// The SHA-256 of `bytes`.
Sha256 sha256(ByteView bytes);

}  // namespace mote::crypto
