// SPDX-License-Identifier: MIT
// How connections over lwIP end: what was sent arrives, nothing waits for ever, nothing is told
// twice.
#include <gtest/gtest.h>

#include "lab.hpp"

namespace lab {
namespace {

constexpr std::size_t window = 4 * 1460;

struct CloseTest : testing::Test {
  CloseTest() { lab.peer.listen(80); }
  Lab lab;
};

TEST_F(CloseTest, sends_what_is_queued_before_the_end) {
  for (const unsigned loss : {0u, 20u}) {
    Line line(lab);
    lab.wire.loss = loss;
    const std::string text = pattern(5'000);
    ASSERT_EQ(line.tcp.send(bytes_of(text), {}, io::Urgency::data), Status::ok);
    line.tcp.close();
    ASSERT_TRUE(lab.until([&] { return line.other.ended; }, {60'000}));
    EXPECT_EQ(line.other.received, text);
    lab.peer.close(line.other);
    ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {60'000}));
    EXPECT_EQ(line.ear.said, "connected closed:closed ");
    lab.wire = {};
  }
}

TEST_F(CloseTest, with_unread_bytes_keeps_the_answer) {
  // An upload is refused before it is read: tcp_close() would reset it, and the answer with it.
  for (const std::size_t upload : {std::size_t{1}, std::size_t{1460}, 2 * window, 8 * window}) {
    SCOPED_TRACE(upload);
    Line line(lab);
    line.ear.takes = [](ByteSpan) { return std::size_t{0}; };
    lab.peer.write(line.other, pattern(upload));
    lab.run(Duration{50});
    ASSERT_EQ(line.tcp.send(bytes_of("413 no"), {}, io::Urgency::data), Status::ok);
    line.tcp.close();
    ASSERT_TRUE(lab.until([&] { return line.other.ended; }, {5'000}));
    EXPECT_EQ(line.other.received, "413 no");
    EXPECT_EQ(line.other.error, 0);
    lab.peer.end(line.other);
    ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {5'000}));
    EXPECT_EQ(line.ear.why.status, Status::closed);
  }
}

TEST_F(CloseTest, waits_two_seconds_for_a_peer_that_does_not_end) {
  Line line(lab);
  line.tcp.close();
  const std::uint64_t since = lab.passed_ms();
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {10'000}));
  EXPECT_EQ(line.ear.why.status, Status::closed);
  EXPECT_GE(lab.passed_ms() - since, 1'700u);
  EXPECT_LE(lab.passed_ms() - since, 2'300u);
  // lwIP ends what is left by itself: the Lab's end checks it. The peer is not reset meanwhile.
  lab.run(Duration{5'000});
  EXPECT_EQ(line.other.error, 0);
  lab.peer.close(line.other);
}

TEST_F(CloseTest, discards_64_KiB_and_then_no_more) {
  Line line(lab);
  ASSERT_EQ(line.tcp.send(bytes_of("enough"), {}, io::Urgency::data), Status::ok);
  line.tcp.close();
  lab.peer.write(line.other, pattern(1'000'000));
  const std::uint64_t since = lab.passed_ms();
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {5'000}));
  EXPECT_LE(lab.passed_ms() - since, 2'300u);
  EXPECT_EQ(line.other.received, "enough");
  EXPECT_GT(line.other.unsent.size(), 700'000u);
  ASSERT_TRUE(lab.until([&] { return line.other.error != 0; }, {30'000}));
}

TEST_F(CloseTest, gives_up_a_peer_that_never_takes_the_rest) {
  Line line(lab);
  line.other.acknowledges = false;
  const std::string text = pattern(1'000);
  while (line.other.received.size() < 16 * 1460) {
    while (line.tcp.send(bytes_of(text), {}, io::Urgency::data) == Status::ok) {
    }
    lab.run(Duration{10});
  }
  line.tcp.close();
  const std::uint64_t since = lab.passed_ms();
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {60'000}));
  EXPECT_EQ(line.ear.why.status, Status::timed_out);
  EXPECT_GE(lab.passed_ms() - since, 9'500u);
  EXPECT_LE(lab.passed_ms() - since, 11'000u);
}

TEST_F(CloseTest, lasts_a_minute_at_most_however_slowly_a_peer_takes_the_rest) {
  Line line(lab);
  line.other.acknowledges = false;
  const std::string text = pattern(1'000);
  while (line.other.received.size() < 16 * 1460) {
    while (line.tcp.send(bytes_of(text), {}, io::Urgency::data) == Status::ok) {
    }
    lab.run(Duration{10});
  }
  line.tcp.close();
  const std::uint64_t since = lab.passed_ms();
  while (!line.ear.has("closed") && lab.passed_ms() - since < 100'000) {
    lab.peer.acknowledge(line.other, 1);
    lab.run(Duration{5'000});
  }
  EXPECT_LE(lab.passed_ms() - since, 70'000u);
}

TEST_F(CloseTest, survives_the_wire_dying) {
  Line line(lab);
  ASSERT_EQ(line.tcp.send(bytes_of("lost"), {}, io::Urgency::data), Status::ok);
  lab.wire.loss = 100;
  line.tcp.close();
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {60'000}));
  EXPECT_EQ(line.ear.why.status, Status::timed_out);
}

TEST_F(CloseTest, meets_a_close_of_the_peer_in_the_middle) {
  Line line(lab);
  line.tcp.close();
  lab.peer.end(line.other);  // Both ends cross.
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {1'000}));
  EXPECT_EQ(line.ear.said, "connected closed:closed ");
}

TEST_F(CloseTest, tells_a_reset_in_the_middle) {
  Line line(lab);
  line.tcp.close();
  lab.run(Duration{100});
  lab.peer.reset(line.other);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {1'000}));
  EXPECT_EQ(line.ear.why.status, Status::reset);
}

TEST_F(CloseTest, answers_a_peer_that_ended_first_and_is_done_when_it_knows) {
  Line line(lab);
  lab.peer.end(line.other);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("ended"); }));
  ASSERT_EQ(line.tcp.send(bytes_of("late answer"), {}, io::Urgency::data), Status::ok);
  line.tcp.close();
  EXPECT_FALSE(line.ear.has("closed"));
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {100}));
  EXPECT_EQ(line.ear.why.status, Status::closed);
  EXPECT_EQ(line.other.received, "late answer");
}

TEST_F(CloseTest, tries_again_when_there_is_no_memory_for_the_end) {
  Line line(lab);
  lab.run(Duration{1'000});
  heap_fault = {1, true, 0};
  line.tcp.close();
  lab.run(Duration{1'000});
  EXPECT_FALSE(line.other.ended);
  heap_fault = {};
  ASSERT_TRUE(lab.until([&] { return line.other.ended; }, {1'000}));
  lab.peer.close(line.other);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {1'000}));
}

TEST_F(CloseTest, twice_is_once) {
  Line line(lab);
  line.tcp.close();
  line.tcp.close();
  lab.peer.close(line.other);
  ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {5'000}));
  line.tcp.close();
  lab.run(Duration{5'000});
  EXPECT_EQ(line.ear.said, "connected closed:closed ");
}

TEST_F(CloseTest, tells_nothing_but_the_end_once_it_was_called) {
  Line line(lab);
  line.ear.takes = [](ByteSpan) { return std::size_t{0}; };
  lab.peer.write(line.other, "unread");
  lab.run(Duration{50});
  line.ear.takes = nullptr;
  line.tcp.close();
  line.tcp.resume();
  lab.peer.write(line.other, "more");
  lab.peer.end(line.other);
  lab.run(Duration{5'000});
  EXPECT_EQ(line.ear.received, "");
  EXPECT_EQ(line.ear.said, "connected closed:closed ");
}

TEST_F(CloseTest, while_connecting_ends_the_attempt) {
  lab.wire.loss = 100;
  Ear ear;
  lwip::Tcp tcp(lab.net);
  for (const std::uint32_t after : {0u, 5u, 3'000u}) {
    ear.said.clear();
    ASSERT_EQ(tcp.connect(peer_at(80), ear), Status::ok);
    lab.run(Duration{after});
    tcp.close();
    EXPECT_EQ(ear.said, "");
    ASSERT_TRUE(lab.until([&] { return ear.has("closed"); }, {10}));
    EXPECT_EQ(ear.said, "closed:closed ");
  }
}

TEST_F(CloseTest, abort_resets_and_says_nothing) {
  Line line(lab);
  line.tcp.abort();
  ASSERT_TRUE(lab.until([&] { return line.other.error != 0; }, {100}));
  EXPECT_EQ(line.other.error, -14);
  lab.run(Duration{5'000});
  EXPECT_EQ(line.ear.said, "connected ");
}

TEST_F(CloseTest, leaves_pcbs_to_whoever_needs_them) {
  // Twenty connections in a row, none of which the peer ends: eight pcbs are enough for all.
  for (int i = 0; i < 20; ++i) {
    Line line(lab);
    ASSERT_EQ(line.tcp.send(bytes_of("bye"), {}, io::Urgency::data), Status::ok);
    line.tcp.close();
    ASSERT_TRUE(lab.until([&] { return line.ear.has("closed"); }, {5'000})) << i;
    EXPECT_EQ(line.other.received, "bye");
  }
}

}  // namespace
}  // namespace lab
