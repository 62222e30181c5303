// SPDX-License-Identifier: MIT
#include "mote/http/date.hpp"

#include <cstring>

namespace mote::http {
namespace {

using namespace std::literals;

constexpr char names[] = "SunMonTueWedThuFriSatJanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::uint32_t weekdays = 7;  // the months stand behind them
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

/// How many whole days `unix_seconds` are. A day has 128 times 675 seconds: 32 bits can divide
/// them.
constexpr std::uint32_t days_in(std::uint64_t unix_seconds) {
  return static_cast<std::uint32_t>(unix_seconds >> 7) / 675;
}

/// The numbers of a date, in the order of the digits in a pattern.
enum Part : std::uint8_t { year, day, hour, minute, second, month, parts };

// RFC 9110 §5.6.7. A digit stands for a digit of a number, `_` for the first of a day, which may
// be a space; `w` and `m` for the short name of a weekday and a month, `l` for the rest of a long
// name, and everything else for itself.
constexpr char short_year[] = "wl, 11-m-00 22:33:44 GMT";
constexpr const char* patterns[] = {
    "w, 11 m 0000 22:33:44 GMT", short_year, "w m _1 22:33:44 0000"};

/// Which of the short names `text` begins with; `none` of them.
constexpr std::uint32_t none = sizeof names / 3;
std::uint32_t name_at(const char* text) {
  std::uint32_t place = 0;
  while (place < none && std::memcmp(text, names + place * 3, 3) != 0) ++place;
  return place;
}

bool read_parts(std::string_view text, const char* pattern, std::uint32_t (&values)[parts]) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (char part; (part = *pattern) != '\0'; ++pattern) {
    if (part == 'l') {
      while (at != end && *at >= 'a' && *at <= 'z') ++at;
      continue;
    }
    if (at == end) return false;
    const auto digit = static_cast<std::uint8_t>(*at - '0');
    if (part >= '0' && part <= '4') {
      if (digit > 9) return false;
      values[part - '0'] = values[part - '0'] * 10 + digit;
    } else if (part == '_') {
      if (*at != ' ' && digit > 9) return false;
      values[day] = *at == ' ' ? 0 : digit;
    } else if (part == 'w' || part == 'm') {
      if (end - at < 3) return false;
      const std::uint32_t name = name_at(at);
      if (name == none || (name < weekdays) != (part == 'w')) return false;
      values[month] = name - weekdays + 1;  // It stands behind the weekday.
      at += 2;
    } else if (*at != part) {
      return false;
    }
    ++at;
  }
  return at == end;
}

/// Sunday, 06-Nov-94 08:49:37 GMT: a year that looks more than 50 years ahead is one gone by.
std::uint32_t year_of(std::uint32_t two_digits, std::uint32_t today) {
  std::uint32_t full = (two_digits < 70 ? 2000 : 1900) + two_digits;
  while (full < 9900 && days_until(full + 50, 1, 1) <= today) full += 100;
  return full;
}

}  // namespace

bool read_date(std::string_view text, std::uint64_t unix_now, std::uint64_t& unix_seconds) {
  for (const char* const pattern : patterns) {
    std::uint32_t values[parts] = {};
    if (!read_parts(text, pattern, values)) continue;
    if (pattern == short_year) values[year] = year_of(values[year], days_in(unix_now));
    // Second 60 is a leap second: the first of the next minute.
    if (values[year] < 1970 || values[day] - 1 > 30 || values[hour] > 23 || values[minute] > 59 ||
        values[second] > 60)
      return false;
    unix_seconds = days_until(values[year], values[month], values[day]) * seconds_a_day +
                   (values[hour] * 60 + values[minute]) * 60 + values[second];
    return true;
  }
  return false;
}

void write_date(ByteWriter& out, std::uint64_t unix_seconds) {
  const std::uint32_t today = days_in(unix_seconds);
  const auto now = static_cast<std::uint32_t>(unix_seconds - today * seconds_a_day);
  std::uint32_t full = 1970 + today / 366;  // never too late
  while (days_until(full + 1, 1, 1) <= today) ++full;
  std::uint32_t moon = 1;
  while (moon < 12 && days_until(full, moon + 1, 1) <= today) ++moon;
  const auto two = [&out](std::uint32_t value, char before) {
    out.put(before).put(static_cast<char>('0' + value / 10));
    out.put(static_cast<char>('0' + value % 10));
  };
  out.put(std::string_view(names + (today + 4) % weekdays * 3, 3)).put(',');  // 1970: a Thursday
  two(today - days_until(full, moon, 1) + 1, ' ');
  out.put(' ').put(std::string_view(names + (weekdays + moon - 1) * 3, 3)).put(' ').number(full);
  two(now / 3600, ' ');
  two(now / 60 % 60, ':');
  two(now % 60, ':');
  out.put(" GMT");
}

}  // namespace mote::http
