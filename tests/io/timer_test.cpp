// SPDX-License-Identifier: MIT
#include "mote/io/timer.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/net.hpp"

namespace mote::io {
namespace {

struct TimerTest : ::testing::Test {
  sim::SizedNet<2, 256> net;
  std::string fired;
};

TEST_F(TimerTest, fires_once_when_its_time_has_passed_and_not_before) {
  Timer timer(net, [this] { fired += 'a'; });
  timer.start(10_ms);
  net.pass(9_ms);
  EXPECT_EQ(fired, "");
  EXPECT_TRUE(timer.running());
  net.pass(1_ms);
  EXPECT_EQ(fired, "a");
  EXPECT_FALSE(timer.running());
  net.pass(1_s);
  EXPECT_EQ(fired, "a");
}

TEST_F(TimerTest, fires_in_the_order_of_the_deadlines_across_the_wrap_of_the_clock) {
  Timer a(net, [this] { fired += 'a'; }), b(net, [this] { fired += 'b'; }),
      c(net, [this] { fired += 'c'; });
  c.start(61_s);
  a.start(59_s);
  b.start(60_s);
  net.pass(61_s);
  EXPECT_EQ(fired, "abc");
}

TEST_F(TimerTest, moves_later_and_earlier_when_it_is_started_again) {
  Timer timer(net, [this] { fired += 'a'; });
  timer.start(10_ms);
  net.pass(5_ms);
  timer.start(10_ms);
  net.pass(9_ms);
  EXPECT_EQ(fired, "");
  net.pass(1_ms);
  EXPECT_EQ(fired, "a");
  timer.start(10_s);
  timer.start(1_ms);
  net.pass(1_ms);
  EXPECT_EQ(fired, "aa");
}

TEST_F(TimerTest, waits_longer_than_half_of_the_clocks_range) {
  Timer timer(net, [this] { fired += 'a'; });
  const Duration forty_days{40u * 24 * 60 * 60 * 1000};
  timer.start(forty_days);
  net.pass({forty_days.ms - 1});
  EXPECT_EQ(fired, "");
  net.pass(1_ms);
  EXPECT_EQ(fired, "a");
}

TEST_F(TimerTest, is_stopped_by_forever_and_by_its_end) {
  std::optional<Timer> timer;
  timer.emplace(net, [this] { fired += 'a'; });
  timer->start(1_ms);
  timer->start(Duration::forever());
  EXPECT_FALSE(timer->running());
  timer->start(1_ms);
  timer.reset();
  net.pass(1_s);
  EXPECT_EQ(fired, "");
}

TEST_F(TimerTest, may_start_again_or_destroy_itself_and_others_in_its_callback) {
  struct Two {
    std::optional<Timer> first, second;
    int calls = 0;
  } two;
  two.first.emplace(net, [&two] {
    ++two.calls;
    two.second.reset();
    two.first.reset();
  });
  two.second.emplace(net, [&two] { two.calls += 100; });
  two.first->start(1_ms);
  two.second->start(1_ms);
  net.pass(1_s);
  EXPECT_EQ(two.calls, 1);
}

TEST_F(TimerTest, that_starts_itself_with_no_wait_does_not_hold_up_the_loop) {
  struct Eager {
    std::optional<Timer> timer;
    int calls = 0;
  } eager;
  eager.timer.emplace(net, [&eager] {
    ++eager.calls;
    eager.timer->start(0_ms);
  });
  eager.timer->start(0_ms);
  EXPECT_EQ(net.poll({0}), 0_ms);
  EXPECT_EQ(eager.calls, 1);
}

}  // namespace
}  // namespace mote::io
