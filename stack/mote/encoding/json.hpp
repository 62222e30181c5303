// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/byte_writer.hpp"

namespace mote::encoding {

/// Writes `text`, which is UTF-8, as a JSON string with its quotes (RFC 8259 §7): quotes,
/// backslashes and control characters escaped, everything else as it is. At worst, with nothing
/// but control characters, that is 6 bytes for each byte, and 2 for the quotes.
void put_json(ByteWriter& out, std::string_view text);

/// How many bytes put_json() writes.
std::size_t json_bytes(std::string_view text);

}  // namespace mote::encoding
