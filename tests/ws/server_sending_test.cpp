// SPDX-License-Identifier: MIT
// Many clients at once: slow, silent and greedy ones, broadcasts, pings, and who else is on the
// port.
#include "ws/server_bench.hpp"

namespace mote::ws {
namespace {

using test::in_words;
using test::masked;
using test::masked_close;
using test::opening;
using test::RawSocket;

struct WsServerSending : test::ServerBench {
  /// Sends until nothing but what is kept for control frames has room.
  void fill() {
    while (const std::size_t room = last->room())
      EXPECT_EQ(last->send_text(std::string(room, 'x')), Status::ok);
    EXPECT_EQ(last->send_text("x"), Status::would_block);
  }
};

std::string last_of(const std::string& frames) {
  const auto at = frames.rfind(' ', frames.size() - 2);
  return frames.substr(at == std::string::npos ? 0 : at + 1);
}

TEST_F(WsServerSending, answers_the_newest_of_many_pings_once_there_is_room) {
  RawSocket client(net);
  client.stop_reading();
  fill();
  for (int i = 0; i < 1000; ++i) {
    client.send(masked(0x89, std::string(100, 'p') + std::to_string(i)));
    net.settle();
    ASSERT_LE(net.blocks().used(), 1);
  }
  client.read_on();
  EXPECT_EQ(last_of(client.frames()), "pong[" + std::string(100, 'p') + "999] ");
  EXPECT_EQ(net.blocks().used(), 0);
  EXPECT_EQ(heard(), "open writable ");
}

TEST_F(WsServerSending, does_not_forget_a_ping_over_a_pong_that_comes_behind_it) {
  for (const std::size_t most : {1u, 10'000u}) {
    restart();
    RawSocket client(net);
    net.wire.piece_bytes_max = most;
    client.stop_reading();
    fill();
    std::string pings;
    for (int i = 0; i < 30; ++i) pings += masked(0x89, "fill");
    client.send(pings + masked(0x89, "the last") + masked(0x8A, "a pong of its own"));
    net.settle();
    EXPECT_EQ(net.blocks().used(), 1);
    client.read_on();
    const std::string frames = client.frames();
    EXPECT_EQ(frames.substr(frames.size() - 15), "pong[the last] ");
    EXPECT_EQ(net.blocks().used(), 0);
    client.send(masked(0x89, "again"));
    EXPECT_EQ(client.frames(), "pong[again] ");
  }
}

TEST_F(WsServerSending, ends_who_pings_and_never_reads_when_there_is_no_place_for_the_pong) {
  RawSocket client(net);
  client.stop_reading();
  fill();
  take_blocks();
  std::string pings;
  for (int i = 0; i < 200; ++i) pings += masked(0x89, "p");
  client.send(pings);
  net.pass(8_s);
  EXPECT_EQ(heard(), "open closed[peer too slow 1013] ");
  give_blocks();
}

TEST_F(WsServerSending, holds_a_message_in_parts_back_while_others_have_the_blocks) {
  std::vector<std::unique_ptr<RawSocket>> greedy;
  std::vector<ByteSpan> some;
  RawSocket client(net), whole(net);
  while (net.blocks().used() < 3) some.push_back(net.blocks().take_to_keep());
  for (int i = 0; i < 2; ++i) greedy.push_back(std::make_unique<RawSocket>(net));
  for (auto& each : greedy) each->send(masked(0x01, "half"));
  net.settle();
  EXPECT_EQ(net.blocks().used(), 5);
  net.wire.piece_bytes_max = 3;
  client.send(masked(0x01, "in ") + masked(0x80, "parts"));
  EXPECT_EQ(heard(), "open open open open ");
  net.wire.piece_bytes_max = 1000;
  whole.send(masked(0x81, "whole"));
  EXPECT_EQ(heard(), "text[whole] ") << "which needs no block";
  net.pass(9_s);
  EXPECT_EQ(heard(), "");
  net.pass(1_s);
  EXPECT_EQ(heard(), "closed[timed out 1008] closed[timed out 1008] text[in parts] ");
  for (const ByteSpan block : some) net.blocks().give_back(block);
}

TEST_F(WsServerSending, whoever_waited_longest_gets_the_next_block) {
  RawSocket client(net);
  net.pass(5_s);
  take_blocks();
  http::RawClient plain(net);
  plain.send("GET / HT");
  net.pass(1_s);
  client.send(masked(0x01, "half"));
  net.settle();
  net.blocks().give_back(taken.back());
  taken.pop_back();
  net.settle();
  EXPECT_EQ(plain.ask("TP/1.1\r\nHost: a\r\n\r\n").substr(9, 3), "426");
  give_blocks();
}

TEST_F(WsServerSending, a_broadcast_costs_the_same_whoever_reads) {
  RawSocket one(net), two(net), dead(net), dead2(net);
  dead.stop_reading();
  dead2.stop_reading();
  std::size_t texts = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_GE(server->broadcast(std::string(250, 'b')), 2u);
    texts += one.frames().size() + two.frames().size();
    EXPECT_EQ(net.blocks().used(), 0);
  }
  EXPECT_EQ(texts, 200 * 257u);
  EXPECT_EQ(heard(), "open open open open ");
  server->slow_client = SlowClient::is_closed;
  EXPECT_EQ(server->broadcast(std::string(250, 'b')), 2u);
  net.pass(10_s);
  EXPECT_EQ(heard(), "closed[peer too slow 1013] closed[peer too slow 1013] ");
  EXPECT_EQ(server->sessions(), 2u);
}

TEST_F(WsServerSending, a_broadcast_that_is_too_long_for_all_closes_nobody) {
  RawSocket client(net);
  server->slow_client = SlowClient::is_closed;
  EXPECT_EQ(server->broadcast(std::string(20'000, 'b')), 0u);
  EXPECT_EQ(server->broadcast(std::string(2'000, 'b')), 1u) << "longer than a block";
  EXPECT_EQ(client.frames(), "text[" + std::string(2'000, 'b') + "] ");
  EXPECT_EQ(server->sessions(), 1u);
}

TEST_F(WsServerSending, broadcasts_without_a_free_block) {
  RawSocket client(net);
  std::vector<ByteSpan> all;
  for (ByteSpan block; !(block = net.blocks().take_to_compose()).empty();) all.push_back(block);
  EXPECT_EQ(server->broadcast("to all"), 1u);
  EXPECT_EQ(server->broadcast(bytes_of("bytes"), Opcode::binary), 1u);
  EXPECT_EQ(client.frames(), "text[to all] binary[bytes] ");
  for (const ByteSpan block : all) net.blocks().give_back(block);
}

TEST_F(WsServerSending, sends_a_message_of_any_size_while_it_answers_pings) {
  static std::size_t left;
  left = 100'000;
  RawSocket client(net);
  EXPECT_EQ(last->send_pieces(Opcode::text,
                              [](ByteSpan room) {
                                const std::size_t size = std::min(left, room.size());
                                std::fill(room.begin(), room.begin() + size, std::uint8_t('x'));
                                left -= size;
                                return size;
                              }),
            Status::ok);
  EXPECT_EQ(last->send_text("in between"), Status::busy);
  EXPECT_EQ(server->broadcast("in between"), 0u);
  client.stop_reading();
  net.settle();
  EXPECT_EQ(net.blocks().used(), 1);
  client.send(masked(0x89, "there?"));
  net.settle();
  client.read_on();
  const std::string frames = client.frames();
  EXPECT_NE(frames.find("pong[there?] "), std::string::npos);
  EXPECT_EQ(static_cast<std::size_t>(std::count(frames.begin(), frames.end(), 'x')),
            100'000u + 1 /* of text */);
  EXPECT_EQ(last_of(frames), "more[] ");
  EXPECT_EQ(last->send_text("behind it"), Status::ok);
  EXPECT_EQ(client.frames(), "text[behind it] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServerSending, tells_when_there_is_a_block_to_send_pieces_from) {
  RawSocket client(net);
  take_blocks();
  const auto nothing = [](ByteSpan) { return std::size_t{0}; };
  EXPECT_EQ(last->send_pieces(Opcode::text, nothing), Status::would_block);
  EXPECT_EQ(heard(), "open ");
  give_blocks();
  EXPECT_EQ(heard(), "writable ");
  EXPECT_EQ(last->send_pieces(Opcode::text, nothing), Status::ok);
  EXPECT_EQ(client.frames(), "text[] ");
}

TEST_F(WsServerSending, holds_a_client_back_while_paused) {
  RawSocket client(net);
  last->pause();
  client.send(masked(0x81, "one") + masked(0x89, "p") + masked(0x81, "two"));
  EXPECT_EQ(heard(), "open ");
  last->resume();
  EXPECT_EQ(heard(), "text[one] text[two] ");

  server->on_text = [this](Session& session, std::string_view text) {
    said += std::string(text) + " ";
    session.pause();
  };
  client.send(masked(0x81, "three") + masked(0x81, "four"));
  EXPECT_EQ(heard(), "three ");
  last->resume();
  EXPECT_EQ(heard(), "four ");
  (void)client.heard();
}

TEST_F(WsServerSending, does_not_take_a_client_for_dead_that_is_held_back) {
  RawSocket client(net);
  last->pause();
  client.send(masked(0x81, "patience"));
  net.pass(200_s);
  EXPECT_EQ(heard(), "open ");
  last->resume();
  EXPECT_EQ(heard(), "text[patience] ");
  client.tcp.vanish();
  net.pass(71_s);
  EXPECT_EQ(heard(), "closed[timed out 1006] ");
}

TEST_F(WsServerSending, pings_who_is_silent_and_keeps_who_answers) {
  RawSocket client(net);
  for (int round = 0; round < 5; ++round) {
    net.pass(29_s);
    EXPECT_EQ(client.frames(), "");
    net.pass(1_s);
    EXPECT_EQ(client.frames(), "ping[] ");
    net.pass(9_s);
    client.send(masked(0x8A, ""));
    net.settle();
  }
  EXPECT_EQ(heard(), "open ");
  net.pass(39'900_ms);
  EXPECT_EQ(heard(), "");
  net.pass(200_ms);
  EXPECT_EQ(heard(), "closed[timed out 1006] ");
}

TEST_F(WsServerSending, a_client_that_reads_nothing_is_gone_after_the_same_time) {
  RawSocket client(net);
  client.stop_reading();
  fill();
  net.pass(41_s);
  EXPECT_EQ(heard(), "open closed[timed out 1006] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServerSending, is_told_of_room_once_for_each_time_that_it_waited) {
  RawSocket client(net);
  client.stop_reading();
  fill();
  EXPECT_EQ(heard(), "open ");
  (void)client.heard();
  client.read_on();
  EXPECT_EQ(heard(), "writable ");
  EXPECT_EQ(last->send_text("now"), Status::ok);
  EXPECT_EQ(heard(), "");
}

/// Two WebSocket servers and a page on one port.
TEST(WsServers, share_a_port_with_each_other_and_with_plain_http) {
  sim::SizedNet<6, 1024> net;
  std::array<sim::Tcp, 6> places{
      sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  static std::string said;
  said.clear();
  Server chat, news;
  http::Noting page;
  static constexpr Options chat_options{"chat"};
  chat.use(chat_options);
  chat.on_open = [](Session&) { said += "chat "; };
  chat.on_text = [](Session&, std::string_view) { said += "chat-text "; };
  news.on_open = [](Session&) { said += "news "; };
  news.on_binary = [](Session&, ByteView) { said += "news-binary "; };
  const http::Route routes[] = {
      {"GET", "/chat", chat}, {"GET", "/news/{topic}", news}, {"GET", "/", page}};
  http::SizedServer<5> server{net, door, routes};
  ASSERT_EQ(server.listen(80), Status::ok);
  const auto at = [](const char* path, const std::string& fields = {}) {
    return "GET " + std::string(path) + opening(fields).substr(9);
  };
  RawSocket one(net, at("/chat", "Sec-WebSocket-Protocol: chat\r\n")), two(net, at("/news/a")),
      three(net, at("/news/b")), plain(net, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
      lost(net, at("/nothing"));
  EXPECT_EQ(said, "chat news news ");
  EXPECT_NE(plain.head.find(" 200 "), std::string::npos);
  EXPECT_NE(lost.head.find(" 404 "), std::string::npos);
  EXPECT_EQ(chat.sessions(), 1u);
  EXPECT_EQ(news.sessions(), 2u);
  EXPECT_EQ(chat.broadcast("c"), 1u);
  EXPECT_EQ(news.broadcast("n"), 2u);
  EXPECT_EQ(one.frames() + two.frames() + three.frames(), "text[c] text[n] text[n] ");
  one.send(masked(0x81, "x"));
  two.send(masked(0x82, "x"));
  net.settle();
  EXPECT_EQ(said, "chat news news chat-text news-binary ");
  EXPECT_NE(http::RawClient(net).heard().find(" 503 "), std::string::npos) << "no place is left";
  plain.received.clear();
  EXPECT_NE(plain.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").find(" 200 "), std::string::npos);
}

TEST(WsServerLargeBlocks, send_pieces_of_more_than_64_KiB) {
  sim::SizedNet<4, 128 * 1024> net;
  net.wire.window_bytes = 1 << 20;
  std::array<sim::Tcp, 1> places{sim::Tcp(net)};
  sim::Listener door{net, places};
  SizedServer<1> server{net, door};
  ASSERT_EQ(server.listen(80), Status::ok);
  static int pieces;
  pieces = 0;
  server.on_open = [](Session& session) {
    const auto more = [](ByteSpan room) -> std::size_t {
      if (pieces++ == 1) return 0;
      std::fill(room.begin(), room.begin() + 100'000, std::uint8_t{'x'});
      return 100'000;
    };
    EXPECT_EQ(session.send_pieces(Opcode::text, more), Status::ok);
  };
  RawSocket client(net);
  EXPECT_EQ(client.frames(), "text...[" + std::string(100'000, 'x') + "] more[] ");
}

TEST_F(WsServerSending, who_waited_longest_for_a_block_is_served_first) {
  RawSocket first(net), second(net);
  (void)heard();
  net.pass({20});
  take_blocks();
  const std::string one = masked(0x81, "first"), two = masked(0x81, "second");
  for (const auto& [client, message] : {std::pair(&first, &one), std::pair(&second, &two)}) {
    client->send(message->substr(0, 8));
    net.pass({1'000});
  }
  net.blocks().give_back(taken.back());
  taken.pop_back();
  net.settle();
  first.send(one.substr(8));
  second.send(two.substr(8));
  EXPECT_EQ(heard(), "text[first] text[second] ");

  // Also among those who speak HTTP still.
  take_blocks();
  RawSocket asking(net, "");
  asking.send("GET / HTTP/1.1\r\n");
  net.pass({1'000});
  first.send(one.substr(0, 8));
  net.pass({1'000});
  net.blocks().give_back(taken.back());
  taken.pop_back();
  net.settle();
  EXPECT_EQ(asking.ask("Host: a\r\n\r\n").substr(0, 12), "HTTP/1.1 426");
  give_blocks();
  first.send(one.substr(8));
  EXPECT_EQ(heard(), "text[first] ");
}

}  // namespace
}  // namespace mote::ws
