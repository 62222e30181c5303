// SPDX-License-Identifier: MIT
// Requests that a server holds, on the simulated network.
#include "mote/polling/held_requests.hpp"

#include <deque>
#include <memory>

#include "http/server_bench.hpp"
#include "mote/polling/poller.hpp"

namespace mote::polling {
namespace {

using http::RawClient;
using http::Received;
using http::Responder;

constexpr std::string_view ask = "GET /news HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view nothing = "HTTP/1.1 204 No Content\r\n\r\n";
constexpr std::string_view closing = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

std::string news(const std::string& text) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(text.size()) + "\r\n\r\n" + text;
}

/// A server of `N` places that holds requests until there is something new.
template <std::size_t N>
struct Bench {
  Bench() {
    held.on_released = [this](Responder& responder) {
      ++released;
      if (in_released) return in_released(responder);
      (void)responder.answer(200, "text/plain", text);
    };
    EXPECT_EQ(server->listen(80), Status::ok);
  }

  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, N> places = make(std::make_index_sequence<N>{});
  sim::Listener door{net, places};
  HeldRequests held;
  const http::Route routes[1] = {{"GET", "/news", held}};
  std::unique_ptr<http::SizedServer<N>> server =
      std::make_unique<http::SizedServer<N>>(net, door, routes);
  std::string text = "news";
  int released = 0;
  Callback<void(Responder&)> in_released;

 private:
  template <std::size_t... I>
  std::array<sim::Tcp, N> make(std::index_sequence<I...>) {
    return {((void)I, sim::Tcp(net))...};
  }
};

struct HeldRequestsTest : ::testing::Test, Bench<4> {};

TEST_F(HeldRequestsTest, are_answered_when_they_are_released) {
  RawClient one(net), two(net);
  EXPECT_EQ(one.ask(ask) + two.ask(ask), "");
  EXPECT_EQ(held.held(), 2u);
  EXPECT_EQ(net.blocks().used(), 0);
  held.release();
  EXPECT_EQ(one.heard(), news("news"));
  EXPECT_EQ(two.heard(), news("news"));
  EXPECT_EQ(held.held(), 0u);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(HeldRequestsTest, a_connection_asks_again_and_again) {
  RawClient client(net);
  for (int i = 0; i < 5; ++i) {
    text = std::to_string(i);
    EXPECT_EQ(client.ask(ask), "");
    held.release();
    EXPECT_EQ(client.heard(), news(text));
  }
}

TEST_F(HeldRequestsTest, who_asks_after_the_release_waits_for_the_next) {
  RawClient one(net), two(net);
  (void)one.ask(ask);
  held.release();
  EXPECT_EQ(two.ask(ask), "");
  EXPECT_EQ(one.ask(ask), news("news"));
  net.pass({1'000});
  EXPECT_EQ(one.heard() + two.heard(), "");
  EXPECT_EQ(released, 1);
}

TEST_F(HeldRequestsTest, who_asks_again_in_the_same_breath_is_told_once) {
  RawClient client(net);
  (void)client.ask(std::string(ask) + std::string(ask));
  held.release();
  EXPECT_EQ(client.heard(), news("news"));
  EXPECT_EQ(held.held(), 1u);
}

TEST_F(HeldRequestsTest, are_answered_204_when_there_was_nothing) {
  RawClient client(net);
  (void)client.ask(ask);
  net.pass({24'900});
  EXPECT_EQ(client.heard(), "");
  net.pass({200});
  EXPECT_EQ(client.heard(), nothing);
  EXPECT_EQ(client.ask(ask), "");
  held.release();
  EXPECT_EQ(client.heard(), news("news"));
}

TEST_F(HeldRequestsTest, who_is_not_answered_waits_on_for_what_is_left_of_its_time) {
  RawClient client(net);
  (void)client.ask(ask);
  in_released = [](Responder&) {};
  for (int i = 0; i < 12; ++i) {
    net.pass({2'000});
    held.release();
  }
  EXPECT_EQ(client.heard(), "");
  EXPECT_EQ(released, 12);
  net.pass({1'100});
  EXPECT_EQ(client.heard(), nothing);
}

TEST_F(HeldRequestsTest, a_release_during_the_release_is_not_lost) {
  RawClient client(net);
  (void)client.ask(ask);
  in_released = [this](Responder& responder) {
    if (released == 1) return held.release();
    (void)responder.answer(200, "text/plain", "second");
  };
  held.release();
  EXPECT_EQ(client.heard(), news("second"));
}

TEST_F(HeldRequestsTest, the_application_answers_at_once_what_is_there_already) {
  held.on_asked = [](const Received& request, Responder& responder) {
    if (request.query_value("after") == "3") return true;
    (void)responder.answer(200, "text/plain", "3");
    return false;
  };
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /news?after=2 HTTP/1.1\r\nHost: a\r\n\r\n"), news("3"));
  EXPECT_EQ(client.ask("GET /news?after=3 HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  EXPECT_EQ(held.held(), 1u);
}

TEST_F(HeldRequestsTest, beyond_the_cap_are_503_with_a_time_to_come_back) {
  static constexpr HeldOptions two_at_most{{25'000}, 2, {7'000}};
  held.use(two_at_most);
  RawClient one(net), two(net), three(net);
  EXPECT_EQ(one.ask(ask) + two.ask(ask), "");
  const std::string full = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\n";
  EXPECT_EQ(three.ask(ask).substr(0, full.size()), full);
  one.tcp.abort();
  net.settle();
  EXPECT_EQ(three.ask(ask), "");
  held.release();
  EXPECT_EQ(two.heard() + three.heard(), news("news") + news("news"));
  EXPECT_EQ(two.ask(ask) + three.ask(ask), "");
}

TEST_F(HeldRequestsTest, a_client_that_vanishes_frees_its_place) {
  RawClient one(net);
  {
    RawClient two(net);
    (void)one.ask(ask);
    (void)two.ask(ask);
    EXPECT_EQ(held.held(), 2u);
  }
  net.settle();
  EXPECT_EQ(held.held(), 1u);
  EXPECT_EQ(server->connections(), 1u);
  // One that vanishes without a word is noticed when it is answered, and closed when it idles.
  one.tcp.vanish();
  net.pass({100'000});
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(HeldRequestsTest, a_client_that_ends_its_half_has_204_at_once) {
  RawClient client(net);
  (void)client.ask(ask);
  const std::uint32_t before = net.count.tx_bytes;
  client.tcp.close();
  net.settle();
  EXPECT_EQ(held.held(), 0u);
  EXPECT_EQ(net.count.tx_bytes - before, closing.size());
  net.pass({3'000});
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(HeldRequestsTest, head_is_not_held) {
  RawClient client(net);
  EXPECT_EQ(client.ask("HEAD /news HTTP/1.1\r\nHost: a\r\n\r\n"), nothing);
}

TEST_F(HeldRequestsTest, are_answered_when_the_server_shuts_down) {
  RawClient client(net);
  (void)client.ask(ask);
  server->shut_down();
  EXPECT_EQ(client.heard(), closing);
  EXPECT_TRUE(client.ended);
}

TEST_F(HeldRequestsTest, wait_for_a_block_when_there_is_none) {
  RawClient one(net), two(net);
  (void)one.ask(ask);
  (void)two.ask(ask);
  std::vector<ByteSpan> taken;
  while (net.blocks().can_compose()) taken.push_back(net.blocks().take_to_compose());
  held.release();
  EXPECT_EQ(one.heard() + two.heard(), "");
  for (const ByteSpan block : taken) net.blocks().give_back(block);
  EXPECT_EQ(one.heard() + two.heard(), news("news") + news("news"));
}

TEST_F(HeldRequestsTest, survive_any_operation_of_the_server_failing) {
  for (const sim::Fault fault : {sim::Fault::would_block, sim::Fault::reset}) {
    for (std::uint32_t n = 1; n < 8; ++n) {
      SCOPED_TRACE(n);
      net.fail_operation(n, fault, sim::Side::accepted);
      std::string got;
      {
        RawClient client(net);
        for (int i = 0; i < 2 && client.tcp.is_open(); ++i) {
          (void)client.ask(ask);
          held.release();
          got += client.heard();
        }
      }
      if (fault == sim::Fault::would_block) {
        EXPECT_EQ(got, news("news") + news("news"));
      }
      net.fail_operation(0, fault, sim::Side::accepted);
      net.pass({3'000});
      EXPECT_EQ(held.held(), 0u);
      EXPECT_EQ(server->connections(), 0u);
      EXPECT_EQ(net.blocks().used(), 0);
    }
  }
}

TEST_F(HeldRequestsTest, the_server_may_be_destroyed_while_they_are_told) {
  RawClient one(net), two(net);
  (void)one.ask(ask);
  (void)two.ask(ask);
  in_released = [this](Responder&) { server.reset(); };
  held.release();
  net.pass({60'000});
  EXPECT_EQ(released, 1);
  EXPECT_TRUE(one.closed && two.closed);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST(HeldRequestsStorm, many_are_told_in_many_turns) {
  constexpr std::size_t many = 300;
  Bench<many> bench;
  std::deque<RawClient> clients;
  for (std::size_t i = 0; i < many; ++i) {
    clients.emplace_back(bench.net);
    clients.back().send(ask);
  }
  bench.net.settle();
  EXPECT_EQ(bench.held.held(), many);
  bench.held.release();
  for (std::size_t told = 0; told < many;) {
    told = std::min<std::size_t>(told + HeldRequests::answers_a_turn, many);
    bench.net.settle();
    EXPECT_EQ(bench.released, told);
    bench.net.pass({1});
  }
  for (RawClient& each : clients) EXPECT_EQ(each.heard(), news("news"));

  // Nor are they all answered at once when their time is up.
  for (RawClient& each : clients) each.send(ask);
  bench.net.settle();
  std::size_t most = 0, before = 0;
  for (int ms = 0; ms < 25'100; ++ms) {
    bench.net.pass({1});
    std::size_t answered = 0;
    for (const RawClient& each : clients) answered += !each.received.empty();
    most = std::max(most, answered - before);
    before = answered;
    if (ms < 24'900) ms += 99, bench.net.pass({99});
  }
  EXPECT_EQ(before, many);
  EXPECT_LE(most, HeldRequests::answers_a_turn);
  EXPECT_EQ(bench.net.blocks().used(), 0);
}

TEST_F(HeldRequestsTest, are_what_a_long_poller_asks_for) {
  std::string got;
  sim::Tcp tcp{net};
  SizedPoller<512, 512> poller{net, tcp};
  poller.on_news = [&got](const http::Response& response) {
    got += std::string(response.body) + ";";
  };
  ASSERT_EQ(poller.hold({30'000}, "http://server/news"), Status::ok);
  for (int i = 0; i < 3; ++i) {
    net.pass({30'000});
    text = std::to_string(i);
    held.release();
    net.pass({1'000});
  }
  EXPECT_EQ(got, "0;1;2;");
  EXPECT_EQ(net.count.retries, 0u);
}

}  // namespace
}  // namespace mote::polling
