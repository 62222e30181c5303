// SPDX-License-Identifier: MIT
// Clients that read nothing, or send half of something, among others that do as they should.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ws/server_bench.hpp"

namespace mote::ws::test {
namespace {

constexpr std::size_t readers = 12, sleepers = 4, others = 4;

template <class T, std::size_t... At>
std::array<T, sizeof...(At)> made_of(sim::Net& net, std::index_sequence<At...>) {
  return {((void)At, T(net))...};
}

struct SlowClients : ::testing::Test {
  SlowClients() {
    server.on_text = [this](Session& session, std::string_view text) {
      ++told;
      (void)session.send_text(text);
    };
    server.on_closed = [this](Session&, const Close& how) { closed += ServerBench::show(how); };
    EXPECT_EQ(server.listen(80), Status::ok);
  }

  sim::SizedNet<6, 1024> net;
  std::array<sim::Tcp, readers + sleepers + others> places =
      made_of<sim::Tcp>(net, std::make_index_sequence<readers + sleepers + others>());
  sim::Listener door{net, places};
  SizedServer<readers + sleepers + others> server{net, door};
  std::string closed;
  std::size_t told = 0;
};

using Sockets = std::vector<std::unique_ptr<RawSocket>>;

Sockets sockets(sim::Net& net, std::size_t count) {
  Sockets all;
  while (all.size() < count) all.push_back(std::make_unique<RawSocket>(net));
  return all;
}

TEST_F(SlowClients, that_never_read_miss_what_twelve_others_get_and_no_memory_goes) {
  const Sockets reading = sockets(net, readers), asleep = sockets(net, sleepers);
  for (const auto& each : asleep) each->stop_reading();
  std::string expected;
  std::size_t took = 0;
  const auto most_before = net.counters().blocks_most;
  for (int i = 0; i < 100; ++i) {
    const std::string news = std::to_string(i) + std::string(250 - std::to_string(i).size(), '.');
    took += server.broadcast(news);
    net.settle();
    EXPECT_EQ(net.blocks().used(), 0) << i;
    expected += frame(0x81, news);
  }
  EXPECT_EQ(net.counters().blocks_most, most_before);
  EXPECT_LT(took, 100 * (readers + sleepers)) << "who misses something is not counted";
  for (const auto& each : reading) EXPECT_EQ(each->heard(), expected);
  // Whoever wakes up has what it had room for, whole and in order, and then what comes.
  for (const auto& each : asleep) {
    each->read_on();
    const std::string late = each->heard();
    EXPECT_EQ(late, expected.substr(0, late.size()));
    EXPECT_EQ(late.size() % 254, 0u);
  }
  EXPECT_EQ(server.broadcast("and so on"), readers + sleepers);
  EXPECT_EQ(closed, "");
}

TEST_F(SlowClients, that_never_read_are_closed_where_that_is_the_policy) {
  const Sockets reading = sockets(net, readers), asleep = sockets(net, sleepers);
  server.slow_client = SlowClient::is_closed;
  for (const auto& each : asleep) each->stop_reading();
  for (int i = 0; i < 100; ++i) {
    (void)server.broadcast(std::string(250, 'b'));
    net.settle();
    EXPECT_EQ(net.blocks().used(), 0) << i;
  }
  for (const auto& each : reading) EXPECT_EQ(each->heard().size(), 100 * 254u);
  EXPECT_EQ(server.sessions(), readers);
  net.pass(default_options.timing.close_within);
  net.pass(5_s);
  std::string all;
  for (std::size_t i = 0; i < sleepers; ++i) all += "peer too slow 1013";
  EXPECT_EQ(closed, all);
  EXPECT_EQ(server.http().connections(), readers);
}

TEST_F(SlowClients, and_those_who_send_half_delay_nobody_beyond_the_deadline_of_a_message) {
  const Sockets asleep = sockets(net, sleepers), greedy = sockets(net, 8);
  RawSocket client(net);
  for (const auto& each : asleep) each->stop_reading();
  for (int i = 0; i < 100; ++i) {
    (void)server.broadcast(std::string(250, 'b'));
    net.settle();
  }
  for (const auto& each : greedy) each->send(masked(0x01, "half of a"));
  net.settle();
  EXPECT_EQ(net.blocks().used(), 5) << "all that can be kept";
  (void)client.heard();

  client.send(masked(0x81, "whole"));
  EXPECT_EQ(client.frames(), "text[whole] ") << "at once: it needs no block";
  EXPECT_EQ(server.broadcast(std::string(250, 'b')), 8u + 1u);
  EXPECT_EQ(client.heard().size(), 254u);

  // What needs one waits until five of the greedy ones come to their end.
  client.send(masked(0x01, "in ") + masked(0x80, "parts"));
  net.pass(default_options.timing.message_within);
  EXPECT_EQ(client.frames(), "text[in parts] ");
  EXPECT_EQ(told, 2u);
  net.pass(60_s);
  EXPECT_EQ(net.blocks().used(), 0);
  EXPECT_EQ(server.sessions(), 0u) << "nobody answers pings here";
}

}  // namespace
}  // namespace mote::ws::test
