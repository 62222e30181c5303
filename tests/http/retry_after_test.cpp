// SPDX-License-Identifier: MIT
#include "mote/http/retry_after.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::http {
namespace {

constexpr std::uint64_t now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::uint32_t longest = 4294967000;

TEST(RetryAfter, reads_seconds_and_dates) {
  const struct {
    const char* rule;
    const char* value;
    std::uint64_t now;
    Status status;
    std::uint32_t ms;
  } cases[] = {
      {"seconds", "120", now, Status::ok, 120000},
      {"seconds need no clock", "120", 0, Status::ok, 120000},
      {"at once", "0", now, Status::ok, 0},
      {"leading zeros", "0003", now, Status::ok, 3000},
      {"the longest", "4294967", now, Status::ok, longest},
      {"longer", "4294968", now, Status::ok, longest},
      {"2^32 milliseconds and a little", "4294968000", now, Status::ok, longest},
      {"2^64 seconds and a little", "18446744073709551617", now, Status::ok, longest},
      {"no end", "99999999999999999999999999999999999999999999", now, Status::ok, longest},
      {"a date", "Sun, 06 Nov 1994 08:50:37 GMT", now, Status::ok, 60000},
      {"a date gone by", "Sun, 06 Nov 1994 08:48:37 GMT", now, Status::ok, 0},
      {"a date far away", "Fri, 31 Dec 9999 23:59:59 GMT", now, Status::ok, longest},
      {"a date without a clock", "Sun, 06 Nov 1994 08:50:37 GMT", 0, Status::clock_unknown, 7},
      {"nothing", "", now, Status::protocol_error, 7},
      {"a sign", "-1", now, Status::protocol_error, 7},
      {"a sign", "+1", now, Status::protocol_error, 7},
      {"a fraction", "1.5", now, Status::protocol_error, 7},
      {"a space", "1 2", now, Status::protocol_error, 7},
      {"words", "soon", now, Status::protocol_error, 7},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    Duration wait{7};
    EXPECT_EQ(read_retry_after(c.value, c.now, wait), c.status);
    EXPECT_EQ(wait.ms, c.ms);
  }
}

}  // namespace
}  // namespace mote::http
