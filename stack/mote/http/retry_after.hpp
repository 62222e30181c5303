// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "mote/base/status.hpp"
#include "mote/base/time.hpp"

namespace mote::http {

/// Reads a Retry-After value (RFC 9110 §10.2.3), seconds or a date, as the time to wait from
/// `unix_now` on. A date that is past is no wait at all; anything longer than a Duration can say is
/// the longest that it can. `clock_unknown`: a date, but `unix_now` is 0. `protocol_error`: neither
/// seconds nor a date.
Status read_retry_after(std::string_view value, std::uint64_t unix_now, Duration& wait);

}  // namespace mote::http
