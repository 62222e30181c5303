// SPDX-License-Identifier: MIT
// Connections that peers begin.
#include "lwip/listener.hpp"

#include <gtest/gtest.h>

#include <array>

#include "lab.hpp"

namespace lab {
namespace {

/// An Ear for each connection that is accepted.
struct Host : io::Acceptor {
  io::TransportEvents* on_accepted(io::Transport& fresh) override {
    if (refuses || count == ears.size()) return nullptr;
    ears[count].connection = &fresh;
    if (greets) {
      EXPECT_EQ(fresh.send(bytes_of("welcome"), {}, io::Urgency::data), Status::ok);
    }
    return &ears[count++];
  }
  std::array<Ear, 16> ears;
  std::size_t count = 0;
  bool refuses = false, greets = false;
};

struct ListenerTest : testing::Test {
  PeerTcp& connect(const char* address = "10.0.0.1") {
    PeerTcp& tcp = *lab.peer.connect(address, 80);
    lab.until([&] { return tcp.connected || tcp.error; }, {5'000});
    lab.run(Duration{10});
    return tcp;
  }
  Lab lab;
  Host host;
  lwip::Listener<3> door{lab.net};
};

TEST_F(ListenerTest, accepts_over_both_families_and_lets_bytes_be_sent_at_once) {
  host.greets = true;
  ASSERT_EQ(door.listen(80, host), Status::ok);
  for (const char* address : {"10.0.0.1", "fd00::1"}) {
    PeerTcp& tcp = connect(address);
    EXPECT_TRUE(lab.until([&] { return tcp.received == "welcome"; }, {5'000})) << address;
    lab.peer.write(tcp, "thanks");
    EXPECT_TRUE(lab.until([&] { return host.ears[host.count - 1].received == "thanks"; }));
  }
  EXPECT_EQ(lab.net.counters().accepted, 2u);
}

TEST_F(ListenerTest, records_before_the_first_poll_and_listens_after_it) {
  ASSERT_EQ(door.listen(80, host), Status::ok);
  EXPECT_EQ(door.listen(81, host), Status::busy);
  lab.run(Duration{10});
  EXPECT_EQ(door.port(), 80);
}

TEST_F(ListenerTest, lets_the_system_choose_a_port) {
  ASSERT_EQ(door.listen(0, host), Status::ok);
  lab.run(Duration{10});
  EXPECT_NE(door.port(), 0);
  PeerTcp& tcp = *lab.peer.connect("10.0.0.1", door.port());
  EXPECT_TRUE(lab.until([&] { return tcp.connected; }));
}

TEST_F(ListenerTest, says_busy_and_no_slot) {
  lab.run(Duration{10});
  ASSERT_EQ(door.listen(80, host), Status::ok);
  lwip::Listener<1> same(lab.net), other(lab.net), third(lab.net);
  EXPECT_EQ(same.listen(80, host), Status::busy);
  EXPECT_EQ(other.listen(81, host), Status::ok);
  EXPECT_EQ(third.listen(82, host), Status::no_slot);
  other.stop();
  EXPECT_EQ(third.listen(82, host), Status::ok);
}

TEST_F(ListenerTest, refuses_with_a_reset_when_its_places_are_taken) {
  ASSERT_EQ(door.listen(80, host), Status::ok);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(connect().connected);
  PeerTcp& fourth = connect();
  EXPECT_TRUE(lab.until([&] { return fourth.error == -14; }, {5'000}));
  EXPECT_EQ(lab.net.counters().refused, 1u);
  // A place is free again when its connection has ended.
  host.ears[1].connection->abort();
  EXPECT_TRUE(connect().connected);
  EXPECT_EQ(host.count, 4u);
}

TEST_F(ListenerTest, resets_what_the_acceptor_refuses) {
  host.refuses = true;
  ASSERT_EQ(door.listen(80, host), Status::ok);
  PeerTcp& tcp = connect();
  EXPECT_TRUE(lab.until([&] { return tcp.error == -14; }, {5'000}));
  host.refuses = false;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(connect().error);
}

TEST_F(ListenerTest, may_be_stopped_and_started_while_connections_stand) {
  ASSERT_EQ(door.listen(80, host), Status::ok);
  PeerTcp& first = connect();
  door.stop();
  EXPECT_EQ(connect().error, -14);
  lab.peer.write(first, "still open");
  EXPECT_TRUE(lab.until([&] { return host.ears[0].received == "still open"; }));
  EXPECT_EQ(door.listen(80, host), Status::ok);
  EXPECT_TRUE(connect().connected);
}

TEST_F(ListenerTest, drops_whom_nobody_has_heard_of_when_it_is_stopped) {
  // The last segment of a handshake and what makes the program stop come in one round.
  lab.peer.listen(99);
  for (const bool stops_first : {false, true}) {
    ASSERT_EQ(door.listen(80, host), Status::ok);
    Line line(lab, 99);
    line.ear.takes = [&](ByteSpan bytes) {
      door.stop();
      return bytes.size();
    };
    PeerTcp& tcp = *lab.peer.connect("10.0.0.1", 80);
    if (stops_first) lab.wire.delay_ms = 3;
    lab.run(Duration{stops_first ? 6u : 2u});
    lab.peer.write(line.other, "stop");
    lab.wire.delay_ms = 1;
    lab.run(Duration{1'000});
    EXPECT_TRUE(host.count == 0 ? tcp.error == -14 : tcp.error == 0);
    for (std::size_t i = 0; i < host.count; ++i) host.ears[i].connection->abort();
    host.count = 0;
  }
}

TEST_F(ListenerTest, outlives_connections_that_vanish_before_anybody_hears_of_them) {
  ASSERT_EQ(door.listen(80, host), Status::ok);
  for (int i = 0; i < 20; ++i) {
    PeerTcp& tcp = *lab.peer.connect("10.0.0.1", 80);
    lab.run(Duration{static_cast<std::uint32_t>(i % 4)});
    lab.peer.reset(tcp);
    lab.run(Duration{100});
    for (std::size_t ear = 0; ear < host.count; ++ear) {
      EXPECT_TRUE(host.ears[ear].has("closed"));
      host.ears[ear].said.clear();
    }
    host.count = 0;
  }
  EXPECT_TRUE(connect().connected);
}

TEST_F(ListenerTest, hears_what_was_said_with_the_handshake) {
  ASSERT_EQ(door.listen(80, host), Status::ok);
  PeerTcp& tcp = *lab.peer.connect("10.0.0.1", 80);
  lab.peer.write(tcp, "in a hurry");
  lab.until([&] { return tcp.connected; });
  lab.peer.end(tcp);
  ASSERT_TRUE(lab.until([&] { return host.count == 1 && host.ears[0].has("ended"); }));
  EXPECT_EQ(host.ears[0].received, "in a hurry");
}

TEST_F(ListenerTest, lets_a_hundred_short_connections_through) {
  ASSERT_EQ(door.listen(80, host), Status::ok);
  for (int i = 0; i < 100; ++i) {
    host.count = 0;
    PeerTcp& tcp = connect();
    ASSERT_TRUE(tcp.connected) << i;
    lab.peer.write(tcp, "GET");
    ASSERT_TRUE(lab.until([&] { return host.ears[0].received == "GET"; })) << i;
    EXPECT_EQ(host.ears[0].connection->send(bytes_of("200"), {}, io::Urgency::data), Status::ok);
    host.ears[0].connection->close();
    ASSERT_TRUE(lab.until([&] { return tcp.ended; })) << i;
    lab.peer.close(tcp);
    ASSERT_TRUE(lab.until([&] { return host.ears[0].has("closed"); })) << i;
    host.ears[0].said.clear();
    host.ears[0].received.clear();
  }
}

}  // namespace
}  // namespace lab
