// SPDX-License-Identifier: MIT
// Which of all cases a run has, and how far it is.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

namespace mote::mbedtls {

/// Every `of`-th case, beginning with `index`. Set by the command line.
struct Share {
  std::uint32_t index = 0, of = 1;
  bool has(std::uint64_t n) const { return n % of == index; }
};
inline Share share;

/// Arenas of which sizes are tried, in bytes.
constexpr std::size_t arena_step = 8, arena_least = 64, arena_most = 200'000;
/// How often two connections alternate.
inline int reconnects() { return static_cast<int>(std::max(60u, 1'000 / share.of)); }

/// Whether a test has shown enough of what is wrong.
inline bool enough_failed() {
  const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
  return test && test->result()->total_part_count() > 10;
}

/// Says every few seconds how far it is.
class Progress {
 public:
  Progress(std::string what, std::uint64_t all) : what_(std::move(what)), all_(all) {}
  void at(std::uint64_t n) {
    const auto now = std::chrono::steady_clock::now();
    if (now - said_ < std::chrono::seconds(10)) return;
    said_ = now;
    std::printf("%s: %llu of %llu\n",
                what_.c_str(),
                static_cast<unsigned long long>(n),
                static_cast<unsigned long long>(all_));
    std::fflush(stdout);
  }

 private:
  std::string what_;
  std::uint64_t all_;
  // For all of them: short sweeps in a row are not silent either.
  static inline std::chrono::steady_clock::time_point said_ = std::chrono::steady_clock::now();
};

}  // namespace mote::mbedtls
