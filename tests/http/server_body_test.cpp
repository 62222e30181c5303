// SPDX-License-Identifier: MIT
// Bodies of requests: wanted, refused, left unread, too large, slow, or taken in parts.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

const std::string please = "HTTP/1.1 100 Continue\r\n\r\n";
const std::string expecting = "Expect: 100-continue\r\n";

std::string head_of(std::size_t length, const std::string& fields = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
         fields + "\r\n";
}

struct ServerBody : SteeredBench<>, ::testing::Test {};

TEST_F(ServerBody, asks_for_a_body_that_waits_to_be_asked_for) {
  RawClient client(net);
  EXPECT_EQ(client.ask(head_of(5, expecting)), please);
  EXPECT_EQ(code_of(client.ask("hello")), 200);
  EXPECT_EQ(handler.last, "POST / [hello]");
}

TEST_F(ServerBody, does_not_ask_for_a_body_that_is_there_already) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(head_of(5, expecting) + "h")), "");
  EXPECT_EQ(codes_of(client.ask("ello")), "200 ");
}

TEST_F(ServerBody, does_not_ask_for_a_body_of_no_bytes) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(head_of(0, expecting))), "200 ");
}

TEST_F(ServerBody, does_not_ask_clients_of_http_1_0) {
  RawClient client(net);
  EXPECT_EQ(client.ask("POST / HTTP/1.0\r\nContent-Length: 2\r\n" + expecting + "\r\n"), "");
  EXPECT_EQ(codes_of(client.ask("hi")), "200 ");
}

TEST_F(ServerBody, does_not_ask_for_a_body_that_its_handler_refuses) {
  handler.head = [](const Received&, Responder& responder) {
    EXPECT_EQ(responder.answer(403), Status::ok);
    return true;
  };
  RawClient client(net);
  const std::string said = client.ask(head_of(5, expecting));
  EXPECT_EQ(codes_of(said), "403 ");
  EXPECT_TRUE(has(said, "Connection: close\r\n"));
  wait(5);
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(handler.log, "head ");
}

TEST_F(ServerBody, asks_when_there_is_room_to_ask) {
  net.fail_operation(2, sim::Fault::would_block, sim::Side::accepted);  // the 1st is a receive
  RawClient client(net);
  EXPECT_EQ(client.ask(head_of(5, expecting)), please);
}

TEST_F(ServerBody, knows_no_other_expectation) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(get("/", "Expect: wings\r\n") + get())), "417 200 ");
}

TEST_F(ServerBody, leaves_a_body_that_is_too_large_and_the_client_reads_so) {
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(head_of(2000))), "413 ");
  EXPECT_EQ(handler.log.substr(0, 5), "head ");
  wait(5);
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerBody, refuses_in_the_middle_of_a_megabyte_and_the_client_reads_so) {
  RawClient client(net);
  std::string said = client.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string part = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  for (int i = 0; i < 200 && !client.ended; ++i) said += client.ask(part);
  EXPECT_EQ(codes_of(said), "413 ");
  EXPECT_FALSE(client.closed);
  EXPECT_EQ(handler.log, "head gone ");
  EXPECT_EQ(net.blocks().used(), 0);
  wait(5);
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerBody, drains_a_megabyte_and_no_more) {
  handler.head = [](const Received&, Responder& responder) {
    return responder.answer(403) == Status::ok;
  };
  RawClient client(net);
  std::string said = client.ask(head_of(1u << 30));
  int parts = 0;
  for (; parts < 1000 && !client.ended; ++parts) said += client.ask(std::string(4096, 'x'));
  EXPECT_EQ(codes_of(said), "403 ");
  EXPECT_EQ(parts, 256);
}

TEST_F(ServerBody, comes_in_parts_of_any_size) {
  handler.in_parts = true;
  handler.asked = [](const Received&, Responder& r) { EXPECT_EQ(r.answer(204), Status::ok); };
  RawClient client(net);
  EXPECT_EQ(codes_of(client.ask(head_of(100'000))), "");
  std::string said;
  for (int i = 0; i < 25; ++i) said += client.ask(std::string(4000, 'x'));
  EXPECT_EQ(codes_of(said), "204 ");
  EXPECT_EQ(handler.body.size(), 100'000u);
}

TEST_F(ServerBody, holds_the_client_back_until_the_handler_goes_on) {
  handler.in_parts = true;
  Responder* held = nullptr;
  std::size_t takes = 3;
  handler.part_came = [&](Responder& responder, ByteView part) {
    held = &responder;
    const std::size_t taken = std::min(takes, part.size());
    handler.body.resize(handler.body.size() - part.size() + taken);
    return taken;
  };
  handler.asked = [](const Received&, Responder& r) { EXPECT_EQ(r.answer(204), Status::ok); };
  for (const bool chunked : {false, true}) {
    handler.body.clear();
    RawClient client(net);
    std::string said =
        client.ask(chunked ? "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "4\r\nabcd\r\n6\r\nefghij\r\n0\r\n\r\n" +
                                 get()
                           : post("abcdefghij") + get());
    EXPECT_EQ(said, "");
    for (int i = 0; i < 6 && said.empty(); ++i) {
      // However long it takes: the client is not to blame.
      wait(60);
      held->resume();
      said = client.heard();
    }
    EXPECT_EQ(codes_of(said), "204 204 ");
    EXPECT_EQ(handler.body, "abcdefghij");
    client.tcp.abort();
    net.settle();
  }
}

TEST_F(ServerBody, is_skipped_when_it_is_short_and_nobody_wants_it) {
  const Route none[] = {{"GET", "/x", handler}};
  sim::SizedNet<4, 1024> other;
  std::array<sim::Tcp, 2> places{sim::Tcp(other), sim::Tcp(other)};
  sim::Listener listener{other, places};
  SizedServer<2> nowhere{other, listener, none};
  ASSERT_EQ(nowhere.listen(80), Status::ok);
  RawClient client(other);
  const std::string said = client.ask(head_of(4096) + std::string(4096, 'x') + get());
  EXPECT_EQ(codes_of(said), "404 404 ");
  EXPECT_FALSE(has(said, "close"));
  // A long one is not.
  EXPECT_TRUE(has(client.ask(head_of(4097) + std::string(2000, 'x')), "Connection: close\r\n"));
}

TEST_F(ServerBody, left_unread_by_the_handler_ends_the_connection_after_the_answer) {
  handler.in_parts = true;
  handler.part_came = [](Responder& responder, ByteView) -> std::size_t {
    EXPECT_EQ(responder.answer(200, "text/plain", "enough"), Status::ok);
    return 0;
  };
  RawClient client(net);
  const std::string said = client.ask(post("abc", "X: y\r\n") + get());
  EXPECT_EQ(codes_of(said), "200 ");
  EXPECT_TRUE(has(said, "Connection: close\r\n"));
  EXPECT_EQ(handler.log, "head body ");
  wait(5);
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerBody, may_be_answered_by_ticket_before_it_is_there) {
  Ticket ticket;
  handler.head = [&](const Received&, Responder& responder) {
    ticket = responder.ticket();
    return true;
  };
  RawClient client(net);
  EXPECT_EQ(client.ask(head_of(10) + "abc"), "");
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer(400), Status::ok);
  EXPECT_EQ(ticket.responder(), nullptr);
  EXPECT_EQ(codes_of(client.heard()), "400 ");
  EXPECT_EQ(net.blocks().used(), 0);
  wait(5);
  EXPECT_TRUE(client.ended);
}

TEST_F(ServerBody, of_a_client_that_ends_too_early_is_not_answered) {
  handler.in_parts = true;
  RawClient client(net);
  EXPECT_EQ(client.ask(head_of(10) + "abc"), "");
  client.tcp.close();
  net.settle();
  EXPECT_EQ(handler.log, "head body gone ");
  EXPECT_EQ(net.blocks().used(), 0);
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerBody, that_just_fits_is_gathered_and_a_byte_more_is_not) {
  RawClient client(net);
  std::size_t most = 1024;
  handler.asked = [](const Received& request, Responder& responder) {
    EXPECT_EQ(responder.answer(200, {}, std::to_string(request.body.size())), Status::ok);
  };
  while (codes_of(client.ask(post(std::string(most, 'x')))) != "200 ") {
    client.tcp.abort();
    net.settle();
    EXPECT_EQ(client.tcp.connect({"server", 80, io::Security::none}, client.events()), Status::ok);
    net.settle();
    --most;
    ASSERT_GT(most, 500u);
  }
  EXPECT_GT(most, 800u);
}

TEST_F(ServerBody, goes_on_when_the_handler_says_so_in_the_same_breath) {
  handler.in_parts = true;
  bool first = true;
  handler.part_came = [&](Responder& responder, ByteView part) -> std::size_t {
    if (!first) return part.size();
    first = false;
    responder.resume();
    return 1;
  };
  const std::string body = "answered";
  std::size_t at = 0;
  const auto more = [&](ByteSpan room) {
    const std::size_t size = std::min(room.size(), body.size() - at);
    std::copy_n(body.begin() + static_cast<long>(at), size, room.begin());
    at += size;
    return size;
  };
  const std::function<std::size_t(ByteSpan)> pieces = more;
  handler.asked = [&](const Received&, Responder& responder) {
    EXPECT_EQ(responder.stream(
                  200, {}, [&pieces](ByteSpan room) { return pieces(room); }, 8),
              Status::ok);
  };
  RawClient client(net);
  // The deadline of the body runs again.
  EXPECT_EQ(codes_of(client.ask(head_of(20) + "abc")), "");
  wait(11);
  EXPECT_EQ(codes_of(client.heard()), "408 ");
  first = true;
  RawClient other(net);
  EXPECT_TRUE(has(other.ask(post("abcdefghij")), body));
}

TEST_F(ServerBody, that_is_held_back_does_not_hold_its_answer_back) {
  static const std::string large(20'000, 'x');
  for (const bool pulled : {true, false}) {
    Ticket ticket;
    handler.head = [&](const Received&, Responder& responder) {
      ticket = responder.ticket();
      return true;
    };
    handler.part_came = [](Responder&, ByteView) -> std::size_t { return 1; };
    RawClient client(net);
    EXPECT_EQ(client.ask(head_of(10) + "abc"), "");
    ASSERT_NE(ticket.responder(), nullptr);
    client.stop_reading();
    const Responder::More more = [](ByteSpan room) {
      std::fill(room.begin(), room.end(), std::uint8_t{'x'});
      return room.size();
    };
    EXPECT_EQ(pulled ? ticket.responder()->stream(400, {}, more, large.size())
                     : ticket.responder()->answer_constant(400, {}, bytes_of(large)),
              Status::ok);
    wait(29);
    EXPECT_EQ(server->connections(), 1u);
    client.read_on();
    const std::string said = client.heard();
    EXPECT_EQ(codes_of(said), "400 ");
    EXPECT_EQ(std::count(said.begin(), said.end(), 'x'), 20'000);
    wait(5);
    EXPECT_TRUE(client.ended);
    net.settle();
  }
  // Nor is a client excused that takes nothing of it.
  Ticket ticket;
  handler.head = [&](const Received&, Responder& responder) {
    ticket = responder.ticket();
    return true;
  };
  RawClient client(net);
  EXPECT_EQ(client.ask(head_of(10) + "abc"), "");
  client.stop_reading();
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer_constant(400, {}, bytes_of(large)), Status::ok);
  wait(31);
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(ServerBody, tells_a_ticket_of_its_head_when_there_is_room_for_the_answer) {
  Ticket ticket;
  handler.head = [&](const Received&, Responder& responder) {
    ticket = responder.ticket();
    return true;
  };
  handler.writable = [](Responder& responder) { EXPECT_EQ(responder.answer(400), Status::ok); };
  RawClient client(net);
  EXPECT_EQ(client.ask(head_of(10) + "abc"), "");
  const ByteSpan one = net.blocks().take_to_compose();
  std::vector<ByteSpan> taken{one};
  while (net.blocks().can_compose()) taken.push_back(net.blocks().take_to_compose());
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer(400), Status::would_block);
  for (const ByteSpan each : taken) net.blocks().give_back(each);
  EXPECT_EQ(codes_of(client.heard()), "400 ");
}

struct ServerLargeBlocks : SteeredBench<4, 128 * 1024>, ::testing::Test {};

TEST_F(ServerLargeBlocks, gather_a_body_of_more_than_64_KiB) {
  handler.asked = [](const Received& request, Responder& responder) {
    EXPECT_EQ(responder.answer(200, {}, std::to_string(request.body.size())), Status::ok);
  };
  net.wire.window_bytes = 1 << 20;
  RawClient client(net);
  const std::string said = client.ask(post(std::string(100'000, 'x')));
  EXPECT_EQ(said.substr(said.size() - 6), "100000");
}

TEST_F(ServerLargeBlocks, keep_an_answer_of_more_than_64_KiB_whole) {
  handler.asked = [](const Received&, Responder& responder) {
    EXPECT_EQ(responder.answer(200, {}, std::string(100'000, 'x')), Status::ok);
  };
  net.wire.window_bytes = 140 * 1024;
  RawClient client(net);
  client.stop_reading();
  client.send(get() + get());
  net.settle();
  client.read_on();
  const std::string said = client.heard();
  EXPECT_EQ(codes_of(said), "200 200 ");
  EXPECT_EQ(std::count(said.begin(), said.end(), 'x'), 200'000);
}

}  // namespace
}  // namespace mote::http
