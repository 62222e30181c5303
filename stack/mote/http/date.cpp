// SPDX-License-Identifier: MIT
#include "mote/http/date.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view days = "SunMonTueWedThuFriSat";
constexpr std::uint64_t seconds_a_day = 86400;

/// Days from 1970-01-01 to this day of the Gregorian calendar. The year begins in March here, so
/// that the leap day is its last.
constexpr std::uint32_t days_until(std::uint32_t y, std::uint32_t m, std::uint32_t d) {
  if (m <= 2) {
    --y;
    m += 12;
  }
  return y * 365 + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 1 - 719468;
}

/// The numbers of a date, in the order of the digits in a pattern.
enum Part : std::uint8_t { year, short_year, day, hour, minute, second, month, weekday, parts };

// RFC 9110 §5.6.7. A digit stands for a number, `w` and `m` for the short name of a weekday and a
// month, `l` for the rest of a long name, and everything else for itself.
constexpr std::string_view patterns[] = {
    "w, 2 m 0 3:4:5 GMT", "wl, 2-m-1 3:4:5 GMT", "w m 2 3:4:5 0"};

/// Where the first three letters of `text` stand in `names`: 1 for the first; 0 when nowhere.
std::uint32_t place_of(std::string_view text, std::string_view names) {
  for (std::uint32_t place = 1; names.size() >= 3; ++place) {
    if (text_first(text, 3) == text_first(names, 3)) return place;
    names.remove_prefix(3);
  }
  return 0;
}

/// Reads a number of exactly `digits` digits, the first of which may be a space for a day.
bool read_number(std::string_view text, std::size_t digits, bool padded, std::uint32_t& value) {
  value = 0;
  for (std::size_t at = 0; at < digits; ++at) {
    if (at == text.size()) return false;
    const char c = padded && at == 0 && text[at] == ' ' ? '0' : text[at];
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return true;
}

bool read_parts(std::string_view text, std::string_view pattern, std::uint32_t (&values)[parts]) {
  for (const char c : pattern) {
    std::size_t size = 1;
    if (c >= '0' && c <= '5') {
      size = c == '0' ? 4 : 2;
      if (!read_number(text, size, c == '0' + day, values[c - '0'])) return false;
    } else if (c == 'w' || c == 'm') {
      std::uint32_t& value = values[c == 'm' ? month : weekday];
      value = place_of(text, c == 'm' ? months : days);
      if (value == 0) return false;
      size = 3;
    } else if (c == 'l') {
      for (size = 0; size < text.size() && text[size] >= 'a' && text[size] <= 'z';) ++size;
    } else if (text.empty() || text[0] != c) {
      return false;
    }
    text.remove_prefix(size);
  }
  return text.empty();
}

/// Sunday, 06-Nov-94 08:49:37 GMT: a year that looks more than 50 years ahead is one gone by.
std::uint32_t year_of(std::uint32_t two_digits, std::uint64_t unix_now) {
  // A mean year is exact enough here: it is off by a day at most.
  const auto now = static_cast<std::uint32_t>(1970 + unix_now / 31556952);
  const std::uint32_t latest = unix_now == 0 ? 2069 : now + 50;
  const std::uint32_t full = latest - latest % 100 + two_digits;
  return full > latest ? full - 100 : full;
}

}  // namespace

bool read_date(std::string_view text, std::uint64_t unix_now, std::uint64_t& unix_seconds) {
  for (const std::string_view pattern : patterns) {
    std::uint32_t values[parts] = {};
    if (!read_parts(text, pattern, values)) continue;
    const std::uint32_t full =
        values[year] != 0 ? values[year] : year_of(values[short_year], unix_now);
    // Second 60 is a leap second: the first of the next minute.
    if (full < 1970 || values[day] - 1 > 30 || values[hour] > 23 || values[minute] > 59 ||
        values[second] > 60)
      return false;
    unix_seconds = days_until(full, values[month], values[day]) * seconds_a_day +
                   (values[hour] * 60 + values[minute]) * 60 + values[second];
    return true;
  }
  return false;
}

void write_date(ByteWriter& out, std::uint64_t unix_seconds) {
  const auto today = static_cast<std::uint32_t>(unix_seconds / seconds_a_day);
  const auto now = static_cast<std::uint32_t>(unix_seconds % seconds_a_day);
  std::uint32_t full = 1970 + today / 366;  // never too late
  while (days_until(full + 1, 1, 1) <= today) ++full;
  std::uint32_t moon = 1;
  while (moon < 12 && days_until(full, moon + 1, 1) <= today) ++moon;
  const auto two = [&out](std::uint32_t value, char before) {
    out.put(before).put(static_cast<char>('0' + value / 10));
    out.put(static_cast<char>('0' + value % 10));
  };
  out.put(text_first(text_from(days, (today + 4) % 7 * 3), 3)).put(',');  // 1970: a Thursday
  two(today - days_until(full, moon, 1) + 1, ' ');
  out.put(' ').put(text_first(text_from(months, (moon - 1) * 3), 3)).put(' ').number(full);
  two(now / 3600, ' ');
  two(now / 60 % 60, ':');
  two(now % 60, ':');
  out.put(" GMT"sv);
}

}  // namespace mote::http
