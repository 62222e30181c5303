// SPDX-License-Identifier: MIT
#include "http/server_bench.hpp"

namespace mote::http {
namespace {

/// Holds what it is asked for 30 s, and answers it by walking the places.
class Holding final : public Handler {
 public:
  void on_request(const Received& request, Responder& responder) override {
    responder.hold({30'000}, static_cast<std::uint32_t>(request.path.size()));
  }
  void on_gone(Responder&) override { ++gone; }

  int release(Server& server) {
    int answered = 0;
    for (std::size_t at = 0; at < server.places(); ++at) {
      Occupant* const each = server.occupant(at);
      if (!each || each->handler() != this) continue;
      auto& responder = static_cast<Responder&>(*each);
      if (!responder.is_held()) continue;
      EXPECT_EQ(responder.answer(200, "text/plain", std::to_string(responder.mark())), Status::ok);
      ++answered;
    }
    return answered;
  }

  int gone = 0;
};

/// Answers with what it writes into the reply's own block.
class InPlace final : public Handler {
 public:
  void on_request(const Received&, Responder& responder) override {
    Reply reply(responder, 200);
    reply.type("text/plain");
    const ByteSpan room = reply.body_room();
    std::fill(room.begin(), room.end(), std::uint8_t{'x'});
    bytes = room.size();
    EXPECT_EQ(reply.send(room), Status::ok);
  }
  std::size_t bytes = 0;
};

struct ServerHoldTest : ::testing::Test {
  ServerHoldTest() { EXPECT_EQ(server.listen(80), Status::ok); }

  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 3> places{sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  Holding holding;
  InPlace in_place;
  const Route routes[2] = {{"GET", "/in-place", in_place}, {"GET", "*", holding}};
  SizedServer<3> server{net, door, routes};
};

TEST_F(ServerHoldTest, holds_requests_without_a_block_until_they_are_answered) {
  RawClient one(net), two(net);
  EXPECT_EQ(one.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  EXPECT_EQ(two.ask("GET /abc HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  EXPECT_EQ(net.blocks().used(), 0);
  net.pass({29'000});
  EXPECT_EQ(holding.release(server), 2);
  EXPECT_EQ(one.heard(),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n2");
  EXPECT_EQ(two.heard().back(), '4');
  EXPECT_EQ(holding.release(server), 0);
  // Both are kept, and nothing is due any more from before.
  EXPECT_EQ(one.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  net.pass({29'000});
  EXPECT_EQ(one.heard(), "");
}

TEST_F(ServerHoldTest, answers_204_when_a_request_was_held_for_so_long) {
  RawClient client(net);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), "");
    net.pass({29'990});
    EXPECT_EQ(client.heard(), "");
    net.pass({20});
    EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_FALSE(client.ended);
  }
}

TEST_F(ServerHoldTest, tells_when_the_client_has_gone) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  client.tcp.abort();
  net.settle();
  EXPECT_EQ(holding.gone, 1);
  EXPECT_EQ(holding.release(server), 0);
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(ServerHoldTest, does_not_wait_for_it_when_it_shuts_down) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  server.shut_down();
  EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerHoldTest, sends_a_body_that_was_written_in_place) {
  RawClient client(net);
  const std::string got = client.ask("GET /in-place HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_GT(in_place.bytes, 700u);
  EXPECT_LE(got.size(), 1024u - 168);
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
                           std::to_string(in_place.bytes) + "\r\n\r\n";
  EXPECT_EQ(got, head + std::string(in_place.bytes, 'x'));
}

}  // namespace
}  // namespace mote::http
