// SPDX-License-Identifier: MIT
// Memory that is not there: each pool, and each call that may fail, at its n-th use.
#include <gtest/gtest.h>

#include <memory>

#include "lab.hpp"
#include "lwip/memp.h"

namespace lab {
namespace {

constexpr std::size_t window = 4 * 1460;

/// Sends `text` through a connection and back; returns whether it came whole.
::testing::AssertionResult echoes(Lab& lab, const std::string& text, std::uint32_t within_ms) {
  lab.peer.listen(80);
  Line line(lab);
  Sender sender(line.tcp, line.ear, text);
  sender.go();
  const bool there =
      lab.until([&] { return line.other.received.size() >= text.size(); }, {within_ms});
  if (!there || line.other.received != text)
    return ::testing::AssertionFailure()
           << "sent " << sender.sent << ", arrived " << line.other.received.size() << " of "
           << text.size() << ", last " << to_string(sender.last) << ", said " << line.ear.said;
  lab.peer.write(line.other, text);
  if (!lab.until([&] { return line.ear.received.size() >= text.size(); }, {within_ms}))
    return ::testing::AssertionFailure() << "came back " << line.ear.received.size();
  line.tcp.close();
  lab.peer.end(line.other);
  if (!lab.until([&] { return line.ear.has("closed"); }, {within_ms}))
    return ::testing::AssertionFailure() << "did not end";
  return ::testing::AssertionSuccess() << sender.refusals << " refusals";
}

TEST(TcpExhaustion, loses_nothing_when_the_nth_write_finds_no_memory) {
  int calls = 0;
  {
    Lab lab;
    ASSERT_TRUE(echoes(lab, pattern(3 * window), 10'000));
    calls = write_fault.calls;
  }
  ASSERT_GT(calls, 20);
  for (int n = 1; n <= calls; ++n) {
    Lab lab;
    write_fault = {n, false, 0};
    EXPECT_TRUE(echoes(lab, pattern(3 * window), 10'000)) << "the write " << n;
  }
}

TEST(TcpExhaustion, loses_nothing_when_the_nth_piece_of_a_pool_is_not_there) {
  const struct {
    const char* name;
    int pool;
  } pools[] = {
      {"segments", MEMP_TCP_SEG}, {"pbufs", MEMP_PBUF}, {"the receive pool", MEMP_PBUF_POOL}};
  for (const auto& pool : pools) {
    SCOPED_TRACE(pool.name);
    int calls = 0;
    {
      Lab lab;
      memp_faulty = pool.pool;
      memp_fault = {};
      ASSERT_TRUE(echoes(lab, pattern(2 * window), 10'000));
      calls = memp_fault.calls;
    }
    for (int n = 1; n <= calls; ++n) {
      Lab lab;
      memp_faulty = pool.pool;
      memp_fault = {n, false, 0};
      EXPECT_TRUE(echoes(lab, pattern(2 * window), 60'000)) << "the piece " << n;
    }
  }
}

TEST(TcpExhaustion, loses_nothing_when_the_nth_piece_of_the_heap_is_not_there) {
  int calls = 0;
  {
    Lab lab;
    ASSERT_TRUE(echoes(lab, pattern(2 * window), 10'000));
    calls = heap_fault.calls;
  }
  ASSERT_GT(calls, 10);
  for (int n = 1; n <= calls; ++n) {
    Lab lab;
    heap_fault = {n, false, 0};
    EXPECT_TRUE(echoes(lab, pattern(2 * window), 60'000)) << "the piece " << n;
  }
}

TEST(TcpExhaustion, wakes_one_connection_by_the_memory_of_another) {
  // `sent` comes only to the connection whose bytes were acknowledged: whoever has nothing under
  // way would wait for ever for its own.
  Lab lab;
  lab.peer.listen(80);
  std::vector<std::unique_ptr<Line>> lines;
  std::vector<std::unique_ptr<Sender>> senders;
  for (int i = 0; i < 6; ++i) {
    lines.push_back(std::make_unique<Line>(lab));
    senders.push_back(
        std::make_unique<Sender>(lines.back()->tcp, lines.back()->ear, pattern(4 * window), 900));
  }
  for (auto& sender : senders) sender->go();  // Six send buffers want more than the heap has.
  const std::uint64_t since = lab.passed_ms();
  int starved = 0;
  for (auto& sender : senders) starved += sender->sent == 0;
  EXPECT_GT(starved, 0);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_TRUE(lab.until([&] { return lines[i]->other.received.size() == 4 * window; }, {20'000}))
        << i << " sent " << senders[i]->sent;
    EXPECT_EQ(lines[i]->other.received, pattern(4 * window));
  }
  // By acknowledgements, not by timers.
  EXPECT_LE(lab.passed_ms() - since, 1'000u);
}

TEST(TcpExhaustion, leaves_memory_to_others_where_peers_read_nothing) {
  // Ever smaller pieces, so that they fill what is left of the heap.
  constexpr std::size_t pieces[] = {1000, 1000, 700, 300, 100, 40};
  for (const bool in_flash : {false, true}) {
    Lab lab;
    lab.peer.listen(80);
    static const std::string text = pattern(16 * window);
    std::vector<std::unique_ptr<Line>> stuck;
    std::vector<std::unique_ptr<Sender>> senders;
    for (int i = 0; i < 6; ++i) stuck.push_back(std::make_unique<Line>(lab));
    lab.run(Duration{1'000});
    for (std::size_t i = 0; i < stuck.size(); ++i) {
      auto& line = stuck[i];
      line->other.acknowledges = false;
      if (in_flash) {
        line->ear.writable = [&line] { (void)line->tcp.send_constant(bytes_of(text)); };
        line->ear.writable();
      } else {
        senders.push_back(std::make_unique<Sender>(line->tcp, line->ear, text, pieces[i]));
        senders.back()->go();
      }
    }
    lab.run(Duration{2'000});
    const std::uint64_t since = lab.passed_ms();
    EXPECT_TRUE(echoes(lab, pattern(100), 1'000)) << (in_flash ? "from flash" : "copied");
    EXPECT_LE(lab.passed_ms() - since, 3'000u);
  }
}

TEST(TcpExhaustion, wakes_a_connection_by_the_end_of_another) {
  for (const bool aborts : {true, false}) {
    Lab lab;
    lab.peer.listen(80);
    Line holder(lab), waiting(lab);
    lab.run(Duration{1'000});
    holder.other.acknowledges = false;
    ASSERT_EQ(holder.tcp.send(bytes_of(pattern(1'000)), {}, io::Urgency::data), Status::ok);
    write_fault = {1, false, 0};
    bool woken = false;
    waiting.ear.writable = [&] { woken = true; };
    ASSERT_EQ(waiting.tcp.send(bytes_of("x"), {}, io::Urgency::data), Status::would_block);
    if (aborts) {
      holder.tcp.abort();
    } else {
      lab.peer.reset(holder.other);
    }
    EXPECT_TRUE(lab.until([&] { return woken; }, {10}));
  }
}

TEST(TcpExhaustion, tells_who_waited_longest_first) {
  Lab lab;
  lab.peer.listen(80);
  Line holder(lab), first(lab), second(lab), third(lab);
  lab.run(Duration{1'000});
  ASSERT_EQ(holder.tcp.send(bytes_of("x"), {}, io::Urgency::data), Status::ok);
  write_fault = {1, true, 0};
  std::string order;
  Line* const waiting[] = {&second, &third, &first};
  for (Line* line : waiting)
    EXPECT_EQ(line->tcp.send(bytes_of("y"), {}, io::Urgency::data), Status::would_block);
  write_fault = {};
  first.ear.writable = [&] { order += "1"; };
  second.ear.writable = [&] { order += "2"; };
  third.ear.writable = [&] { order += "3"; };
  ASSERT_TRUE(lab.until([&] { return order.size() == 3; }, {1'000}));
  EXPECT_EQ(order, "231");
}

TEST(TcpExhaustion, says_too_large_when_no_acknowledgement_could_bring_memory) {
  Lab lab;
  lab.peer.listen(80);
  Line line(lab);
  lab.run(Duration{1'000});
  write_fault = {1, true, 0};
  Sender sender(line.tcp, line.ear, "x");
  sender.go();
  EXPECT_EQ(sender.last, Status::would_block);
  ASSERT_TRUE(lab.until([&] { return sender.refusals == 2; }, {500}));
  EXPECT_EQ(sender.last, Status::too_large);
}

TEST(TcpExhaustion, waits_with_a_connection_until_there_is_memory_for_its_first_segment) {
  Lab lab;
  lab.peer.listen(80);
  lab.run(Duration{1'000});
  heap_fault = {1, true, 0};
  lwip::Tcp tcp(lab.net);
  Ear ear;
  ASSERT_EQ(tcp.connect(peer_at(80), ear), Status::ok);
  lab.run(Duration{2'000});
  EXPECT_EQ(ear.said, "");
  heap_fault = {};
  EXPECT_TRUE(lab.until([&] { return ear.has("connected"); }, {5'000}));
}

}  // namespace
}  // namespace lab
