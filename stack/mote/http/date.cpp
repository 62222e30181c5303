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
constexpr std::uint32_t days_until(std::uint32_t year, std::uint32_t month, std::uint32_t day) {
  if (month <= 2) {
    --year;
    month += 12;
  }
  return year * 365 + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 1 -
         719468;
}

/// Takes texts off the front of a date; the first that is missing makes all later ones fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool ended() const { return good_ && text_.empty(); }
  bool begins_with(std::string_view text) const { return text_first(text_, text.size()) == text; }

  void skip(std::string_view text) {
    good_ = good_ && begins_with(text);
    if (good_) text_.remove_prefix(text.size());
  }
  /// A number of exactly so many digits.
  std::uint32_t number(std::size_t digits, std::uint32_t most) {
    std::uint32_t value = 0;
    good_ = good_ && text_.size() >= digits;
    for (std::size_t at = 0; good_ && at < digits; ++at) {
      const auto digit = static_cast<std::uint8_t>(text_[at] - '0');
      good_ = digit <= 9;
      value = value * 10 + digit;
    }
    good_ = good_ && value <= most;
    if (good_) text_.remove_prefix(digits);
    return value;
  }
  /// The place of the next three letters in `names`, from 0.
  std::uint32_t name(std::string_view names) {
    for (std::size_t at = 0; good_ && at < names.size(); at += 3) {
      if (!begins_with(text_first(text_from(names, at), 3))) continue;
      text_.remove_prefix(3);
      return static_cast<std::uint32_t>(at / 3);
    }
    good_ = false;
    return 0;
  }
  /// The rest of a day's long name, such as "day" or "nesday".
  void skip_letters() {
    while (good_ && !text_.empty() && text_[0] >= 'a' && text_[0] <= 'z') text_.remove_prefix(1);
  }

 private:
  std::string_view text_;
  bool good_ = true;
};

struct Moment {
  std::uint32_t year = 0, month = 0, day = 0, seconds = 0;
};

void read_time(Reader& in, Moment& at) {
  at.seconds = in.number(2, 23) * 3600;
  in.skip(":"sv);
  at.seconds += in.number(2, 59) * 60;
  in.skip(":"sv);
  at.seconds += in.number(2, 60);  // a leap second is the first of the next minute
}

/// Sunday, 06-Nov-94 08:49:37 GMT: a year that looks more than 50 years ahead is one gone by.
std::uint32_t year_of(std::uint32_t two_digits, std::uint64_t unix_now) {
  // A mean year is exact enough here: it is off by a day at most.
  const auto now = static_cast<std::uint32_t>(1970 + unix_now / 31556952);
  const std::uint32_t latest = unix_now == 0 ? 2069 : now + 50;
  const std::uint32_t year = latest - latest % 100 + two_digits;
  return year > latest ? year - 100 : year;
}

}  // namespace

bool read_date(std::string_view text, std::uint64_t unix_now, std::uint64_t& unix_seconds) {
  Reader in(text);
  Moment at;
  (void)in.name(days);
  if (in.begins_with(" "sv)) {  // Sun Nov  6 08:49:37 1994
    in.skip(" "sv);
    at.month = in.name(months) + 1;
    in.skip(" "sv);
    const bool short_day = in.begins_with(" "sv);
    if (short_day) in.skip(" "sv);
    at.day = in.number(short_day ? 1 : 2, 31);
    in.skip(" "sv);
    read_time(in, at);
    in.skip(" "sv);
    at.year = in.number(4, 9999);
  } else {
    const bool long_day = !in.begins_with(","sv);
    in.skip_letters();
    const std::string_view dash = long_day ? "-"sv : " "sv;
    in.skip(", "sv);
    at.day = in.number(2, 31);
    in.skip(dash);
    at.month = in.name(months) + 1;
    in.skip(dash);
    at.year = long_day ? year_of(in.number(2, 99), unix_now) : in.number(4, 9999);
    in.skip(" "sv);
    read_time(in, at);
    in.skip(" GMT"sv);
  }
  if (!in.ended() || at.year < 1970 || at.day == 0) return false;
  unix_seconds = days_until(at.year, at.month, at.day) * seconds_a_day + at.seconds;
  return true;
}

void write_date(ByteWriter& out, std::uint64_t unix_seconds) {
  const auto day = static_cast<std::uint32_t>(unix_seconds / seconds_a_day);
  const auto second = static_cast<std::uint32_t>(unix_seconds % seconds_a_day);
  std::uint32_t year = 1970 + day / 366;  // never too late
  while (days_until(year + 1, 1, 1) <= day) ++year;
  std::uint32_t month = 1;
  while (month < 12 && days_until(year, month + 1, 1) <= day) ++month;
  const auto two = [&out](std::uint32_t value, char before) {
    out.put(before).put(static_cast<char>('0' + value / 10));
    out.put(static_cast<char>('0' + value % 10));
  };
  out.put(text_first(text_from(days, (day + 4) % 7 * 3), 3)).put(',');  // 1970 began on a Thursday
  two(day - days_until(year, month, 1) + 1, ' ');
  out.put(' ').put(text_first(text_from(months, (month - 1) * 3), 3)).put(' ').number(year);
  two(second / 3600, ' ');
  two(second / 60 % 60, ':');
  two(second % 60, ':');
  out.put(" GMT"sv);
}

}  // namespace mote::http
