// SPDX-License-Identifier: MIT
#include "http/server_bench.hpp"

namespace mote::http {
namespace {

std::string ok(const std::string& body, const std::string& fields = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

using ServerTest = ServerBench;

TEST_F(ServerTest, AnswersARequest) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /note?a=1 HTTP/1.1\r\nHost: a\r\n\r\n"), ok("GET /note?a=1"));
}

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
  RawClient client(net);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.ask("GET /note HTTP/1.1\r\nHost: a\r\n\r\n"), ok("GET /note"));
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerTest, ClosesAfterTheAnswerWhenTheClientSaysSo) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /note HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
            ok("GET /note", "Connection: close\r\n"));
  EXPECT_TRUE(client.ended);
  net.pass({3000});
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(ServerTest, AnswersRequestsThatWereSentAheadInTheirOrder) {
  RawClient client(net);
  EXPECT_EQ(client.ask("POST /note HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
                       "GET /note HTTP/1.1\r\nHost: a\r\n\r\n"
                       "POST /note HTTP/1.1\r\nHost: a\r\n\r\n"
                       "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
                       "GET /rooms/7/log HTTP/1.1\r\nHost: a\r\n\r\n"),
            ok("POST /note [hi]") + ok("GET /note") + ok("POST /note") +
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
                "Not Found" +
                ok("GET /rooms/7/log"));
}

TEST_F(ServerTest, ReadsTheSameHoweverItIsCut) {
  net.wire.piece_bytes_max = 1;
  RawClient client(net);
  EXPECT_EQ(client.ask("POST /note?q HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\nGET /note HTTP/1.1\r\nHost: a\r\n\r\n"),
            ok("POST /note?q [abcd]") + ok("GET /note"));
}

TEST_F(ServerTest, AnswersLaterByATicket) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  EXPECT_EQ(net.blocks().used(), 0);
  ASSERT_NE(held.responder(), nullptr);
  EXPECT_EQ(held.responder()->answer(204), Status::ok);
  EXPECT_EQ(held.responder(), nullptr);
  EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST_F(ServerTest, ATicketIsVoidWhenTheClientHasGone) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"), "");
  client.tcp.abort();
  net.settle();
  EXPECT_EQ(held.responder(), nullptr);
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(ServerTest, AHandlerThatSaysNothingIsAnInternalError) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n"
            "Content-Length: 21\r\n\r\nInternal Server Error");
}

TEST_F(ServerTest, OneTooManyIsTold503) {
  RawClient one(net), two(net), three(net);
  RawClient four(net);
  EXPECT_EQ(four.heard().substr(0, 34), "HTTP/1.1 503 Service Unavailable\r\n");
  EXPECT_TRUE(four.ended);
  EXPECT_EQ(one.ask("GET /note HTTP/1.1\r\nHost: a\r\n\r\n"), ok("GET /note"));
}

TEST_F(ServerTest, WhatItDoesNotKnowIs404AndWhatIsNotAllowedIs405) {
  RawClient client(net);
  EXPECT_EQ(client.ask("DELETE /note HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 405 Method Not Allowed\r\nAllow: OPTIONS, GET, HEAD, POST\r\n"
            "Content-Type: text/plain\r\nContent-Length: 18\r\n\r\nMethod Not Allowed");
  EXPECT_EQ(client.ask("OPTIONS /hold HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 204 No Content\r\nAllow: OPTIONS, GET, HEAD\r\n\r\n");
  EXPECT_EQ(client.ask("HEAD /note HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n");
}

TEST_F(ServerTest, ASlowHeadIsTold408) {
  RawClient client(net);
  client.send("GET /note HT");
  net.pass({9'900});
  EXPECT_EQ(client.heard(), "");
  net.pass({200});
  EXPECT_EQ(client.heard().substr(0, 30), "HTTP/1.1 408 Request Timeout\r\n");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerTest, StreamsWhatIsAskedForPieceByPiece) {
  static int pieces;
  pieces = 0;
  CallbackHandler streams{[](const Received&, Responder& responder) {
    (void)responder.stream(200, "text/plain", [](ByteSpan room) -> std::size_t {
      if (pieces == 30) return 0;
      ++pieces;
      std::fill(room.begin(), room.begin() + 700, std::uint8_t('*'));
      return 700;
    });
  }};
  const Route all[] = {{"", "*", streams}};
  std::array<sim::Tcp, 1> place{sim::Tcp(net)};
  sim::Listener other{net, place};
  SizedServer<1> streamer{net, other, all};
  ASSERT_EQ(streamer.listen(81), Status::ok);
  RawClient client(net, 81);
  const std::string got = client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(std::count(got.begin(), got.end(), '*'), 21'000);
  EXPECT_EQ(got.substr(got.size() - 5), "0\r\n\r\n");
  EXPECT_EQ(net.blocks().used(), 0);
}

}  // namespace
}  // namespace mote::http
