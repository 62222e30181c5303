// SPDX-License-Identifier: MIT
// Answers in pieces, of known and unknown length, now and later.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

/// What `more` gives, one after the other: text, "later" for later, "" for the end.
std::vector<std::string> script;
std::size_t at;

std::size_t next_piece(ByteSpan room) {
  if (at == script.size()) return 0;
  const std::string piece = script[at++];
  if (piece == "later") return Responder::later;
  std::copy(piece.begin(), piece.end(), room.begin());
  return piece.size();
}

struct ServerStream : SteeredBench<>, ::testing::Test {
  ServerStream() {
    script.clear();
    at = 0;
    handler.asked = [this](const Received&, Responder& responder) {
      ticket = responder.ticket();
      EXPECT_EQ(responder.stream(200, {}, next_piece, size), Status::ok);
    };
  }
  std::size_t size = Responder::unknown;
  Ticket ticket;
};

TEST_F(ServerStream, goes_out_in_chunks_when_its_length_is_unknown) {
  script = {"hello", " ", "world, this is long"};
  RawClient client(net);
  EXPECT_EQ(client.ask(get()),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nhello\r\n1\r\n \r\n13\r\nworld, this is long\r\n0\r\n\r\n");
  EXPECT_EQ(codes_of(client.ask(get())), "200 ");
}

TEST_F(ServerStream, goes_out_as_it_is_when_its_length_is_known) {
  script = {"hello", "world"};
  size = 10;
  RawClient client(net);
  EXPECT_EQ(client.ask(get()), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhelloworld");
  EXPECT_FALSE(client.ended);
}

TEST_F(ServerStream, that_is_shorter_than_promised_cuts_the_connection) {
  script = {"hello"};
  size = 10;
  RawClient client(net);
  client.send(get());
  net.settle();
  EXPECT_TRUE(client.closed);
  EXPECT_FALSE(client.ended) << "a reset, not an end";
  EXPECT_EQ(handler.log, "request gone ");
}

TEST_F(ServerStream, is_never_asked_for_more_than_was_promised) {
  handler.asked = [](const Received&, Responder& responder) {
    const Responder::More more = [](ByteSpan room) -> std::size_t {
      EXPECT_LE(room.size(), 3u);
      room[0] = 'x';
      return 1;
    };
    EXPECT_EQ(responder.stream(200, {}, more, 3), Status::ok);
  };
  RawClient client(net);
  EXPECT_EQ(client.ask(get()), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxxx");
}

TEST_F(ServerStream, waits_for_as_long_as_there_is_nothing) {
  script = {"one", "later", "two", "later", ""};
  RawClient client(net);
  EXPECT_TRUE(has(client.ask(get()), "\r\n3\r\none\r\n"));
  EXPECT_EQ(net.blocks().used(), 0);
  wait(1000);
  ASSERT_NE(ticket.responder(), nullptr);
  ticket.responder()->send_more();
  ticket.responder()->send_more();
  EXPECT_EQ(client.heard(), "3\r\ntwo\r\n");
  wait(1000);
  EXPECT_EQ(client.heard(), "");
  ticket.responder()->send_more();
  EXPECT_EQ(client.heard(), "0\r\n\r\n");
  EXPECT_EQ(ticket.responder(), nullptr);
}

TEST_F(ServerStream, hears_that_its_client_went) {
  script = {"one", "later"};
  RawClient client(net);
  (void)client.ask(get());
  client.tcp.abort();
  net.settle();
  EXPECT_EQ(handler.log, "request gone ");
  EXPECT_EQ(ticket.responder(), nullptr);
}

TEST_F(ServerStream, yields_to_others) {
  for (int i = 0; i < 1000; ++i) script.push_back(std::string(100, '*'));
  net.wire.window_bytes = 1 << 20;
  RawClient one(net), other(net);
  handler.asked = [this](const Received& request, Responder& responder) {
    if (request.path == "/short") {
      EXPECT_LT(at, 900u);
      EXPECT_EQ(responder.answer(204), Status::ok);
      return;
    }
    EXPECT_EQ(responder.stream(200, {}, next_piece), Status::ok);
  };
  one.send(get());
  (void)net.poll();
  other.send(get("/short"));
  EXPECT_EQ(codes_of(other.heard()), "204 ");
  const std::string said = one.heard();
  EXPECT_EQ(std::count(said.begin(), said.end(), '*'), 100'000);
}

TEST_F(ServerStream, by_ticket_asks_for_pieces_from_poll_only) {
  handler.asked = [this](const Received&, Responder& responder) { ticket = responder.ticket(); };
  script = {"hello"};
  RawClient client(net);
  client.send(get());
  net.settle();
  EXPECT_EQ(ticket.responder()->stream(200, {}, next_piece), Status::ok);
  EXPECT_EQ(at, 0u);
  EXPECT_TRUE(has(client.heard(), "hello"));
}

TEST_F(ServerStream, of_known_length_has_no_chunks_after_one_that_had_no_room) {
  handler.asked = [this](const Received&, Responder& responder) { ticket = responder.ticket(); };
  script = {"hello"};
  RawClient client(net);
  client.send(get());
  net.settle();
  net.fail_operation(1, sim::Fault::would_block, sim::Side::accepted);
  std::vector<ByteSpan> taken;
  for (int i = 0; i < 5; ++i) taken.push_back(net.blocks().take_to_compose());
  EXPECT_EQ(ticket.responder()->stream(200, {}, next_piece), Status::would_block);
  for (const ByteSpan each : taken) net.blocks().give_back(each);
  EXPECT_EQ(ticket.responder()->stream(200, {}, next_piece, 5), Status::ok);
  EXPECT_EQ(client.heard(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_F(ServerStream, from_flash_needs_no_block_while_it_goes) {
  static const std::string large(100'000, 'x');
  handler.asked = [](const Received&, Responder& responder) {
    EXPECT_EQ(responder.answer_constant(200, "text/css", bytes_of(large)), Status::ok);
  };
  RawClient client(net);
  client.stop_reading();
  client.send(get());
  net.settle();
  EXPECT_EQ(net.blocks().used(), 0);
  client.read_on();
  const std::string said = client.heard();
  EXPECT_EQ(said.substr(said.size() - large.size()), large);
  EXPECT_EQ(codes_of(client.ask(get())), "200 ");
}

TEST_F(ServerStream, has_the_date_when_the_time_is_known) {
  net.set_unix_seconds(784'111'777);
  handler.asked = nullptr;
  RawClient client(net);
  EXPECT_TRUE(has(client.ask(get()), "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
}

}  // namespace
}  // namespace mote::http
