// SPDX-License-Identifier: MIT
// The loop over lwIP: its clock and sleep, and a network that comes and goes.
#include "lwip/net.hpp"

#include <gtest/gtest.h>

#include "lab.hpp"

namespace lab {
namespace {

struct NetTest : testing::Test {
  NetTest() { lab.peer.listen(80); }
  Lab lab;
};

TEST_F(NetTest, ends_connections_with_the_network_and_tells) {
  static std::string* told;
  std::string said;
  told = &said;
  Line line(lab);
  lab.net.on_network = [](bool up) { *told += up ? "up " : "down "; };
  lab.set_link(false);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {1'000}));
  EXPECT_EQ(line.ear.why.status, Status::unreachable);
  EXPECT_EQ(said, "down ");
  ASSERT_EQ(line.tcp.connect(peer_at(80), line.ear), Status::ok);
  lab.set_link(true);
  line.ear.connected = [] { *told += "again "; };
  ASSERT_TRUE(lab.until([&] { return said.size() > 8; }, {1'000}));
  EXPECT_EQ(said, "down up again ");
  EXPECT_EQ(line.ear.said, "connected closed:unreachable connected ");
}

TEST_F(NetTest, ends_connections_with_their_address) {
  Line line(lab);
  lab.set_address(false);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {1'000}));
  EXPECT_EQ(line.ear.why.status, Status::unreachable);
}

TEST_F(NetTest, ends_a_closing_connection_with_the_network) {
  Line line(lab);
  line.tcp.close();
  lab.set_link(false);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {1'000}));
  EXPECT_EQ(line.ear.why.status, Status::unreachable);
}

TEST_F(NetTest, hastens_retries_when_the_network_is_back) {
  lab.run(Duration{10});
  lab.set_link(false);
  lab.run(Duration{10});
  static int tries;
  tries = 0;
  io::Retry retry(lab.net, [] { ++tries; });
  (void)retry.wait({{600'000}, {600'000}});
  lab.run(Duration{10'000});
  EXPECT_EQ(tries, 0);
  lab.set_link(true);
  lab.run(Duration{1'100});
  EXPECT_EQ(tries, 1);
}

TEST_F(NetTest, says_how_long_it_may_sleep) {
  Line line(lab);
  lab.run(Duration{20'000});
  const Duration idle = lab.net.poll();
  EXPECT_GT(idle.ms, 0u);
  // What a timer's callback asks for must not wait for the next deadline.
  line.tcp.abort();
  ASSERT_EQ(line.tcp.connect(peer_at(80), line.ear), Status::ok);
  EXPECT_EQ(lab.net.poll().ms > 0, true);
  static Line* theirs;
  theirs = &line;
  io::Timer timer(lab.net, [] {
    theirs->tcp.abort();
    EXPECT_EQ(theirs->tcp.connect(peer_at(80), theirs->ear), Status::ok);
  });
  timer.start({0});
  EXPECT_EQ(lab.net.poll().ms, 0u);
}

TEST_F(NetTest, does_at_once_what_the_callback_of_a_signal_asks_for) {
  Line line(lab);
  line.tcp.abort();
  lab.run(Duration{20'000});
  static Line* theirs;
  theirs = &line;
  io::Signal signal(lab.net,
                    [] { EXPECT_EQ(theirs->tcp.connect(peer_at(80), theirs->ear), Status::ok); });
  signal.raise();
  EXPECT_EQ(lab.net.poll().ms, 0u);
  EXPECT_GT(lab.net.poll().ms, 0u);
  EXPECT_TRUE(lab.until([&] { return line.ear.has("connected"); }, {10}));
}

TEST_F(NetTest, sends_at_once_what_is_sent_outside_of_poll) {
  Line line(lab);
  ASSERT_EQ(line.tcp.send(bytes_of("now"), {}, io::Urgency::data), Status::ok);
  lab.run(Duration{3});
  EXPECT_EQ(line.other.received, "now");
}

TEST_F(NetTest, counts) {
  {
    Line line(lab);
    lab.peer.write(line.other, "12345");
    ASSERT_TRUE(lab.until([&] { return line.ear.received.size() == 5; }));
  }
  const io::Counters counters = lab.net.counters();
  EXPECT_EQ(counters.connects, 1u);
  EXPECT_EQ(counters.connected, 1u);
  EXPECT_EQ(counters.rx_bytes, 5u);
  EXPECT_EQ(counters.pool, 12);
  EXPECT_GE(counters.pool_most, 1);
  EXPECT_EQ(counters.blocks, 4);
}

}  // namespace
}  // namespace lab
