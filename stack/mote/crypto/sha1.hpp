// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "mote/base/bytes.hpp"

namespace mote::crypto {

using Sha1 = std::array<std::uint8_t, 20>;

/// The SHA-1 of `bytes`. Only where a protocol asks for it, as the WebSocket handshake does: it
/// keeps nobody out (RFC 6455 §10.8).
Sha1 sha1(ByteView bytes);

}  // namespace mote::crypto
