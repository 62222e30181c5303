// SPDX-License-Identifier: MIT
// A server and the blocks of its loop: who waits for one, in which order, and what when none comes.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

/// Two blocks: one to keep, and the last, which only composes.
struct ServerBlocks : SteeredBench<2, 1024>, ::testing::Test {};

TEST_F(ServerBlocks, holds_a_client_back_until_there_is_a_block_for_it) {
  RawClient one(net), two(net);
  one.send("GET / HT");
  net.settle();
  EXPECT_EQ(two.ask(get()), "");
  wait(5);
  EXPECT_EQ(codes_of(one.ask("TP/1.1\r\nHost: a\r\n\r\n")), "200 ");
  EXPECT_EQ(codes_of(two.heard()), "200 ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerBlocks, tells_503_when_none_comes) {
  const ByteSpan taken = net.blocks().take_to_keep();
  RawClient client(net);
  client.send(get());
  wait(9);
  EXPECT_EQ(client.heard(), "");
  wait(2);
  EXPECT_EQ(code_of(client.heard()), 503);
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(handler.log, "");
  net.blocks().give_back(taken);
}

TEST_F(ServerBlocks, serves_who_waited_longest) {
  RawClient holder(net), first(net), second(net), third(net);
  holder.send("GET");
  net.settle();
  for (RawClient* each : {&second, &third, &first}) {
    each->send("GET / HTTP/1.1\r\nHost: a\r\n");  // stays incomplete
    wait(1);
  }
  // The block goes round: 408 after ten seconds each would be too late for the others, who are
  // told 503, so each is finished by its client.
  holder.send(" / HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string order;
  for (int turn = 0; turn < 3; ++turn) {
    net.settle();
    EXPECT_EQ(net.blocks().used(), 1);
    for (RawClient* each : {&first, &second, &third}) each->received.clear();
    wait(1);
    RawClient* const all[] = {&first, &second, &third};
    // Only who has the block is read.
    for (int i = 0; i < 3; ++i)
      if (order.find(static_cast<char>('1' + i)) == std::string::npos) all[i]->send("X: y\r\n");
    net.settle();
    const char next = "231"[turn];
    all[next - '1']->send("\r\n");
    net.settle();
    EXPECT_EQ(codes_of(all[next - '1']->received), "200 ");
    order += next;
  }
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerBlocks, lets_nobody_overtake_those_who_wait) {
  RawClient holder(net), waiting(net), eager(net);
  holder.send("GET");
  net.settle();
  waiting.send("GET / HTTP/1.1\r\n");
  wait(1);
  // In one and the same poll the holder ends and somebody else asks.
  holder.send(" / HTTP/1.1\r\nHost: a\r\n\r\n");
  eager.send("GET / HTTP/1.1\r\n");
  net.settle();
  waiting.send("Host: a\r\n\r\n");
  net.settle();
  EXPECT_EQ(codes_of(waiting.received), "200 ");
  eager.send("Host: a\r\n\r\n");
  net.settle();
  EXPECT_EQ(codes_of(eager.received), "200 ");
}

TEST_F(ServerBlocks, whose_waiting_ended_otherwise_takes_no_block) {
  RawClient holder(net), gone(net), waits(net);
  holder.send("GET");
  net.settle();
  gone.send(get());
  net.settle();
  waits.send(get());
  net.settle();
  gone.tcp.abort();
  net.settle();
  EXPECT_EQ(codes_of(holder.ask(" / HTTP/1.1\r\nHost: a\r\n\r\n")), "200 ");
  EXPECT_EQ(codes_of(waits.heard()), "200 ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerBlocks, an_answer_in_pieces_waits_for_a_block_and_goes_on) {
  static int pieces;
  pieces = 0;
  handler.asked = [](const Received&, Responder& responder) {
    const Responder::More more = [](ByteSpan room) -> std::size_t {
      if (pieces == 100) return 0;
      ++pieces;
      std::fill(room.begin(), room.begin() + 500, std::uint8_t('*'));
      return 500;
    };
    EXPECT_EQ(responder.stream(200, {}, more), Status::ok);
  };
  RawClient client(net);
  client.stop_reading();
  client.send(get());
  net.settle();
  const ByteSpan one = net.blocks().take_to_compose();
  const ByteSpan other = net.blocks().take_to_compose();
  client.read_on();
  std::string said = client.heard();
  EXPECT_LT(pieces, 100);
  net.blocks().give_back(one);
  net.blocks().give_back(other);
  said += client.heard();
  EXPECT_EQ(std::count(said.begin(), said.end(), '*'), 50'000);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerBlocks, a_ticket_is_told_when_there_is_one_to_answer_from) {
  Ticket ticket;
  handler.asked = [&](const Received&, Responder& responder) { ticket = responder.ticket(); };
  handler.writable = [](Responder& responder) {
    EXPECT_EQ(responder.answer(200, {}, "late"), Status::ok);
  };
  RawClient client(net);
  client.send(get());
  net.settle();
  const ByteSpan one = net.blocks().take_to_compose();
  const ByteSpan other = net.blocks().take_to_compose();
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer(200, {}, "now"), Status::would_block);
  net.settle();
  EXPECT_EQ(handler.log, "request ");
  net.blocks().give_back(one);
  net.blocks().give_back(other);
  EXPECT_EQ(codes_of(client.heard()), "200 ");
  EXPECT_EQ(handler.log, "request writable ");
}

TEST_F(ServerBlocks, a_client_that_reads_nothing_and_asks_on_gets_no_second_one) {
  RawClient deaf(net);
  deaf.stop_reading();
  handler.asked = [](const Received&, Responder& responder) {
    const Status status = responder.answer(200, {}, std::string(700, 'x'));
    EXPECT_TRUE(status == Status::ok || status == Status::would_block);
  };
  std::string ahead;
  for (int i = 0; i < 40; ++i) ahead += get();
  deaf.send(ahead);
  net.settle();
  RawClient other(net);
  EXPECT_EQ(codes_of(other.ask(get())), "200 ");
  wait(40);
  EXPECT_TRUE(deaf.closed);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerBlocks, one_that_is_wanted_to_become_something_else_is_not_needed_for_its_head) {
  RawClient deaf(net);
  deaf.stop_reading();
  handler.asked = [](const Received& request, Responder& responder) {
    if (request.path == "/echo") return become_echo(responder);
    (void)responder.answer(200, {}, std::string(700, 'x'));
  };
  // As many answers as there is room for, and then a head that finds none.
  std::string ahead;
  for (int i = 0; i < 10; ++i) ahead += get();
  deaf.send(ahead + get("/echo"));
  net.settle();
  deaf.read_on();
  net.settle();
  wait(5);
  RawClient other(net);
  EXPECT_EQ(codes_of(other.ask(get())), "200 ");
}

}  // namespace
}  // namespace mote::http
