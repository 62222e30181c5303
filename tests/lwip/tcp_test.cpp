// SPDX-License-Identifier: MIT
// What a connection over lwIP does while it stands: both directions, their limits, and turns.
#include "lwip/tcp.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "lab.hpp"

namespace lab {
namespace {

constexpr std::size_t window = 4 * 1460;  // TCP_WND and TCP_SND_BUF of the device

struct TcpTest : testing::Test {
  TcpTest() { lab.peer.listen(80); }
  Lab lab;
};

TEST_F(TcpTest, sends_and_receives) {
  Line line(lab);
  EXPECT_EQ(line.tcp.send(bytes_of("hello, "), bytes_of("peer"), io::Urgency::data), Status::ok);
  ASSERT_TRUE(lab.until([&] { return line.other.received == "hello, peer"; }));
  lab.peer.write(line.other, "hello, device");
  ASSERT_TRUE(lab.until([&] { return line.ear.received == "hello, device"; }));
  EXPECT_EQ(lab.net.counters().tx_bytes, 11u);
  EXPECT_EQ(lab.net.counters().rx_bytes, 13u);
  EXPECT_EQ(lab.net.counters().connected, 1u);
}

TEST_F(TcpTest, says_no_to_whoever_sends_before_it_stands) {
  lwip::Tcp tcp(lab.net);
  Ear ear;
  EXPECT_EQ(tcp.send(bytes_of("a"), {}, io::Urgency::data), Status::not_open);
  EXPECT_EQ(tcp.room(io::Urgency::control), 0u);
  ASSERT_EQ(tcp.connect(peer_at(80), ear), Status::ok);
  EXPECT_EQ(tcp.send(bytes_of("a"), {}, io::Urgency::data), Status::not_open);
  EXPECT_EQ(tcp.connect(peer_at(80), ear), Status::busy);
}

TEST_F(TcpTest, carries_messages_of_many_windows_through_a_bad_wire) {
  for (const unsigned loss : {0u, 5u}) {
    lab.wire.loss = loss;
    lab.wire.twice = loss ? 3 : 0;
    lab.wire.late = loss ? 10 : 0;
    Line line(lab);
    const std::string text = pattern(20 * window);
    Sender sender(line.tcp, line.ear, text);
    sender.go();
    lab.peer.write(line.other, text);
    ASSERT_TRUE(lab.until(
        [&] {
          return line.other.received.size() >= text.size() &&
                 line.ear.received.size() >= text.size();
        },
        {600'000}));
    EXPECT_EQ(line.other.received, text);
    EXPECT_EQ(line.ear.received, text);
    lab.wire = {};
  }
}

TEST_F(TcpTest, gathers_a_message_of_three_windows_from_a_receiver_that_uses_all) {
  // The window opens with what is used, even if it is used only to be kept elsewhere.
  Line line(lab);
  const std::string text = pattern(3 * window);
  lab.peer.write(line.other, text);
  ASSERT_TRUE(lab.until([&] { return line.ear.received == text; }, {2'000}));
}

TEST_F(TcpTest, offers_again_first_what_was_not_used_and_only_after_resume) {
  Line line(lab);
  int offers = 0;
  line.ear.takes = [&](ByteSpan bytes) {
    ++offers;
    return bytes.size() / 2;
  };
  lab.peer.write(line.other, "abcdefgh");
  lab.run(Duration{1'000});
  EXPECT_EQ(offers, 1);
  EXPECT_EQ(line.ear.received, "abcd");
  line.tcp.resume();
  lab.run(Duration{1'000});
  EXPECT_EQ(offers, 2);
  EXPECT_EQ(line.ear.received, "abcdef");
  line.ear.takes = nullptr;
  line.tcp.resume();
  lab.run(Duration{10});
  EXPECT_EQ(line.ear.received, "abcdefgh");
}

TEST_F(TcpTest, resumes_from_within_the_event_that_paused) {
  Line line(lab);
  line.ear.takes = [&](ByteSpan) {
    line.tcp.resume();
    return std::size_t{1};
  };
  lab.peer.write(line.other, "abcdefgh");
  ASSERT_TRUE(lab.until([&] { return line.ear.received == "abcdefgh"; }, {100}));
}

TEST_F(TcpTest, lets_the_receiver_change_what_it_uses) {
  Line line(lab);
  std::string seen;
  line.ear.takes = [&](ByteSpan bytes) {
    for (std::uint8_t& byte : bytes) seen += static_cast<char>(byte ^= 0x20);
    return bytes.size();
  };
  lab.peer.write(line.other, "abc");
  ASSERT_TRUE(lab.until([&] { return seen == "ABC"; }));
}

TEST_F(TcpTest, offers_a_copy_of_what_a_driver_still_refers_to) {
  lab.driver_keeps = true;
  Line line(lab);
  const std::string text = pattern(3 * window);
  std::string seen;
  std::size_t largest = 0;
  line.ear.takes = [&](ByteSpan bytes) {
    largest = std::max(largest, bytes.size());
    const std::size_t used = bytes.size() / 2 + 1;
    for (std::size_t i = 0; i < used; ++i) {
      seen += static_cast<char>(bytes[i]);
      bytes[i] = 0;
    }
    line.tcp.resume();
    return used;
  };
  lab.peer.write(line.other, text);
  ASSERT_TRUE(lab.until([&] { return seen.size() == text.size(); }, {5'000}));
  EXPECT_EQ(seen, text);
  EXPECT_EQ(largest, 1024u);  // a block
  EXPECT_EQ(lab.net.counters().blocks_used, 0);
}

TEST_F(TcpTest, reads_frames_that_lie_in_two_buffers) {
  for (const std::size_t first : {54u, 55u, 60u, 64u, 500u}) {
    lab.first_buffer = first;  // 54 is all headers: the first buffer is left without a byte.
    Line line(lab);
    const std::string text = pattern(2 * window);
    lab.peer.write(line.other, text);
    ASSERT_TRUE(lab.until([&] { return line.ear.received.size() == text.size(); }, {20'000}));
    EXPECT_EQ(line.ear.received, text);
  }
}

TEST_F(TcpTest, echoes_while_another_that_is_paused_gets_200_single_bytes) {
  Line paused(lab), echo(lab);
  paused.ear.takes = [](ByteSpan) { return std::size_t{0}; };
  echo.ear.takes = [&](ByteSpan bytes) {
    EXPECT_EQ(echo.tcp.send(bytes, {}, io::Urgency::data), Status::ok);
    return bytes.size();
  };
  const std::string bytes = pattern(200);
  lab.peer.write_bytewise(paused.other, bytes);
  for (int i = 0; i < 20; ++i) {
    lab.peer.write(echo.other, "ping");
    ASSERT_TRUE(lab.until([&] { return echo.other.received.size() == 4u * (i + 1); }, {50}))
        << "after " << i << " echoes";
  }
  paused.ear.takes = nullptr;
  paused.tcp.resume();
  ASSERT_TRUE(lab.until([&] { return paused.ear.received == bytes; }, {60'000}));
}

TEST_F(TcpTest, leaves_buffers_for_others_whatever_paused_connections_are_sent) {
  const std::string text = pattern(2 * window);
  for (const bool bytewise : {true, false}) {
    SCOPED_TRACE(bytewise ? "single bytes" : "full segments");
    std::vector<std::unique_ptr<Line>> lines;
    for (int i = 0; i < 6; ++i) {
      lines.push_back(std::make_unique<Line>(lab));
      lines.back()->ear.takes = [](ByteSpan) { return std::size_t{0}; };
    }
    for (auto& line : lines)
      if (bytewise)
        lab.peer.write_bytewise(line->other, text.substr(0, 100));
      else
        lab.peer.write(line->other, text);
    lab.run(Duration{5'000});
    Line echo(lab);
    lab.peer.write(echo.other, "still here");
    EXPECT_TRUE(lab.until([&] { return echo.ear.received == "still here"; }, {50}));
    for (auto& line : lines) {
      line->ear.takes = nullptr;
      line->tcp.resume();
    }
    for (auto& line : lines) {
      const std::size_t size = bytewise ? 100 : text.size();
      EXPECT_TRUE(lab.until([&] { return line->ear.received.size() == size; }, {30'000}));
      EXPECT_EQ(line->ear.received, text.substr(0, size));
    }
  }
}

TEST_F(TcpTest, ends_whom_it_would_cost_the_last_buffers) {
  // Seven that do not read, of eight there can be: one each is more than twelve buffers allow.
  std::vector<std::unique_ptr<Line>> lines;
  for (int i = 0; i < 7; ++i) {
    lines.push_back(std::make_unique<Line>(lab));
    lines.back()->ear.takes = [](ByteSpan) { return std::size_t{0}; };
    lab.peer.write(lines.back()->other, pattern(2 * window));
    lab.run(Duration{100});
  }
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(lines[static_cast<std::size_t>(i)]->ear.has("closed"));
  EXPECT_EQ(lines[6]->ear.said, "connected closed:peer too slow ");
  EXPECT_EQ(lab.net.counters().drops, 1u);
  Line echo(lab);
  lab.peer.write(echo.other, "still here");
  EXPECT_TRUE(lab.until([&] { return echo.ear.received == "still here"; }, {50}));
}

TEST_F(TcpTest, fills_the_wire_without_a_loss_of_its_own) {
  Line line(lab);
  const std::string text = pattern(50 * window);
  const std::uint64_t since = lab.passed_ms();
  lab.peer.write(line.other, text);
  ASSERT_TRUE(lab.until([&] { return line.ear.received.size() == text.size(); }));
  // A window each round trip of 2 ms, and a slow start.
  EXPECT_LE(lab.passed_ms() - since, 50 * 2 + 50);
  EXPECT_EQ(lab.frames_dropped, 0u);
  Sender sender(line.tcp, line.ear, text, 1'000);
  const std::uint64_t then = lab.passed_ms();
  sender.go();
  ASSERT_TRUE(lab.until([&] { return line.other.received.size() == text.size(); }));
  EXPECT_LE(lab.passed_ms() - then, 50 * 2 + 50);
}

TEST_F(TcpTest, gives_every_connection_its_turn) {
  // One that gets all it can must not keep poll() to itself.
  Line busy(lab), other(lab);
  busy.ear.takes = [&](ByteSpan) {
    busy.tcp.resume();
    return std::size_t{1};
  };
  lab.peer.write(busy.other, pattern(window));
  lab.peer.write(other.other, "me too");
  ASSERT_TRUE(lab.until([&] { return !other.ear.received.empty(); }));
  EXPECT_LT(busy.ear.received.size(), 200u);
}

TEST_F(TcpTest, takes_everything_or_nothing) {
  Line line(lab);
  line.other.reads = false;
  std::string taken;
  const std::string text = pattern(700);
  while (line.tcp.send(bytes_of(text), {}, io::Urgency::data) == Status::ok) taken += text;
  EXPECT_GE(taken.size(), 4'000u);
  EXPECT_LT(line.tcp.room(io::Urgency::data), text.size());
  line.other.reads = true;
  ASSERT_TRUE(lab.until([&] { return line.other.received == taken; }, {10'000}));
  lab.run(Duration{1'000});
  EXPECT_EQ(line.other.received, taken);
}

TEST_F(TcpTest, leaves_room_for_control_when_data_finds_none) {
  Line line(lab);
  line.other.acknowledges = false;
  while (line.tcp.room(io::Urgency::data) > 0)
    ASSERT_EQ(line.tcp.send(
                  bytes_of(pattern(std::min<std::size_t>(100, line.tcp.room(io::Urgency::data)))),
                  {},
                  io::Urgency::data),
              Status::ok);
  EXPECT_EQ(line.tcp.send(bytes_of("x"), {}, io::Urgency::data), Status::would_block);
  EXPECT_GE(line.tcp.room(io::Urgency::control), io::control_reserve_bytes);
  EXPECT_EQ(line.tcp.send(bytes_of("hd"), bytes_of(pattern(150)), io::Urgency::control),
            Status::ok);
}

TEST_F(TcpTest, says_too_large_to_what_can_never_be_sent) {
  Line line(lab);
  const std::string text = pattern(window + 1);
  EXPECT_EQ(line.tcp.send(bytes_of(text), {}, io::Urgency::control), Status::too_large);
  EXPECT_EQ(line.tcp.send(
                bytes_of(std::string_view(text).substr(0, window - 100)), {}, io::Urgency::data),
            Status::too_large);
  // Two pieces are joined in a block.
  EXPECT_EQ(
      line.tcp.send(
          bytes_of("head"), bytes_of(std::string_view(text).substr(0, 1024)), io::Urgency::data),
      Status::too_large);
  EXPECT_EQ(
      line.tcp.send(
          bytes_of("head"), bytes_of(std::string_view(text).substr(0, 1020)), io::Urgency::data),
      Status::ok);
}

TEST_F(TcpTest, sends_what_one_round_wrote_in_one_segment) {
  Line line(lab);
  int frames = 0;
  lab.wire.eats = [&](bool to_device, const std::vector<std::uint8_t>& frame) {
    if (!to_device && frame.size() > 70) ++frames;
    return false;
  };
  line.ear.takes = [&](ByteSpan bytes) {
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(line.tcp.send(bytes_of("0123456789"), {}, io::Urgency::data), Status::ok);
    return bytes.size();
  };
  lab.peer.write(line.other, "go");
  ASSERT_TRUE(lab.until([&] { return line.other.received.size() == 100; }));
  EXPECT_EQ(frames, 1);
}

TEST_F(TcpTest, sends_constant_bytes_without_a_copy) {
  static const std::string text = pattern(5 * window);
  Line line(lab);
  std::size_t sent = 0;
  const auto go = [&] {
    sent += line.tcp.send_constant(bytes_of(std::string_view(text).substr(sent)));
  };
  line.ear.writable = go;
  go();
  EXPECT_GE(sent, 2 * 1460u);
  EXPECT_LT(sent, text.size());
  ASSERT_TRUE(lab.until([&] { return line.other.received.size() == text.size(); }, {10'000}));
  EXPECT_EQ(line.other.received, text);
}

TEST_F(TcpTest, tells_an_orderly_end_after_every_byte_and_lets_the_answer_through) {
  Line line(lab);
  line.ear.takes = [](ByteSpan) { return std::size_t{2}; };
  lab.peer.write(line.other, "question");
  lab.peer.end(line.other);
  lab.run(Duration{2'000});
  EXPECT_FALSE(line.ear.has("ended"));
  line.ear.takes = nullptr;
  line.tcp.resume();
  ASSERT_TRUE(lab.until([&] { return line.ear.has("ended"); }));
  EXPECT_EQ(line.ear.received, "question");
  lab.run(Duration{30'000});
  EXPECT_EQ(line.ear.said, "connected ended ");
  EXPECT_EQ(line.tcp.send(bytes_of("answer"), {}, io::Urgency::data), Status::ok);
  line.tcp.close();
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {100}));
  EXPECT_EQ(line.other.received, "answer");
  EXPECT_TRUE(line.other.ended);
  EXPECT_EQ(line.ear.said, "connected ended closed:closed ");
}

TEST_F(TcpTest, tells_a_reset_at_once_even_while_paused) {
  Line line(lab);
  line.ear.takes = [](ByteSpan) { return std::size_t{0}; };
  lab.peer.write(line.other, "unread");
  lab.run(Duration{100});
  lab.peer.reset(line.other);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {100}));
  EXPECT_EQ(line.ear.why.status, Status::reset);
  EXPECT_EQ(line.ear.why.native, -14);
  EXPECT_EQ(lab.net.counters().lost, 1u);
}

TEST_F(TcpTest, may_be_connected_again_as_soon_as_it_has_ended) {
  Line line(lab);
  line.ear.closed = [&] { EXPECT_EQ(line.tcp.connect(peer_at(80), line.ear), Status::ok); };
  lab.peer.reset(line.other);
  PeerTcp& second = lab.accepted();
  lab.peer.write(second, "again");
  ASSERT_TRUE(lab.until([&] { return line.ear.received == "again"; }));
  EXPECT_EQ(line.ear.said, "connected closed:connection reset connected ");
}

}  // namespace
}  // namespace lab
