// SPDX-License-Identifier: MIT
#include "mote/http/date.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <string>

namespace mote::http {
namespace {

constexpr std::uint64_t in_2024 = 1720000000;

/// What read_date() makes of `text`; -1 when it is no date.
std::int64_t read(const std::string& text, std::uint64_t now = in_2024) {
  std::uint64_t seconds = 0;
  return read_date(text, now, seconds) ? static_cast<std::int64_t>(seconds) : -1;
}

std::string written(std::uint64_t seconds) {
  std::array<std::uint8_t, 64> room;
  ByteWriter out(room);
  write_date(out, seconds);
  return std::string(out.text());
}

TEST(Date, reads_the_three_forms_of_rfc_9110_section_5_6_7) {
  EXPECT_EQ(read("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_EQ(read("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
  EXPECT_EQ(read("Sun Nov  6 08:49:37 1994"), 784111777);
  EXPECT_EQ(read("Wed Nov 16 08:49:37 1994"), 784111777 + 10 * 86400);
}

TEST(Date, reads_the_short_weekday_that_some_servers_write_before_a_short_year) {
  EXPECT_EQ(read("Sun, 06-Nov-94 08:49:37 GMT"), 784111777);
}

TEST(Date, reads_the_edges_of_the_calendar) {
  EXPECT_EQ(read("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(read("Tue, 29 Feb 2000 23:59:59 GMT"), 951868799);
  EXPECT_EQ(read("Mon, 01 Mar 2100 00:00:00 GMT"), 4107542400);
  EXPECT_EQ(read("Fri, 31 Dec 9999 23:59:59 GMT"), 253402300799);
  EXPECT_EQ(read("Sat, 31 Dec 2016 23:59:60 GMT"), 1483228800);  // a leap second
}

TEST(Date, takes_no_two_digit_year_for_more_than_50_years_ahead) {
  EXPECT_EQ(read("Tuesday, 31-Dec-74 00:00:00 GMT", in_2024), 3313440000);
  EXPECT_EQ(read("Wednesday, 31-Dec-75 00:00:00 GMT", in_2024), 189216000);
  EXPECT_EQ(read("Tuesday, 31-Dec-69 00:00:00 GMT", 0), 3155673600);
}

TEST(Date, refuses_what_is_no_date) {
  const char* const cases[] = {
      "",
      "0",
      "Sun",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37 GMT ",
      " Sun, 06 Nov 1994 08:49:37 GMT",
      "sun, 06 Nov 1994 08:49:37 GMT",
      "Son, 06 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 06 Okt 1994 08:49:37 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 32 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT",
      "Sun, 06 Nov 1994 08:60:37 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT",
      "Sun, 06 Nov 1969 08:49:37 GMT",
      "Sun, 06 Nov 994 08:49:37 GMT",
      "Sun, 06 Nov 0000 08:49:37 GMT",
      "Sunday, 06 Nov 1994 08:49:37 GMT",
      "Sun Nov 6 08:49:37 1994",
      "Sun Nov  6 08:49:37 1994 GMT",
  };
  for (const char* text : cases) EXPECT_EQ(read(text), -1) << text;
}

TEST(Date, refuses_every_date_that_is_cut_short) {
  for (const std::string text : {"Sun, 06 Nov 1994 08:49:37 GMT",
                                 "Sunday, 06-Nov-94 08:49:37 GMT",
                                 "Sun Nov  6 08:49:37 1994"})
    for (std::size_t size = 0; size < text.size(); ++size)
      EXPECT_EQ(read(text.substr(0, size)), -1) << text.substr(0, size);
}

TEST(Date, writes_what_the_c_library_writes_and_reads_it_again) {
  for (std::int64_t seconds = 0; seconds < 253402300800; seconds += 86399 * 37) {
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char expected[64];
    std::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(written(static_cast<std::uint64_t>(seconds)), expected);
    ASSERT_EQ(read(expected), seconds);
  }
}

}  // namespace
}  // namespace mote::http
