// SPDX-License-Identifier: MIT
// Connections that carry more than one request, and how they end.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

struct ServerPersistence : SteeredBench<>, ::testing::Test {};

TEST_F(ServerPersistence, carries_a_hundred_requests_and_leaves_every_block_free) {
  RawClient client(net);
  for (int i = 0; i < 100; ++i) {
    const std::string said = client.ask(i % 3 == 0 ? post("hello") : get("/" + std::to_string(i)));
    EXPECT_EQ(codes_of(said), "200 ");
    EXPECT_EQ(net.blocks().used(), 0);
  }
  EXPECT_EQ(net.count.connects, 1u);
}

TEST_F(ServerPersistence, reads_what_was_sent_ahead_behind_a_post_without_a_body) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"))), "200 200 ");
  EXPECT_EQ(handler.last, "GET /b");
}

TEST_F(ServerPersistence, reads_nothing_behind_an_error_of_framing) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask("GET / HTTP/1.1\r\nbad\r\n\r\n" + get())), "400 ");
  EXPECT_EQ(handler.log, "");
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerPersistence, reads_on_behind_an_error_of_the_application) {
  handler.asked = [](const Received&, Responder& r) { EXPECT_EQ(r.answer(404), Status::ok); };
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(get() + post("hello") + get())), "404 404 404 ");
}

TEST_F(ServerPersistence, reads_nothing_behind_connection_close) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(get("/a", "Connection: close\r\n") + get("/b"))), "200 ");
  EXPECT_EQ(handler.last, "GET /a");
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerPersistence, closes_for_clients_of_http_1_0_that_do_not_ask_to_keep) {
  RawClient client(net);
  const std::string said = client.ask("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(has(said, "\r\nConnection: close\r\n"));
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerPersistence, keeps_for_clients_of_http_1_0_that_ask_and_says_so) {
  RawClient client(net);
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(has(client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                    "\r\nConnection: keep-alive\r\n"));
  EXPECT_FALSE(client.ended);
}

TEST_F(ServerPersistence, ends_a_body_of_unknown_length_with_the_connection_for_http_1_0) {
  static int pieces;
  pieces = 0;
  handler.asked = [](const Received&, Responder& responder) {
    const Responder::More more = [](ByteSpan room) -> std::size_t {
      room[0] = 'x';
      return ++pieces < 4;
    };
    EXPECT_EQ(responder.stream(200, {}, more), Status::ok);
  };
  RawClient client(net);
  EXPECT_EQ(client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nxxx");
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerPersistence, answers_a_client_that_has_ended_its_half) {
  Ticket ticket;
  handler.asked = [&](const Received&, Responder& responder) { ticket = responder.ticket(); };
  RawClient client(net);
  client.send(get());
  client.tcp.half_close();
  net.settle();
  EXPECT_EQ(handler.log, "request half-closed ");
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer(200, "text/plain", "late"), Status::ok);
  const std::string said = client.heard();
  EXPECT_TRUE(has(said, "\r\nConnection: close\r\n\r\nlate"));
  EXPECT_TRUE(client.closed);
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerPersistence, answers_all_that_was_sent_ahead_of_an_end) {
  RawClient client(net);
  client.send(get("/a") + get("/b") + get("/c"));
  client.tcp.half_close();
  EXPECT_EQ(codes_of(client.heard()), "200 200 200 ");
  EXPECT_TRUE(client.closed);
}

TEST_F(ServerPersistence, sends_a_large_answer_to_a_client_that_has_ended_its_half) {
  static const std::string large(50'000, 'x');
  handler.asked = [](const Received&, Responder& responder) {
    EXPECT_EQ(responder.answer_constant(200, {}, bytes_of(large)), Status::ok);
  };
  RawClient client(net);
  client.send(get());
  client.tcp.half_close();
  EXPECT_EQ(client.heard().size(),
            50'000 + std::string("HTTP/1.1 200 OK\r\n"
                                 "Content-Length: 50000\r\n\r\n")
                         .size());
  EXPECT_TRUE(client.closed);
}

TEST_F(ServerPersistence, a_ticket_lasts_until_its_answer_is_sent_whole) {
  static const std::string large(20'000, 'x');
  Ticket ticket;
  handler.asked = [&](const Received&, Responder& responder) { ticket = responder.ticket(); };
  RawClient client(net);
  client.stop_reading();
  client.send(get() + get("/next"));
  net.settle();
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer_constant(200, {}, bytes_of(large)), Status::ok);
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_FALSE(ticket.responder()->may_answer());
  EXPECT_EQ(ticket.responder()->answer(204), Status::not_open);
  const Ticket first = ticket;
  client.read_on();
  net.settle();
  EXPECT_EQ(first.responder(), nullptr);
  EXPECT_NE(ticket.responder(), nullptr) << "that of the next request";
}

TEST_F(ServerPersistence, a_ticket_is_of_no_use_to_whoever_comes_next) {
  Ticket ticket;
  handler.asked = [&](const Received&, Responder& responder) { ticket = responder.ticket(); };
  RawClient first(net);
  first.send(get());
  net.settle();
  const Ticket old = ticket;
  first.tcp.abort();
  net.settle();
  EXPECT_EQ(handler.log, "request gone ");
  RawClient second(net);
  second.send(get());
  net.settle();
  EXPECT_EQ(old.responder(), nullptr);
  EXPECT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(Ticket().responder(), nullptr);
}

TEST_F(ServerPersistence, a_client_that_reads_nothing_holds_up_nobody_else) {
  RawClient deaf(net);
  deaf.stop_reading();
  std::string ahead;
  for (int i = 0; i < 30; ++i) ahead += get("/" + std::string(60, 'a'));
  handler.asked = [](const Received&, Responder& responder) {
    EXPECT_EQ(responder.answer(200, "text/plain", std::string(600, 'x')), Status::ok);
  };
  deaf.send(ahead);
  RawClient other(net);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(codes_of(other.ask(get())), "200 ");
  EXPECT_LE(net.blocks().used(), 1) << "what waits for the deaf one";
  wait(31);
  EXPECT_TRUE(deaf.closed);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ServerPersistence, a_client_that_reads_late_gets_every_answer_in_its_order) {
  RawClient late(net);
  late.stop_reading();
  std::string ahead, expected;
  for (int i = 0; i < 30; ++i) ahead += get("/" + std::to_string(i));
  handler.asked = [&](const Received& request, Responder& responder) {
    expected += std::string(request.path) + " ";
    EXPECT_EQ(responder.answer(200, {}, std::string(request.path) + std::string(600, ' ')),
              Status::ok);
  };
  late.send(ahead);
  net.settle();
  late.read_on();
  const std::string said = late.heard();
  std::string seen;
  for (std::size_t at = 0; (at = said.find("\r\n\r\n/", at)) != std::string::npos; ++at)
    seen += said.substr(at + 4, said.find(' ', at + 4) - at - 4) + " ";
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(std::count(seen.begin(), seen.end(), ' '), 30);
}

}  // namespace
}  // namespace mote::http
