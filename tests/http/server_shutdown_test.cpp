// SPDX-License-Identifier: MIT
// How a server ends: in peace, in time, or at once.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

struct ServerShutdown : SteeredBench<>, ::testing::Test {
  static const std::string& large() {
    static const std::string text(50'000, 'x');
    return text;
  }
  /// Four connections: one idles, one is in a head, one was asked, one is answering.
  void fill() {
    handler.asked = [this](const Received& request, Responder& responder) {
      if (request.path == "/held") {
        ticket = responder.ticket();
      } else {
        EXPECT_EQ(responder.answer_constant(200, {}, bytes_of(large())), Status::ok);
      }
    };
    answering.stop_reading();
    head.send("GET");
    asked.send(get("/held"));
    answering.send(get("/large"));
    net.settle();
  }
  RawClient idle{net}, head{net}, asked{net}, answering{net};
  Ticket ticket;
  int down = 0;
};

TEST_F(ServerShutdown, answers_what_was_asked_and_closes_the_rest) {
  fill();
  server->on_shut_down = [this] { ++down; };
  server->shut_down();
  net.settle();
  EXPECT_TRUE(idle.ended && head.ended);
  EXPECT_FALSE(asked.ended || answering.ended);
  EXPECT_EQ(down, 0);
  answering.read_on();
  EXPECT_EQ(answering.heard().size(), large().size() + 42);
  EXPECT_TRUE(answering.ended);
  EXPECT_EQ(ticket.responder()->answer(200, {}, "last"), Status::ok);
  EXPECT_TRUE(has(asked.heard(), "Connection: close\r\n\r\nlast"));
  EXPECT_EQ(down, 1);
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerShutdown, ends_what_takes_too_long) {
  fill();
  server->on_shut_down = [this] { ++down; };
  server->shut_down({3'000});
  wait(2);
  EXPECT_EQ(down, 0);
  wait(2);
  EXPECT_EQ(down, 1);
  EXPECT_TRUE(asked.closed && answering.closed);
  EXPECT_EQ(ticket.responder(), nullptr);
  EXPECT_EQ(handler.log, "request request gone gone ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerShutdown, called_again_only_changes_its_time) {
  fill();
  server->on_shut_down = [this] { ++down; };
  server->shut_down({20'000});
  wait(2);
  server->shut_down({1'000});
  wait(2);
  EXPECT_EQ(down, 1);
  EXPECT_TRUE(asked.closed && answering.closed);
}

TEST_F(ServerShutdown, with_nobody_there_is_told_by_poll) {
  for (RawClient* each : {&idle, &head, &asked, &answering}) each->tcp.abort();
  net.settle();
  server->on_shut_down = [this] { ++down; };
  server->shut_down();
  EXPECT_EQ(down, 0);
  net.settle();
  EXPECT_EQ(down, 1);
  wait(100);
  EXPECT_EQ(down, 1);
}

TEST_F(ServerShutdown, accepts_nobody_until_it_listens_again) {
  server->shut_down();
  wait(5);
  RawClient late(net);
  EXPECT_TRUE(late.closed);
  EXPECT_EQ(server->listen(80), Status::ok);
  RawClient again(net);
  EXPECT_EQ(codes_of(again.ask(get())), "200 ");
  EXPECT_FALSE(again.ended) << "it is kept";
}

TEST_F(ServerShutdown, may_be_followed_by_its_end_at_once) {
  fill();
  server->on_shut_down = [this] { server.reset(); };
  server->shut_down({1'000});
  wait(3);
  EXPECT_FALSE(server.has_value());
  EXPECT_TRUE(asked.closed && answering.closed);
}

TEST_F(ServerShutdown, tells_who_holds_a_request_at_once) {
  handler.asked = [](const Received&, Responder& responder) { responder.hold({20'000}); };
  asked.send(get());
  net.settle();
  server->shut_down();
  EXPECT_EQ(codes_of(asked.heard()), "204 ");
  EXPECT_TRUE(asked.ended);
}

TEST_F(ServerShutdown, destroyed_it_ends_everybody_and_tells_nobody) {
  fill();
  const std::string log = handler.log;
  server.reset();
  net.settle();
  for (RawClient* each : {&idle, &head, &asked, &answering}) EXPECT_TRUE(each->closed);
  EXPECT_EQ(handler.log, log);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerShutdown, one_too_many_may_outlive_it) {
  RawClient turned(net);
  server.reset();
  EXPECT_EQ(code_of(turned.heard()), 503);
  wait(5);
  EXPECT_TRUE(turned.ended);
}

TEST_F(ServerShutdown, one_too_many_leaves_the_next_his_place) {
  RawClient turned(net);
  EXPECT_EQ(codes_of(turned.heard()), "503 ");
  idle.tcp.abort();
  net.settle();
  RawClient next(net);
  EXPECT_EQ(codes_of(next.ask(get())), "200 ");
}

}  // namespace
}  // namespace mote::http
