// SPDX-License-Identifier: MIT
#include "mote/http/retry_after.hpp"

#include <algorithm>

#include "mote/http/date.hpp"

namespace mote::http {
namespace {

constexpr std::uint32_t seconds_max = 0xFFFFFFFE / 1000;

/// 1*DIGIT, where anything above `seconds_max` counts as that.
bool read_seconds(std::string_view text, std::uint32_t& seconds) {
  seconds = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint8_t>(c - '0');
    if (digit > 9) return false;
    seconds = std::min(seconds * 10 + digit, seconds_max);  // no overflow: that has 7 digits
  }
  return !text.empty();
}

}  // namespace

Status read_retry_after(std::string_view value, std::uint64_t unix_now, Duration& wait) {
  std::uint32_t seconds = 0;
  if (!read_seconds(value, seconds)) {
    std::uint64_t date = 0;
    if (!read_date(value, unix_now, date)) return Status::protocol_error;
    if (unix_now == 0) return Status::clock_unknown;
    seconds = 0;
    if (date > unix_now)
      seconds = static_cast<std::uint32_t>(std::min<std::uint64_t>(date - unix_now, seconds_max));
  }
  wait.ms = seconds * 1000;
  return Status::ok;
}

}  // namespace mote::http
