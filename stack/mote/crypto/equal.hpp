// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"

namespace mote::crypto {

/// Whether both are the same, in a time that does not tell where they differ. Different sizes are
/// different at once: a size is no secret.
bool equal(ByteView one, ByteView other);

}  // namespace mote::crypto
