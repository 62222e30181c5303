// SPDX-License-Identifier: MIT
#include "mote/http/retry_after.hpp"

#include "mote/http/date.hpp"

namespace mote::http {
namespace {

constexpr std::uint32_t seconds_max = 0xFFFFFFFE / 1000;

}  // namespace

Status read_retry_after(std::string_view value, std::uint64_t unix_now, Duration& wait) {
  std::uint64_t seconds = 0;
  bool number = !value.empty();
  for (const char c : value) {
    const auto digit = static_cast<std::uint8_t>(c - '0');
    number = number && digit <= 9;
    if (seconds <= seconds_max) seconds = seconds * 10 + digit;
  }
  if (!number) {
    if (!read_date(value, unix_now, seconds)) return Status::protocol_error;
    if (unix_now == 0) return Status::clock_unknown;
    seconds = seconds > unix_now ? seconds - unix_now : 0;
  }
  wait.ms = static_cast<std::uint32_t>(seconds < seconds_max ? seconds : seconds_max) * 1000;
  return Status::ok;
}

}  // namespace mote::http
