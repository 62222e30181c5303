// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mote {

/// A length of time.
struct Duration {
  std::uint32_t ms;
  static constexpr Duration forever() { return {0xFFFFFFFF}; }
};

constexpr bool operator==(Duration a, Duration b) { return a.ms == b.ms; }
constexpr bool operator!=(Duration a, Duration b) { return a.ms != b.ms; }
constexpr bool operator<(Duration a, Duration b) { return a.ms < b.ms; }
constexpr bool operator<=(Duration a, Duration b) { return a.ms <= b.ms; }

/// A moment of the loop's clock. Wraps every 49.7 days; compare only moments < 24 days apart.
struct Instant {
  std::uint32_t ms;
};

constexpr Instant operator+(Instant at, Duration after) { return {at.ms + after.ms}; }
constexpr bool operator==(Instant a, Instant b) { return a.ms == b.ms; }
constexpr bool operator!=(Instant a, Instant b) { return a.ms != b.ms; }

constexpr bool is_due(Instant due, Instant now) {
  return static_cast<std::int32_t>(now.ms - due.ms) >= 0;
}

/// How long it is from `now` until `due`; nothing when that is past.
constexpr Duration until(Instant due, Instant now) {
  return is_due(due, now) ? Duration{0} : Duration{due.ms - now.ms};
}

/// How much of `length`, which began at `since`, is left: of forever, all of it.
constexpr Duration left_of(Duration length, Instant since, Instant now) {
  return length == Duration::forever() ? length : until(since + length, now);
}

inline namespace literals {
constexpr Duration operator""_ms(unsigned long long n) { return {static_cast<std::uint32_t>(n)}; }
constexpr Duration operator""_s(unsigned long long n) {
  return {static_cast<std::uint32_t>(n * 1000)};
}
constexpr Duration operator""_min(unsigned long long n) {
  return {static_cast<std::uint32_t>(n * 60000)};
}
}  // namespace literals

}  // namespace mote
