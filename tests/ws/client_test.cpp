// SPDX-License-Identifier: MIT
// A client against a scripted server on the simulated network: opening, messages, closing,
// liveness, coming back. What a hostile server does is in client_faults_test.cpp.
#include "mote/ws/client.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "ws/client_fixture.hpp"

namespace mote::ws {
namespace {

using test::close_frame;
using test::frame;
using test::text;

struct WsClient : test::ClientFixture {};

TEST_F(WsClient, opens_with_the_request_that_rfc_6455_section_4_1_asks_for) {
  EXPECT_EQ(client->open("ws://example.org/chat?room=7#top"), Status::ok);
  EXPECT_EQ(said, "");  // Nothing is told before poll().
  net.settle();
  EXPECT_EQ(said, "open ");
  EXPECT_TRUE(client->is_open());
  EXPECT_EQ(peer.request.substr(0, peer.request.find('\r')), "GET /chat?room=7 HTTP/1.1");
  EXPECT_EQ(peer.field("Host"), "example.org");
  EXPECT_EQ(peer.field("Upgrade"), "websocket");
  EXPECT_EQ(peer.field("Connection"), "Upgrade");
  EXPECT_EQ(peer.field("Sec-WebSocket-Version"), "13");
  EXPECT_EQ(peer.field("Sec-WebSocket-Key").size(), 24u);
  EXPECT_EQ(peer.field("Sec-WebSocket-Protocol"), "");
}

TEST_F(WsClient, sends_and_receives_messages) {
  open();
  EXPECT_EQ(client->send_text("hello"), Status::ok);
  EXPECT_EQ(client->send_binary(bytes_of("\x01\x02")), Status::ok);
  EXPECT_EQ(client->send_text(""), Status::ok);
  peer.send(text("hi") + frame(0x82, "bin") + text(""));
  net.settle();
  EXPECT_EQ(peer.said, "text[hello] binary[\x01\x02] text[] ");
  EXPECT_EQ(said, "open text[hi] binary[bin] text[] ");
}

TEST_F(WsClient, reads_frames_that_come_together_with_the_answer) {
  peer.with_answer = text("early");
  open();
  EXPECT_EQ(said, "open text[early] ");
}

TEST_F(WsClient, masks_every_frame_with_another_key) {
  net.wire.window_bytes = 100000;
  open();
  for (std::size_t size : {0, 1, 2, 3, 4, 5, 125, 126, 127, 800}) {
    peer.said.clear();
    const std::string payload(size, 'm');
    EXPECT_EQ(client->send_text(payload), Status::ok) << size;
    net.settle();
    EXPECT_EQ(peer.said, "text[" + payload + "] ");
  }
}

TEST_F(WsClient, gathers_a_message_that_comes_in_fragments_and_answers_a_ping_between_them) {
  open();
  peer.send(frame(0x01, "Hel") + frame(0x89, "p") + frame(0x00, "") + frame(0x80, "lo"));
  net.settle();
  EXPECT_EQ(said, "open text[Hello] ");
  EXPECT_EQ(peer.said, "pong[p] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsClient, says_the_same_however_its_input_is_cut) {
  const std::string input = frame(0x01, "H\xc3") + frame(0x89, "ping") + frame(0x80, "\xa4llo") +
                            frame(0x8a, "unasked") + frame(0x82, std::string(300, 'b')) +
                            text("x") + close_frame(1001, "bye");
  const std::string expected = "open text[H\xc3\xa4llo] binary[" + std::string(300, 'b') +
                               "] text[x] lost[closed 1001 bye] closed[closed 1001 bye] ";
  for (std::size_t most : {1u, 2u, 3u, 7u, 64u, 1000u}) {
    SCOPED_TRACE(most);
    restart();
    net.wire.piece_bytes_max = most;
    open();
    peer.send(input);
    net.pass(10_s);
    EXPECT_EQ(said, expected);
    EXPECT_EQ(peer.said, "pong[ping] close[1001] ");
    EXPECT_EQ(net.blocks().used(), 0);
  }
}

TEST_F(WsClient, says_the_same_when_its_input_comes_in_two_parts_cut_anywhere) {
  const std::string input =
      frame(0x01, "H\xc3") + frame(0x89, "ping") + frame(0x80, "\xa4llo") + frame(0x82, "bin");
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    SCOPED_TRACE(cut);
    restart();
    open();
    peer.send(input.substr(0, cut));
    net.settle();
    peer.send(input.substr(cut));
    net.settle();
    EXPECT_EQ(said, "open text[H\xc3\xa4llo] binary[bin] ");
    EXPECT_EQ(peer.said, "pong[ping] ");
    EXPECT_EQ(net.blocks().used(), 0);
  }
}

TEST_F(WsClient, tells_messages_in_pieces_of_any_size) {
  client->on_piece = [this](ByteView piece, bool last) {
    pieces += text_of(piece);
    if (last) said += "last[" + std::to_string(pieces.size()) + "] ";
  };
  net.wire.window_bytes = 1 << 20;
  open();
  peer.send(frame(0x02, std::string(70000, 'a')) + frame(0x80, std::string(100, 'b')));
  net.settle();
  EXPECT_EQ(said, "open last[70100] ");
  EXPECT_EQ(net.counters().blocks_used, 0);
}

TEST_F(WsClient, sends_a_message_of_any_size_that_it_pulls_piece_by_piece) {
  open();
  struct Source {
    int left = 20000;
    std::size_t fill(ByteSpan room) {
      const std::size_t size = std::min<std::size_t>(room.size(), static_cast<std::size_t>(left));
      for (std::size_t i = 0; i < size; ++i) room[i] = 'z';
      left -= static_cast<int>(size);
      return size;
    }
  } source;
  EXPECT_EQ(
      client->send_pieces(Opcode::text, [&source](ByteSpan room) { return source.fill(room); }),
      Status::ok);
  EXPECT_EQ(client->send_text("not now"), Status::busy);
  peer.send(frame(0x89, "between"));
  net.settle();
  std::string payload;
  for (std::size_t at = 0; (at = peer.said.find("...[", at)) != std::string::npos; at += 4)
    payload += peer.said.substr(at + 4, peer.said.find(']', at) - at - 4);
  EXPECT_EQ(payload, std::string(20000, 'z'));
  EXPECT_NE(peer.said.find("pong[between]"), std::string::npos);
  EXPECT_EQ(peer.said.substr(peer.said.size() - 7), "more[] ");
  EXPECT_EQ(said, "open writable ");  // For who was told that it is busy.
  EXPECT_EQ(client->send_text("now"), Status::ok);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsClient, sends_pieces_that_fit_a_transport_which_takes_no_more_than_a_block) {
  net.wire.window_bytes = net.blocks().block_bytes();
  open();
  static int pulls;
  pulls = 0;
  EXPECT_EQ(client->send_pieces(Opcode::binary,
                                [](ByteSpan room) { return ++pulls < 4 ? room.size() : 0; }),
            Status::ok);
  net.settle();
  EXPECT_EQ(peer.said.substr(peer.said.size() - 7), "more[] ");
  EXPECT_EQ(said, "open ");
}

TEST_F(WsClient, says_that_there_is_no_room_and_when_there_is_again) {
  open();
  peer.reads = false;
  int sent = 0;
  while (client->send_text(std::string(500, 'x')) == Status::ok) ++sent;
  EXPECT_GT(sent, 10);
  EXPECT_LT(client->room(), 500u);
  EXPECT_EQ(client->send_text(std::string(2000, 'x')), Status::too_large);
  net.settle();
  said.clear();
  peer.resume();
  net.settle();
  EXPECT_EQ(said, "writable ");
  EXPECT_GE(client->room(), 500u);
}

TEST_F(WsClient, sends_a_message_that_is_exactly_as_large_as_its_room) {
  open();
  const std::size_t room = client->room();
  EXPECT_EQ(client->send_text(std::string(room, 'r')), Status::ok);
  EXPECT_EQ(client->send_text(std::string(net.blocks().block_bytes(), 'r')), Status::too_large);
}

TEST_F(WsClient, holds_the_peer_back_while_it_is_paused) {
  open();
  client->on_text = [this](std::string_view text) {
    said += std::string(text) + " ";
    client->pause();
  };
  peer.send(text("1") + text("2") + text("3"));
  net.settle();
  EXPECT_EQ(said, "open 1 ");
  client->resume();
  net.settle();
  EXPECT_EQ(said, "open 1 2 ");
}

TEST_F(WsClient, closes_with_a_handshake) {
  open();
  EXPECT_EQ(client->close(4000, "enough"), Status::ok);
  EXPECT_EQ(client->send_text("late"), Status::not_open);
  net.settle();
  EXPECT_EQ(peer.said, "close[4000 enough] ");
  EXPECT_EQ(said, "open lost[closed 4000 enough] closed[closed 4000 enough] ");
  EXPECT_EQ(client->close(), Status::not_open);
}

TEST_F(WsClient, answers_a_close_and_lets_the_server_end_the_stream) {
  open();
  peer.answers_close = false;
  peer.send(close_frame(1000, "done"));
  net.settle();
  EXPECT_EQ(peer.said, "close[1000] ");
  EXPECT_EQ(said, "open ");
  peer.close();
  net.settle();
  EXPECT_EQ(said, "open lost[closed 1000 done] closed[closed 1000 done] ");
}

TEST_F(WsClient, ends_by_itself_when_the_peer_never_answers_its_close) {
  open();
  peer.answers_close = false;
  EXPECT_EQ(client->close(), Status::ok);
  net.pass(4999_ms);
  EXPECT_EQ(said, "open ");
  net.pass(3_s);
  EXPECT_EQ(said, "open lost[closed 1006] closed[closed 1006] ");
}

TEST_F(WsClient, does_not_send_a_code_that_must_not_be_sent) {
  open();
  for (std::uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000})
    EXPECT_EQ(client->close(code), Status::bad_argument) << code;
  EXPECT_EQ(client->close(1000, std::string(124, 'r')), Status::bad_argument);
  EXPECT_EQ(client->close(1000, std::string(123, 'r')), Status::ok);
}

TEST_F(WsClient, pings_a_silent_peer_and_ends_when_it_stays_silent) {
  open();
  net.pass(30_s);
  EXPECT_EQ(peer.said, "ping[] ");
  peer.send(frame(0x8a, ""));
  net.pass(29_s);
  EXPECT_EQ(peer.said, "ping[] ");
  net.pass(1_s);
  EXPECT_EQ(peer.said, "ping[] ping[] ");
  net.pass(10_s);
  EXPECT_EQ(said, "open lost[timed out 1006] closed[timed out 1006] ");
}

TEST_F(WsClient, asks_a_silent_peer_nothing_when_told_to_wait_forever) {
  Options options;
  options.timing.ping_after = options.timing.message_within = Duration::forever();
  client->use(options);
  open();
  peer.send(frame(0x01, "one"));  // the beginning of a message
  net.pass(10_min);
  EXPECT_TRUE(client->is_open());
  EXPECT_EQ(peer.said, "");
  peer.send(frame(0x80, "two"));
  net.settle();
  EXPECT_EQ(said, "open text[onetwo] ");
}

TEST_F(WsClient, ends_when_its_attempt_takes_too_long) {
  peer.answers = false;
  EXPECT_EQ(client->open("ws://example.org/"), Status::ok);
  net.pass(19999_ms);
  EXPECT_EQ(said, "");
  net.pass(1_ms);
  EXPECT_EQ(said, "closed[timed out 1006] ");
}

TEST_F(WsClient, returns_the_callers_own_mistakes_at_once) {
  EXPECT_EQ(client->open("http://example.org/"), Status::bad_url);
  EXPECT_EQ(client->open("nonsense"), Status::bad_url);
  EXPECT_EQ(client->open("wss://example.org/"), Status::insecure);
  EXPECT_EQ(client->send_text("x"), Status::not_open);
  EXPECT_EQ(client->close(), Status::not_open);
  EXPECT_EQ(client->open("ws://example.org/"), Status::ok);
  EXPECT_EQ(client->open("ws://example.org/"), Status::busy);
  EXPECT_EQ(client->send_text("x"), Status::not_open);
}

TEST_F(WsClient, tells_by_a_callback_why_it_could_not_connect) {
  net.unknown_names = {"nowhere.example"};
  EXPECT_EQ(client->open("ws://nowhere.example/"), Status::ok);
  net.settle();
  EXPECT_EQ(said, "closed[name not resolved 1006] ");
  EXPECT_EQ(client->open("ws://example.org:81/"), Status::ok);
  net.settle();
  EXPECT_EQ(said, "closed[name not resolved 1006] closed[connection refused 1006] ");
}

TEST_F(WsClient, stays_open_over_losses_and_failures) {
  EXPECT_EQ(client->stay_open("ws://example.org/"), Status::ok);
  net.settle();
  peer.abort();
  net.settle();
  EXPECT_EQ(said, "open lost[connection reset 1006] retry[connection reset] ");
  peer.status_line = "HTTP/1.1 503 Busy";
  net.pass(1_s);
  EXPECT_EQ(
      said,
      "open lost[connection reset 1006] retry[connection reset] retry[unexpected HTTP status] ");
  peer.status_line = "HTTP/1.1 101 Switching Protocols";
  said.clear();
  net.pass(2_s);
  EXPECT_EQ(said, "open ");
  EXPECT_EQ(client->close(), Status::ok);
  net.settle();
  EXPECT_EQ(said, "open lost[closed 1000] closed[closed 1000] ");
  net.pass(100_s);
  EXPECT_EQ(peer.connections, 3);
}

TEST_F(WsClient, waits_ever_longer_and_starts_over_after_a_connection_that_lasted) {
  peer.with_answer = close_frame(1001);
  EXPECT_EQ(client->stay_open("ws://example.org/", {1_s, 8_s}), Status::ok);
  net.pass(60_s);
  const int flapping = peer.connections;
  EXPECT_GE(flapping, 8);
  EXPECT_LE(flapping, 18);
  peer.with_answer.clear();
  net.pass(60_s);
  said.clear();
  peer.abort();
  net.pass(1_s);
  EXPECT_EQ(said, "lost[connection reset 1006] retry[connection reset] open ");
}

TEST_F(WsClient, tries_at_once_when_the_network_is_back) {
  EXPECT_EQ(client->stay_open("ws://example.org/", {60_s, 600_s}), Status::ok);
  net.settle();
  net.set_network(false);
  net.settle();
  EXPECT_EQ(said, "open lost[unreachable 1006] retry[unreachable] ");
  net.set_network(true);
  net.pass(1_s);
  EXPECT_EQ(said, "open lost[unreachable 1006] retry[unreachable] open ");
}

TEST_F(WsClient, gives_up_what_waits_to_be_opened) {
  net.unknown_names = {"example.org"};
  EXPECT_EQ(client->stay_open("ws://example.org/"), Status::ok);
  net.settle();
  EXPECT_EQ(client->close(), Status::ok);
  EXPECT_EQ(client->open("ws://example.org/"), Status::busy);
  net.settle();
  EXPECT_EQ(said, "retry[name not resolved] closed[closed 1006] ");
  EXPECT_EQ(client->open("ws://example.com/"), Status::ok);
}

TEST_F(WsClient, offers_subprotocols_and_sends_own_fields) {
  static constexpr http::Field fields[] = {{"Authorization", "Bearer abc"}, {"X-Device", "7"}};
  Options options;
  options.subprotocols = "mote.v1, chat";
  options.fields = fields;
  client->use(options);
  peer.fields = "Sec-WebSocket-Protocol: chat\r\n";
  open();
  EXPECT_EQ(peer.field("Sec-WebSocket-Protocol"), "mote.v1, chat");
  EXPECT_EQ(peer.field("Authorization"), "Bearer abc");
  EXPECT_EQ(peer.field("X-Device"), "7");
  EXPECT_EQ(client->subprotocol(), "chat");
}

TEST_F(WsClient, has_a_memory_of_its_own_when_messages_are_larger_than_blocks) {
  SizedClient<4096> large(net, tcp2);
  std::size_t got = 0;
  large.on_text = [&got](std::string_view text) { got = text.size(); };
  ASSERT_EQ(large.open("ws://example.org/"), Status::ok);
  net.settle();
  net.wire.piece_bytes_max = 100;
  peer.send(text(std::string(4096, 'L')));
  net.settle();
  EXPECT_EQ(got, 4096u);
  large.abort();
}

}  // namespace
}  // namespace mote::ws
