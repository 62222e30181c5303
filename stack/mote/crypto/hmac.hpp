// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/crypto/sha256.hpp"

namespace mote::crypto {

/// The HMAC with SHA-256 of `parts`, one after the other as if they lay together (RFC 2104).
/// Compare it by equal().
Sha256 hmac_sha256(ByteView key, Span<const ByteView> parts);

}  // namespace mote::crypto
