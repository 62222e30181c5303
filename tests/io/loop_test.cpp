// SPDX-License-Identifier: MIT
#include "mote/io/loop.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/net.hpp"

namespace mote::io {
namespace {

struct LoopTest : ::testing::Test {
  sim::SizedNet<3, 256> net;
  std::string said;
};

TEST_F(LoopTest, tells_how_long_nothing_more_will_be_due) {
  EXPECT_EQ(net.poll({0}), Duration::forever());
  Timer timer(net, [] {});
  timer.start(250_ms);
  EXPECT_EQ(net.poll({0}), 250_ms);
}

TEST_F(LoopTest, runs_until_it_is_stopped) {
  Timer timer(net, [this] {
    said += "due";
    net.stop();
  });
  timer.start(5_ms);
  net.run();
  EXPECT_EQ(said, "due");
}

TEST_F(LoopTest, calls_a_signal_once_for_all_its_raises) {
  Signal signal(net, [this] { said += 's'; });
  std::thread other([&signal] {
    signal.raise();
    signal.raise();
  });
  other.join();
  net.settle();
  EXPECT_EQ(said, "s");
  signal.raise();
  net.settle();
  EXPECT_EQ(said, "ss");
}

TEST_F(LoopTest, calls_a_signal_again_that_is_raised_in_its_own_callback) {
  struct Again {
    std::optional<Signal> signal;
    int calls = 0;
  } again;
  again.signal.emplace(net, [&again] {
    if (++again.calls < 3) again.signal->raise();
  });
  again.signal->raise();
  net.settle();
  EXPECT_EQ(again.calls, 3);
}

TEST_F(LoopTest, forgets_a_signal_that_dies_while_it_is_raised) {
  std::optional<Signal> signal;
  signal.emplace(net, [this] { said += 's'; });
  signal->raise();
  signal.reset();
  net.settle();
  EXPECT_EQ(said, "");
}

struct Waiter final : BlockWaiter {
  Waiter(Blocks& from, std::string& log, char called) : blocks(from), said(log), name(called) {}
  void on_block_free() override {
    said += name;
    block = blocks.take_to_keep();
  }
  Blocks& blocks;
  std::string& said;
  char name;
  ByteSpan block;
};

TEST_F(LoopTest, keeps_the_last_free_block_for_composing) {
  Blocks& blocks = net.blocks();
  const ByteSpan first = blocks.take_to_keep();
  const ByteSpan second = blocks.take_to_keep();
  EXPECT_EQ(first.size(), 256u);
  EXPECT_EQ(second.size(), 256u);
  EXPECT_TRUE(blocks.take_to_keep().empty());
  {
    ComposingBlock composing(blocks);
    EXPECT_EQ(composing.bytes().size(), 256u);
    EXPECT_TRUE(ComposingBlock(blocks).bytes().empty());
  }
  EXPECT_EQ(blocks.used(), 2);
  EXPECT_EQ(net.counters().blocks_most, 3);
  blocks.give_back(first);
  blocks.give_back(second);
  EXPECT_EQ(blocks.used(), 0);
}

TEST_F(LoopTest, gives_a_block_to_whoever_waited_longest) {
  Blocks& blocks = net.blocks();
  const ByteSpan first = blocks.take_to_keep(), second = blocks.take_to_keep();
  Waiter a(blocks, said, 'a'), b(blocks, said, 'b'), c(blocks, said, 'c');
  blocks.wait_for(a);
  blocks.wait_for(b);
  blocks.wait_for(c);
  Blocks::stop_waiting(b);
  net.settle();
  EXPECT_EQ(said, "");
  blocks.give_back(first);
  net.settle();
  EXPECT_EQ(said, "a");
  blocks.give_back(second);
  net.settle();
  EXPECT_EQ(said, "ac");
  blocks.give_back(a.block);
  blocks.give_back(c.block);
}

struct RetryTest : LoopTest {
  Backoff backoff{1_s, 60_s};
  Retry retry{net, [this] { said += 'r'; }};
};

TEST_F(RetryTest, waits_ever_longer_each_time_in_the_upper_half) {
  std::uint32_t most = 1000;
  for (int failure = 0; failure < 40; ++failure) {
    const Duration wait = retry.wait(backoff);
    EXPECT_GE(wait.ms, most / 2) << failure;
    EXPECT_LE(wait.ms, most) << failure;
    most = std::min(most * 2, 60000u);
  }
  retry.succeeded();
  EXPECT_LE(retry.wait(backoff).ms, 1000u);
  EXPECT_EQ(net.counters().retries, 41u);
}

TEST_F(RetryTest, waits_at_least_as_long_as_the_server_asked) {
  EXPECT_EQ(retry.wait(backoff, 90_s), 90_s);
  net.set_network(false);
  net.settle();
  net.set_network(true);
  net.pass(89_s);
  EXPECT_EQ(said, "");
  net.pass(1_s);
  EXPECT_EQ(said, "r");
}

TEST_F(RetryTest, tries_at_once_when_the_network_is_back) {
  for (int failure = 0; failure < 8; ++failure) (void)retry.wait(backoff);
  net.on_network = [this](bool up) { said += up ? 'u' : 'd'; };
  net.set_network(false);
  net.settle();
  net.set_network(true);
  net.pass(1_s);
  EXPECT_EQ(said, "dur");
}

TEST_F(RetryTest, is_an_ordinary_deadline_when_it_is_started_as_one) {
  (void)retry.wait(backoff);
  retry.start(20_s);
  net.set_network(false);
  net.settle();
  net.set_network(true);
  net.pass(19_s);
  EXPECT_EQ(said, "");
  net.pass(1_s);
  EXPECT_EQ(said, "r");
}

TEST_F(LoopTest, does_not_sleep_while_a_block_is_free_for_one_who_waits) {
  struct Insistent final : BlockWaiter {
    explicit Insistent(Blocks& all) : blocks(all) {}
    void on_block_free() override {
      if (++calls < 3) blocks.wait_for(*this);
    }
    Blocks& blocks;
    int calls = 0;
  } waiter{net.blocks()};
  net.blocks().wait_for(waiter);
  // What a waiter began is looked at before the loop sleeps, so each call is followed by a round.
  for (int calls = 1; calls <= 3; ++calls) {
    EXPECT_EQ(net.poll({0}), Duration{0});
    EXPECT_EQ(waiter.calls, calls);
  }
  EXPECT_EQ(net.poll({0}), Duration::forever());
  EXPECT_EQ(waiter.calls, 3);
}

}  // namespace
}  // namespace mote::io
