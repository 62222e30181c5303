// SPDX-License-Identifier: MIT
// Deadlines of a server: slow heads, slow bodies, idle connections, answers that nobody takes.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

struct ServerDeadline : SteeredBench<>, ::testing::Test {};

TEST_F(ServerDeadline, a_head_that_comes_byte_by_byte_is_not_waited_for) {
  RawClient client(net);
  const std::string request = get("/", "X: " + std::string(100, 'x') + "\r\n");
  unsigned seconds = 0;
  for (; !client.ended && seconds < 60; ++seconds) {
    client.send(request.substr(seconds, 1));
    wait(1);
  }
  EXPECT_EQ(code_of(client.heard()), 408);
  EXPECT_LE(seconds, 11u);
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerDeadline, a_gathered_body_that_comes_byte_by_byte_is_not_waited_for) {
  RawClient client(net);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  unsigned seconds = 0;
  for (; !client.ended && seconds < 60; ++seconds) {
    client.send("x");
    wait(1);
  }
  EXPECT_EQ(code_of(client.heard()), 408);
  EXPECT_LE(seconds, 11u);
  EXPECT_EQ(handler.log, "head gone ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerDeadline, a_body_in_parts_may_take_long_but_not_stall) {
  handler.in_parts = true;
  RawClient client(net);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client.ask("x"), "");
    wait(9);
  }
  wait(2);
  EXPECT_EQ(code_of(client.heard()), 408);
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(handler.log.substr(handler.log.size() - 5), "gone ");
}

TEST_F(ServerDeadline, an_idle_connection_is_kept_for_a_while) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(get())), "200 ");
  wait(59);
  EXPECT_EQ(codes_of(client.ask(get())), "200 ");
  wait(59);
  EXPECT_FALSE(client.ended);
  wait(2);
  EXPECT_EQ(client.heard(), "");
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerDeadline, each_is_held_to_his_own) {
  RawClient idle(net), slow(net), busy(net);
  slow.send("GET");
  wait(9);
  EXPECT_EQ(codes_of(busy.ask(get())), "200 ");
  EXPECT_FALSE(slow.ended);
  wait(2);
  EXPECT_TRUE(slow.ended);
  EXPECT_FALSE(busy.ended);
  wait(50);
  EXPECT_TRUE(idle.ended);
  EXPECT_FALSE(busy.ended);
  wait(9);
  EXPECT_TRUE(busy.ended);
}

TEST_F(ServerDeadline, holds_across_the_wrap_of_the_clock) {
  // The clock wraps 60 s after the start.
  wait(55);
  RawClient slow(net), idle(net);
  slow.send("GET");
  wait(4);
  EXPECT_FALSE(slow.ended);
  wait(4);
  EXPECT_FALSE(slow.ended);
  wait(3);
  EXPECT_EQ(code_of(slow.heard()), 408);
  EXPECT_EQ(codes_of(idle.ask(get())), "200 ");
  wait(59);
  EXPECT_FALSE(idle.ended);
  wait(2);
  EXPECT_TRUE(idle.ended);
}

TEST_F(ServerDeadline, that_is_for_ever_leaves_the_others_alone) {
  options.kept = Duration::forever();
  RawClient slow(net), idle(net);
  slow.send("GET");
  wait(11);
  EXPECT_EQ(code_of(slow.heard()), 408);
  for (int day = 0; day < 60; ++day) net.pass({86'400'000});
  EXPECT_EQ(codes_of(idle.ask(get())), "200 ");
}

TEST_F(ServerDeadline, an_answer_is_given_up_when_nobody_takes_it) {
  static const std::string large(50'000, 'x');
  handler.asked = [](const Received&, Responder& responder) {
    EXPECT_EQ(responder.answer_constant(200, {}, bytes_of(large)), Status::ok);
  };
  RawClient client(net);
  client.stop_reading();
  client.send(get());
  wait(29);
  EXPECT_FALSE(client.closed);
  client.read_on();
  net.settle();
  EXPECT_EQ(handler.log, "request ");
  client.stop_reading();
  client.send(get());
  wait(31);
  EXPECT_TRUE(client.closed);
  EXPECT_EQ(handler.log, "request request gone ");
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerDeadline, of_a_held_request_is_the_handlers) {
  handler.asked = [](const Received&, Responder& responder) { responder.hold({20'000}, 7); };
  RawClient client(net);
  client.send(get());
  wait(19);
  EXPECT_EQ(client.heard(), "");
  EXPECT_EQ(net.blocks().used(), 0);
  wait(2);
  EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST_F(ServerDeadline, of_a_held_request_comes_again_when_there_was_no_room_for_an_answer) {
  handler.asked = [](const Received&, Responder& responder) { responder.hold({20'000}); };
  RawClient client(net);
  client.send(get());
  net.settle();
  std::array<ByteSpan, 6> all;  // no block to compose an answer in
  for (ByteSpan& block : all) block = net.blocks().take_to_compose();
  wait(30);
  EXPECT_EQ(client.heard(), "");
  for (const ByteSpan& block : all) net.blocks().give_back(block);
  wait(2);
  EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\n\r\n");
}

}  // namespace
}  // namespace mote::http
