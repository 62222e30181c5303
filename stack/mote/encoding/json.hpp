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

/// Takes a JSON string off the front of `text`, which is UTF-8, and writes what it stands for:
/// UTF-8 again, never more bytes than it took. False: that is no string, half a surrogate pair, or
/// more than `out` has room for.
bool take_json_string(std::string_view& text, ByteWriter& out);

/// Takes `character` off the front of `text`, and the white space before it (RFC 8259 §2). False:
/// something else is there, or nothing; then only the white space was taken.
bool take_json_mark(std::string_view& text, char character);

}  // namespace mote::encoding
