// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/byte_writer.hpp"

namespace mote::http {

/// Reads an HTTP date in any of its three forms (RFC 9110 §5.6.7) as seconds since 1970. False when
/// it is none, or lies before 1970. `unix_now` says which century a two-digit year belongs to: none
/// is more than 50 years ahead; 0 stands for unknown and means 1970 to 2069.
bool read_date(std::string_view text, std::uint64_t unix_now, std::uint64_t& unix_seconds);

/// Writes `Sun, 06 Nov 1994 08:49:37 GMT`, 29 characters, for years up to 9999.
void write_date(ByteWriter& out, std::uint64_t unix_seconds);

}  // namespace mote::http
