// SPDX-License-Identifier: MIT
// How sessions end: in order, against a silent or hurried client, and with nothing left behind.
#include "ws/server_bench.hpp"

namespace mote::ws {
namespace {

using test::masked;
using test::masked_close;
using test::opening;
using test::RawSocket;

struct WsServerClose : test::ServerBench {};

TEST_F(WsServerClose, says_its_code_hears_the_answer_and_ends_the_stream_first) {
  RawSocket client(net);
  EXPECT_EQ(last->close(4001, "enough"), Status::ok);
  EXPECT_EQ(client.frames(), "close[4001 enough] ");
  EXPECT_EQ(heard(), "open ");
  EXPECT_FALSE(client.ended);
  client.send(masked_close(4001));
  net.settle();
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(heard(), "closed[closed 4001] ");
}

TEST_F(WsServerClose, sends_no_code_that_must_not_be_sent_and_nothing_twice) {
  RawSocket client(net);
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535})
    EXPECT_EQ(last->close(static_cast<std::uint16_t>(code)), Status::bad_argument) << code;
  EXPECT_EQ(last->close(1000, std::string(124, 'r')), Status::bad_argument);
  EXPECT_EQ(client.frames(), "");
  EXPECT_EQ(last->close(1000, std::string(123, 'r')), Status::ok);
  EXPECT_EQ(last->close(), Status::not_open);
  EXPECT_EQ(last->send_text("late"), Status::not_open);
  EXPECT_EQ(last->send_pieces(Opcode::text, [](ByteSpan) { return std::size_t{0}; }),
            Status::not_open);
  EXPECT_EQ(last->room(), 0u);
  EXPECT_EQ(client.frames(), "close[1000 " + std::string(123, 'r') + "] ");
}

TEST_F(WsServerClose, at_the_same_time_as_the_client_ends_in_order) {
  RawSocket client(net);
  client.send(masked_close(1001, "going"));
  EXPECT_EQ(last->close(1000), Status::ok);
  EXPECT_EQ(client.frames(), "close[1000] ");
  EXPECT_EQ(heard(), "open closed[closed 1001 going] ");
  EXPECT_TRUE(client.ended);
}

TEST_F(WsServerClose, is_told_of_nothing_and_keeps_nothing_once_it_closes) {
  for (const std::size_t most : {1u, 10'000u}) {
    restart();
    RawSocket client(net);
    net.wire.piece_bytes_max = most;
    EXPECT_EQ(last->close(), Status::ok);
    client.send(masked(0x81, "late") + masked(0x89, "late") + masked(0x01, "late"));
    EXPECT_EQ(client.frames(), "close[1000] ");
    EXPECT_EQ(net.blocks().used(), 0);
    client.send(masked(0x80, std::string(5000, 'x')) + masked(0x82, std::string(2000, 'x')));
    EXPECT_EQ(client.frames(), "");
    client.send(masked_close(1000));
    EXPECT_EQ(heard(), "open closed[closed 1000] ");
  }
}

TEST_F(WsServerClose, in_the_middle_of_a_message_ends_as_well) {
  RawSocket client(net);
  client.send(masked(0x01, "half"));
  net.settle();
  EXPECT_EQ(net.blocks().used(), 1);
  EXPECT_EQ(last->close(), Status::ok);
  client.send(masked(0x80, "rest") + masked_close(1000, "bye"));
  EXPECT_EQ(heard(), "open closed[closed 1000 bye] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServerClose, that_is_never_answered_ends_after_its_time) {
  RawSocket client(net);
  EXPECT_EQ(last->close(), Status::ok);
  net.pass(4'900_ms);
  EXPECT_EQ(heard(), "open ");
  net.pass(3_s);
  EXPECT_EQ(heard(), "closed[closed 1006] ");
  EXPECT_EQ(connections(), 0u);
}

TEST_F(WsServerClose, does_not_wait_for_ever_for_a_client_that_keeps_tcp_open) {
  RawSocket client(net);
  client.send(masked_close(1000));
  client.tcp.vanish();
  net.pass(5_s);
  net.pass(1_s);
  net.pass(60_s);
  EXPECT_EQ(connections(), 0u);
  EXPECT_EQ(said.substr(0, 12), "open closed[");
}

TEST_F(WsServerClose, sends_its_close_when_there_is_room_at_last) {
  RawSocket client(net);
  client.stop_reading();
  while (last->send_text(std::string(500, 'x')) == Status::ok) {
  }
  for (int i = 0; i < 20; ++i) client.send(masked(0x89, "p"));  // The rest is full of pongs.
  net.settle();
  EXPECT_EQ(last->close(4002), Status::ok);
  net.settle();
  client.read_on();
  const std::string frames = client.frames();
  EXPECT_EQ(frames.substr(frames.size() - 12), "close[4002] ");
  client.send(masked_close(4002));
  EXPECT_EQ(heard(), "open closed[closed 4002] ");
}

TEST_F(WsServerClose, of_a_paused_session_hears_the_answer) {
  RawSocket client(net);
  last->pause();
  client.send(masked(0x81, "held back"));
  EXPECT_EQ(heard(), "open ");
  EXPECT_EQ(last->close(), Status::ok);
  client.send(masked_close(1000));
  EXPECT_EQ(heard(), "closed[closed 1000] ");
}

TEST_F(WsServerClose, that_hears_out_stays_paused_until_it_resumes) {
  static constexpr Options options = [] {
    Options set{};
    set.hears_out = true;
    return set;
  }();
  server->use(options);
  RawSocket client(net);
  last->pause();
  EXPECT_EQ(last->close(), Status::ok);
  client.send(masked(0x81, "one") + masked(0x01, "t") + masked(0x80, "wo") + masked_close(1000));
  EXPECT_EQ(heard(), "open ");
  last->resume();
  EXPECT_EQ(heard(), "text[one] text[two] closed[closed 1000] ");
}

TEST_F(WsServerClose, a_stream_that_just_ends_is_no_proper_close) {
  for (const char* const before : {"", "\x81"}) {
    restart();
    RawSocket client(net);
    if (*before) client.send(before);
    client.tcp.close();
    net.pass(3_s);
    EXPECT_EQ(heard(), "open closed[connection reset 1006] ");
    EXPECT_EQ(connections(), 0u);
  }
}

TEST_F(WsServerClose, a_reset_while_it_sends_is_told_once) {
  RawSocket client(net);
  static int pieces;
  pieces = 0;
  EXPECT_EQ(last->send_pieces(Opcode::binary,
                              [](ByteSpan room) {
                                ++pieces;
                                return room.size();
                              }),
            Status::ok);
  client.stop_reading();
  net.settle();
  EXPECT_GT(pieces, 3);
  const int before = pieces;
  client.tcp.reset();
  EXPECT_EQ(heard(), "open closed[connection reset 1006] ");
  EXPECT_EQ(pieces, before);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServerClose, abort_tells_or_does_not) {
  RawSocket client(net);
  last->abort(true);
  EXPECT_EQ(said, "open closed[closed 1006] ");
  RawSocket other(net);
  said.clear();
  last->abort(false);
  EXPECT_EQ(heard(), "");
  EXPECT_EQ(connections(), 0u);
}

TEST_F(WsServerClose, on_closed_is_the_last_call_and_the_session_is_no_session_any_more) {
  static ServerBench* bench;
  static int calls;
  bench = this;
  calls = 0;
  server->on_closed = [](Session& session, const Close&) {
    ++calls;
    EXPECT_FALSE(session.is_open());
    EXPECT_EQ(bench->server->sessions(), 1u);
    EXPECT_EQ(bench->server->broadcast("someone left"), 1u);
    EXPECT_EQ(session.send_text("late"), Status::not_open);
    EXPECT_EQ(session.close(), Status::not_open);
    EXPECT_EQ(session.room(), 0u);
    session.resume();
    session.abort(true);
  };
  RawSocket stays(net), goes(net);
  goes.send(masked_close(1000));
  EXPECT_EQ(stays.frames(), "text[someone left] ");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(connections(), 1u);
}

TEST_F(WsServerClose, shut_down_says_1001_to_all_and_waits_no_longer_than_told) {
  static bool done;
  done = false;
  server->http().on_shut_down = [] { done = true; };
  RawSocket polite(net), silent(net), dead(net), half(net, "GET / HT");
  polite.send(masked(0x01, "half"));
  dead.stop_reading();
  net.settle();
  server->shut_down(2_s);
  EXPECT_EQ(polite.frames(), "close[1001] ");
  EXPECT_EQ(silent.frames(), "close[1001] ");
  polite.send(masked_close(1001));
  net.pass(1_s);
  EXPECT_FALSE(done);
  net.pass(2_s);
  EXPECT_TRUE(done);
  EXPECT_EQ(connections(), 0u);
  EXPECT_EQ(heard(), "open open open closed[closed 1001] closed[closed 1006] closed[closed 1006] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

}  // namespace
}  // namespace mote::ws
