// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "mote/base/byte_writer.hpp"
#include "mote/base/status.hpp"

namespace mote::encoding {

/// Writes `text` so that it can stand anywhere in a URL as data: letters, digits and `-._~` as they
/// are, every other byte as `%` and two digits (RFC 3986 §2.1, §2.3).
void put_percent(ByteWriter& out, std::string_view text);

/// Writes the bytes that `text` stands for. A `+` stays a `+`. `bad_argument`: a `%` without two
/// digits. `too_large`: they do not fit. Neither writes anything. What comes out may be any byte,
/// also NUL and `/`: whoever uses it as a name or a path looks at it once more.
Status decode_percent(std::string_view text, ByteWriter& out);

}  // namespace mote::encoding
