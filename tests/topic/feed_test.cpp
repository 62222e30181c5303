// SPDX-License-Identifier: MIT
// One topic by every technique at once, and readers who take nothing.
#include <deque>
#include <memory>

#include "topic/feed_bench.hpp"

namespace mote::topic {
namespace {

std::string upgrade(const std::string& target) {
  return FeedBench::get(target,
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Sec-WebSocket-Protocol: mote.v1\r\n");
}

/// How often `what` stands in `text`.
std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

/// The sum of all numbers behind `"missed":`.
std::size_t missed(const std::string& text) {
  const std::string what = "\"missed\":";
  std::size_t sum = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    sum += std::stoul(text.substr(at + what.size()));
  return sum;
}

using FeedTest = FeedBench;

TEST_F(FeedTest, a_hundred_messages_to_sixteen_of_whom_four_never_read) {
  std::deque<std::unique_ptr<RawClient>> clients;
  std::array<std::string, 16> got;
  for (std::size_t i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<RawClient>(net));
    (void)clients[i]->ask(i % 2 ? upgrade("/log/socket") : get("/log/events"));
    if (i < 4) clients[i]->stop_reading();
  }
  EXPECT_EQ(net.blocks().used(), 0);
  for (int i = 0; i < 100; ++i) {
    publish(std::string(250, 'x'));
    for (std::size_t each = 0; each < 16; ++each) got[each] += clients[each]->heard();
  }
  const std::string message(250, 'x');
  for (std::size_t each = 4; each < 16; ++each) {
    EXPECT_EQ(count(got[each], message), 100u) << each;
    EXPECT_EQ(missed(got[each]), 0u) << each;
  }
  // Who never read costs nothing of ours, and is told.
  EXPECT_EQ(net.blocks().used(), 0);
  for (std::size_t each = 0; each < 4; ++each) {
    clients[each]->read_on();
    got[each] += clients[each]->heard();
    EXPECT_GT(missed(got[each]), 0u) << each;
    EXPECT_EQ(count(got[each], message) + missed(got[each]), 100u) << each;
  }
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(FeedTest, what_one_technique_publishes_all_others_read) {
  RawClient poster(net), held(net), stream(net), socket(net);
  (void)held.ask(get("/log?wait=30"));
  (void)stream.ask(get("/log/events"));
  (void)socket.ask(upgrade("/log/socket"));
  EXPECT_EQ(code_of(poster.ask(post("/log?event=chat", "hi"))), "201");
  EXPECT_EQ(body_of(held.heard()), list(json(1, "hi", "chat"), 1));
  EXPECT_EQ(stream.heard(), "id: " + id(1) + "\nevent: chat\ndata: hi\n\n");
  EXPECT_EQ(socket.heard().substr(2), json(1, "hi", "chat"));
}

TEST_F(FeedTest, survives_any_operation_of_its_server_failing) {
  for (const auto fault : {sim::Fault::reset, sim::Fault::would_block}) {
    for (std::uint32_t n = 1; n < 25; ++n) {
      std::deque<RawClient> clients;
      for (int i = 0; i < 4; ++i) clients.emplace_back(net);
      net.fail_operation(n, fault, sim::Side::accepted);
      clients[0].send(get("/log?after=latest&wait=30"));
      clients[1].send(get("/log/events?after=latest"));
      clients[2].send(upgrade("/log/socket?after=latest"));
      clients[3].send(post("/log", "x"));
      for (int i = 0; i < 3; ++i) {
        net.pass({10});
        publish("y");
      }
      net.pass({100});
      if (fault == sim::Fault::would_block) {
        for (std::size_t i = 0; i < 3; ++i)
          EXPECT_NE(clients[i].received.find('y'), std::string::npos) << n << " " << i;
      }
      net.fail_operation(0, fault, sim::Side::accepted);
      for (RawClient& each : clients) each.tcp.abort();
      net.settle();
      EXPECT_EQ(net.blocks().used(), 0) << n;
      EXPECT_EQ(server.connections(), 0u) << n;
    }
  }
}

}  // namespace
}  // namespace mote::topic
