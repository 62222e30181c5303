// SPDX-License-Identifier: MIT
// Every call in every event: end, begin anew or destroy the connection that is calling, or another.
#include <gtest/gtest.h>

#include <memory>

#include "lab.hpp"

namespace lab {
namespace {

enum class Deed { abort, close, destroy, begin_anew, destroy_the_other, send_and_close };
constexpr const char* deed_names[] = {
    "abort", "close", "destroy", "begin anew", "destroy the other", "send and close"};

enum class Event { connected, received, writable, ended, closed };
constexpr const char* event_names[] = {"connected", "received", "writable", "ended", "closed"};

/// Two connections of the device, and what one of them does in an event.
struct Stage {
  Stage(Event when, Deed what) : deed(what), event(when) {
    lab.peer.listen(80);
    lab.peer.listen(81);
    one = std::make_unique<lwip::Tcp>(lab.net);
    two = std::make_unique<lwip::Tcp>(lab.net);
    ear.connected = [this] { meets(Event::connected); };
    ear.writable = [this] { meets(Event::writable); };
    ear.ended = [this] { meets(Event::ended); };
    ear.closed = [this] { meets(Event::closed); };
    ear.takes = [this](ByteSpan bytes) {
      const std::size_t size = bytes.size();
      const std::string before(bytes.begin(), bytes.end());
      meets(Event::received);
      // What was handed out is ours until we return, whatever we did.
      EXPECT_EQ(std::string(bytes.begin(), bytes.end()), before);
      return size;
    };
  }

  void meets(Event now) {
    if (now != event || done) return;
    done = true;
    switch (deed) {
      case Deed::abort: one->abort(); break;
      case Deed::close: one->close(); break;
      case Deed::destroy: one.reset(); break;
      case Deed::begin_anew:
        one->abort();
        EXPECT_EQ(one->connect(peer_at(80), again), Status::ok);
        break;
      case Deed::destroy_the_other: two.reset(); break;
      case Deed::send_and_close:
        (void)one->send(bytes_of("last words"), {}, io::Urgency::data);
        one->close();
        break;
    }
  }

  void run() {
    ASSERT_EQ(two->connect(peer_at(81), other_ear), Status::ok);
    PeerTcp& second = lab.accepted();
    ASSERT_EQ(one->connect(peer_at(80), ear), Status::ok);
    PeerTcp& first = lab.accepted();
    lab.run(Duration{10});
    lab.peer.write(second, "to both");
    lab.peer.write(first, "to both");
    if (event == Event::writable && one) {
      while (one->send(bytes_of(pattern(500)), {}, io::Urgency::data) == Status::ok) {
      }
    }
    lab.run(Duration{100});
    lab.peer.end(first);
    lab.run(Duration{100});
    lab.peer.reset(first);
    lab.run(Duration{3'000});
    EXPECT_TRUE(done);
    if (deed == Deed::begin_anew) {
      EXPECT_EQ(again.said, "connected ");
      EXPECT_EQ(one->send(bytes_of("as new"), {}, io::Urgency::data), Status::ok);
      PeerTcp& third = lab.accepted();
      EXPECT_TRUE(lab.until([&] { return third.received == "as new"; }));
    }
    if (deed != Deed::destroy_the_other) {
      EXPECT_EQ(other_ear.received, "to both");
      EXPECT_EQ(other_ear.said, "connected ");
    }
  }

  Lab lab;
  Deed deed;
  Event event;
  bool done = false;
  Ear ear, other_ear, again;
  std::unique_ptr<lwip::Tcp> one, two;
};

TEST(TcpLife, allows_every_deed_in_every_event) {
  for (int event = 0; event < 5; ++event)
    for (int deed = 0; deed < 6; ++deed) {
      SCOPED_TRACE(std::string(deed_names[deed]) + " in on_" + event_names[event]);
      Stage stage{Event{event}, Deed{deed}};
      stage.run();
      const bool silent = stage.deed == Deed::abort || stage.deed == Deed::destroy ||
                          stage.deed == Deed::begin_anew;
      EXPECT_EQ(stage.ear.has("closed"), !silent || stage.event == Event::closed);
    }
}

TEST(TcpLife, lets_one_connection_end_all_others_in_its_event) {
  Lab lab;
  lab.peer.listen(80);
  std::vector<std::unique_ptr<Line>> lines;
  for (int i = 0; i < 6; ++i) lines.push_back(std::make_unique<Line>(lab));
  for (auto& line : lines)
    line->ear.takes = [&](ByteSpan bytes) {
      for (auto& each : lines) each->tcp.abort();
      return bytes.size();
    };
  for (auto& line : lines) lab.peer.write(line->other, "end them");
  lab.run(Duration{100});
  int heard = 0;
  for (auto& line : lines) heard += !line->ear.received.empty();
  EXPECT_EQ(heard, 1);
}

TEST(TcpLife, does_not_spin_when_a_connection_is_begun_anew_in_its_end) {
  // Refused at once, for ever: each attempt is a poll of its own, and time passes.
  Lab lab;
  lwip::Tcp tcp(lab.net);
  Ear ear;
  int attempts = 0;
  ear.closed = [&] {
    ++attempts;
    (void)tcp.connect(peer_at(81), ear);
  };
  ASSERT_EQ(tcp.connect(peer_at(81), ear), Status::ok);
  lab.run(Duration{1'000});
  EXPECT_GT(attempts, 10);
  EXPECT_LT(attempts, 1'000);
}

TEST(TcpLife, may_be_destroyed_in_each_state) {
  Lab lab;
  lab.peer.listen(80);
  lab.peer.names["slow.test"] = {"10.0.0.2", "", false, 500};
  for (const char* host : {"10.0.0.2", "slow.test", "10.0.0.77"})
    for (const std::uint32_t after : {0u, 1u, 2u, 3u, 300u, 600u, 4'000u}) {
      Ear ear;
      lwip::Tcp tcp(lab.net);
      ASSERT_EQ(tcp.connect({host, 80, io::Security::none}, ear), Status::ok);
      lab.run(Duration{after});
    }
  for (const std::uint32_t after : {0u, 1u, 2u, 500u, 2'500u}) {
    Line line(lab);
    line.tcp.close();
    lab.run(Duration{after});
  }
}

}  // namespace
}  // namespace lab
