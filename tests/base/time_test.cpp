// SPDX-License-Identifier: MIT
#include "mote/base/time.hpp"

#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(Instant, compares_across_the_wrap_of_the_clock) {
  const Instant late{0xFFFFFFF0};
  const Instant wrapped = late + 32_ms;
  EXPECT_EQ(wrapped.ms, 16u);
  EXPECT_TRUE(is_due(late, wrapped));
  EXPECT_FALSE(is_due(wrapped, late));
  EXPECT_EQ(until(wrapped, late), 32_ms);
  EXPECT_EQ(until(late, wrapped), 0_ms);
}

TEST(Duration, of_forever_all_is_left) {
  EXPECT_EQ(left_of(5_s, Instant{1000}, Instant{3000}), 3_s);
  EXPECT_EQ(left_of(5_s, Instant{1000}, Instant{9000}), 0_s);
  EXPECT_EQ(left_of(Duration::forever(), Instant{1000}, Instant{9000}), Duration::forever());
}

TEST(Duration, has_literals_of_three_sizes) {
  EXPECT_EQ(2_min, 120_s);
  EXPECT_EQ(2_s, 2000_ms);
}

}  // namespace
}  // namespace mote
