// SPDX-License-Identifier: MIT
// tls_soak [I/N] [options of GoogleTest]: all cases, or every N-th of them beginning with the I-th.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "mbedtls/soak/course.hpp"

namespace mote::mbedtls {
namespace {

/// One connection is measured, and how many there will be is known.
double estimated_seconds() {
  double seconds = 0;
  for (const Scenario& scenario : scenarios) {
    Course course(scenario);
    const auto sent = [&course] {
      return course.net.bytes_sent(sim::Side::made) + course.net.bytes_sent(sim::Side::accepted);
    };
    const std::uint64_t sent_before = sent();
    const std::uint32_t asked_before = allocations();
    const auto begin = std::chrono::steady_clock::now();
    course.run();
    const std::chrono::duration<double> one = std::chrono::steady_clock::now() - begin;
    const double bytes = static_cast<double>(sent() - sent_before);
    const double allocated = static_cast<double>(allocations() - asked_before);
    // Four mishaps, two kinds of refusal, arenas of so many sizes; most end half way.
    const double cases = 4 * bytes + 2 * allocated + arena_most / arena_step;
    seconds += one.count() * (0.5 * cases / share.of + 2.0 * reconnects());
  }
  return seconds;
}

int run(int count, char** words) {
  testing::InitGoogleTest(&count, words);
  unsigned index = 0, of = 1;
  char rest;
  if (count > 2 ||
      (count == 2 && (std::sscanf(words[1], "%u/%u%c", &index, &of, &rest) != 2 || index >= of))) {
    std::fprintf(stderr, "tls_soak [I/N]: '%s' is no share\n", words[1]);
    return 2;
  }
  share = {index, of};
  std::printf("This takes about %.0f min.\n", std::ceil(estimated_seconds() / 60));
  std::fflush(stdout);
  return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace mote::mbedtls

int main(int count, char** words) { return mote::mbedtls::run(count, words); }
