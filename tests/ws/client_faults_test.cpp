// SPDX-License-Identifier: MIT
// What a hostile or dying server, a dying network and a careless application do to a client.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "ws/client_fixture.hpp"

namespace mote::ws {
namespace {

using test::close_frame;
using test::frame;
using test::text;

struct WsClientFaults : test::ClientFixture {};

TEST_F(WsClientFaults, refuses_every_answer_that_is_not_its_own_upgrade) {
  const struct {
    const char* rule;
    const char* status_line;
    const char* accept;
    const char* fields;
    const char* expected;
  } cases[] = {
      {"4.1 the status is 101", "HTTP/1.1 200 OK", "", "", "unexpected HTTP status"},
      {"4.1 a redirect is not followed",
       "HTTP/1.1 302 Found",
       "",
       "Location: /x\r\n",
       "unexpected HTTP status"},
      {"4.1 Accept is the right one",
       "HTTP/1.1 101 S",
       "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
       "",
       "protocol error"},
      {"4.1 a prefix of it is not", "HTTP/1.1 101 S", "s", "", "protocol error"},
      {"4.1 no second Accept",
       "HTTP/1.1 101 S",
       "",
       "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
       "protocol error"},
      {"4.1 no extension that was not offered",
       "HTTP/1.1 101 S",
       "",
       "Sec-WebSocket-Extensions: permessage-deflate\r\n",
       "protocol error"},
      {"4.1 no subprotocol that was not offered",
       "HTTP/1.1 101 S",
       "",
       "Sec-WebSocket-Protocol: chat\r\n",
       "protocol error"},
      {"RFC 9112 5.1 no space before a colon", "HTTP/1.1 101 S", "", "X : y\r\n", "protocol error"},
      {"RFC 9112 5.2 no folded lines", "HTTP/1.1 101 S", "", "X: y\r\n z\r\n", "protocol error"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    restart();
    peer.status_line = c.status_line;
    peer.accept = c.accept;
    peer.fields = c.fields;
    EXPECT_EQ(client->open("ws://example.org/"), Status::ok);
    net.settle();
    EXPECT_EQ(said, std::string("closed[") + c.expected + " 1006] ");
    EXPECT_EQ(net.blocks().used(), 0);
  }
}

TEST_F(WsClientFaults, refuses_an_endless_answer) {
  peer.fields = "X: " + std::string(3000, 'x') + "\r\n";
  EXPECT_EQ(client->open("ws://example.org/"), Status::ok);
  net.settle();
  EXPECT_EQ(said, "closed[too large 1006] ");
}

TEST_F(WsClientFaults, tells_the_peer_with_the_right_code_what_it_did_wrong) {
  const struct {
    const char* rule;
    std::string input;
    const char* reply;
    const char* expected;
  } cases[] = {
      {"5.1 a masked frame",
       std::string("\x81\x80\0\0\0\0", 6),
       "close[1002] ",
       "protocol error 1002"},
      {"5.2 a reserved bit", frame(0xc1, ""), "close[1002] ", "protocol error 1002"},
      {"5.4 an orphan continuation", frame(0x80, "x"), "close[1002] ", "protocol error 1002"},
      {"5.4 a message inside another",
       frame(0x01, "a") + text("b"),
       "close[1002] ",
       "protocol error 1002"},
      {"5.5 a fragmented ping", frame(0x09, ""), "close[1002] ", "protocol error 1002"},
      {"5.5.1 a close of one byte", frame(0x88, "x"), "close[1002] ", "protocol error 1002"},
      {"7.4 a close code that must not be sent",
       close_frame(1005),
       "close[1002] ",
       "protocol error 1002"},
      {"7.4 a close code out of range", close_frame(5000), "close[1002] ", "protocol error 1002"},
      {"8.1 a close reason that is not UTF-8",
       close_frame(1000, "\xff"),
       "close[1007] ",
       "protocol error 1007"},
      {"8.1 text that is not UTF-8", text("a\xff"), "close[1007] ", "protocol error 1007"},
      {"8.1 text that ends inside a character",
       text("a\xc3"),
       "close[1007] ",
       "protocol error 1007"},
      {"8.1 fail-fast: before the message ends",
       frame(0x01, "\xed\xa0"),
       "close[1007] ",
       "protocol error 1007"},
      {"7.4 a message over the limit",
       frame(0x82, std::string(2000, 'x')),
       "close[1009] ",
       "too large 1009"},
      {"7.4 a length over any limit, not read",
       std::string("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10),
       "close[1009] ",
       "too large 1009"},
      {"7.4 fragments over the limit",
       frame(0x02, std::string(800, 'x')) + frame(0x80, std::string(200, 'y')),
       "close[1009] ",
       "too large 1009"},
  };
  for (const auto& c : cases)
    for (std::size_t most : {1u, 5u, 10000u}) {
      SCOPED_TRACE(c.rule);
      restart();
      net.wire.piece_bytes_max = most;
      open();
      peer.send(c.input);
      net.pass(10_s);
      EXPECT_EQ(peer.said, c.reply);
      EXPECT_EQ(said, "open lost[" + std::string(c.expected) + "] closed[" + c.expected + "] ");
      EXPECT_EQ(net.blocks().used(), 0);
    }
}

TEST_F(WsClientFaults, bounds_the_time_in_which_an_unfinished_message_holds_a_block) {
  open();
  peer.send(frame(0x01, "begun"));
  net.pass(9_s);
  EXPECT_EQ(net.blocks().used(), 1);
  peer.send(frame(0x00, "more"));
  net.pass(1_s);
  EXPECT_EQ(peer.said, "close[1008] ");
  EXPECT_EQ(said, "open lost[timed out 1008] closed[timed out 1008] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsClientFaults, reads_ten_thousand_empty_fragments_without_keeping_anything) {
  open();
  peer.send(frame(0x01, ""));
  for (int i = 0; i < 10000; ++i) {
    ASSERT_TRUE(peer.send(frame(0x00, "")));
    net.settle();
  }
  EXPECT_EQ(net.blocks().used(), 0);
  peer.send(frame(0x80, "end"));
  net.settle();
  EXPECT_EQ(said, "open text[end] ");
}

TEST_F(WsClientFaults, answers_the_newest_of_many_pings_once_there_is_room) {
  open();
  peer.reads = false;
  // The client's half of the wire is full, down to what is left for control.
  while (client->send_text(std::string(client->room() > 500 ? 500 : client->room(), 'x')) ==
         Status::ok) {
    if (client->room() == 0) break;
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(peer.send(frame(0x89, std::string(100, 'p') + std::to_string(i))));
    net.settle();
  }
  EXPECT_EQ(said, "open ");
  EXPECT_LE(net.blocks().used(), 1);
  peer.said.clear();
  peer.resume();
  net.settle();
  EXPECT_NE(peer.said.find(std::string(100, 'p') + "19] "), std::string::npos) << peer.said;
  EXPECT_TRUE(client->is_open());
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsClientFaults, waits_for_a_block_and_loses_nothing) {
  open();
  std::vector<ByteSpan> taken;
  for (ByteSpan block; !(block = net.blocks().take_to_keep()).empty();) taken.push_back(block);
  peer.send(frame(0x01, "frag") + frame(0x80, "ments"));
  net.settle();
  EXPECT_EQ(said, "open ");
  for (const ByteSpan block : taken) net.blocks().give_back(block);
  net.settle();
  EXPECT_EQ(said, "open text[fragments] ");
}

TEST_F(WsClientFaults, is_told_of_data_no_more_once_it_closes) {
  open();
  peer.answers_close = false;
  EXPECT_EQ(client->close(), Status::ok);
  peer.send(text("late") + frame(0x01, "late"));
  net.settle();
  peer.send(close_frame(1000));
  peer.close();
  net.settle();
  EXPECT_EQ(said, "open lost[closed 1000] closed[closed 1000] ");
}

TEST_F(WsClientFaults, who_wishes_is_told_of_data_up_to_the_close_of_the_peer) {
  Options options;
  options.hears_out = true;
  client->use(options);
  open();
  peer.answers_close = false;
  EXPECT_EQ(client->close(), Status::ok);
  EXPECT_EQ(client->send_text("not any more"), Status::not_open);
  peer.send(text("late") + frame(0x01, "in two ") + frame(0x89, "no pong") + frame(0x80, "parts"));
  net.settle();
  EXPECT_EQ(said, "open text[late] text[in two parts] ");
  peer.send(close_frame(1000) + text("later"));
  peer.close();
  net.settle();
  EXPECT_EQ(said, "open text[late] text[in two parts] lost[closed 1000] closed[closed 1000] ");
  EXPECT_EQ(peer.said, "close[1000] ");
}

TEST_F(WsClientFaults, a_peer_that_talks_on_does_not_put_off_the_end) {
  Options options;
  options.hears_out = true;
  client->use(options);
  open();
  peer.answers_close = false;
  EXPECT_EQ(client->close(), Status::ok);
  peer.send(frame(0x01, "begun "));
  for (int i = 0; i < 12; ++i) {
    net.pass(500_ms);
    peer.send(frame(0x00, "and on "));
  }
  net.pass(options.timing.close_within);
  EXPECT_EQ(said, "open lost[closed 1006] closed[closed 1006] ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsClientFaults, that_close_at_the_same_time_as_the_peer_end_in_order) {
  open();
  peer.answers_close = false;
  EXPECT_EQ(client->close(1000), Status::ok);
  peer.send(close_frame(1001, "going"));
  net.settle();
  peer.close();
  net.settle();
  EXPECT_EQ(said, "open lost[closed 1001 going] closed[closed 1001 going] ");
  EXPECT_EQ(peer.said, "close[1000] ");
}

TEST_F(WsClientFaults, a_stream_that_just_ends_is_no_proper_close) {
  open();
  peer.close();
  net.settle();
  EXPECT_EQ(said, "open lost[connection reset 1006] closed[connection reset 1006] ");
}

/// A life with everything in it, during which the n-th operation fails.
TEST_F(WsClientFaults, survives_the_failure_of_every_single_operation) {
  for (const auto fault : {sim::Fault::reset, sim::Fault::would_block, sim::Fault::no_slot}) {
    for (std::uint32_t n = 1;; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n));
      restart();
      client->on_open = [this] {
        said += "open ";
        (void)client->send_text("hello");
      };
      client->on_writable = [this] { (void)client->send_text("again"); };
      const std::uint32_t before = net.operations();
      net.fail_operation(n, fault);
      ASSERT_EQ(client->stay_open("ws://example.org/"),
                fault == sim::Fault::no_slot && n == 1 ? Status::ok : Status::ok);
      net.pass(3_s);
      peer.send(frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "b"));
      net.pass(3_s);
      (void)client->close();
      net.pass(20_s);
      const bool met = net.operations() - before >= n;
      net.fail_operation(0, fault);
      EXPECT_NE(said.find("closed["), std::string::npos) << said;
      EXPECT_EQ(said.find("closed["), said.rfind("closed[")) << said;
      std::size_t opens = 0, losses = 0;
      for (std::size_t at = 0; (at = said.find("open ", at)) != std::string::npos; ++at) ++opens;
      for (std::size_t at = 0; (at = said.find("lost[", at)) != std::string::npos; ++at) ++losses;
      EXPECT_EQ(opens, losses) << said;
      EXPECT_GE(opens, 1u) << said;
      EXPECT_EQ(net.blocks().used(), 0);
      if (!met) break;
    }
  }
}

/// What an application may do inside of any callback.
using Act = std::function<void(WsClientFaults&)>;

TEST_F(WsClientFaults, may_be_closed_aborted_reopened_or_destroyed_in_every_callback) {
  const std::pair<const char*, Act> acts[] = {
      {"close", [](auto& t) { (void)t.client->close(); }},
      {"abort", [](auto& t) { t.client->abort(); }},
      {"destroy", [](auto& t) { t.client.reset(); }},
      {"reopen",
       [](auto& t) {
         t.client->abort();
         (void)t.client->open("ws://example.org/again");
       }},
      {"send", [](auto& t) { (void)t.client->send_text("from a callback"); }},
      {"replace",
       [](auto& t) {
         t.client->on_text = {};
         t.client->on_open = {};
         t.client->on_lost = {};
         t.client->on_closed = {};
         t.client->on_retry = {};
         t.client->on_binary = {};
       }},
  };
  const char* events[] = {
      "open", "text", "gathered", "binary", "piece", "writable", "lost", "retry", "closed", "pull"};
  static WsClientFaults* self;
  static const Act* act;
  static int calls;
  self = this;
  for (const auto& [name, does] : acts)
    for (const std::string event : events)
      for (std::size_t most : {3u, 10000u}) {
        SCOPED_TRACE(event + ": " + name);
        restart();
        act = &does;
        calls = 0;
        const auto once = [] {
          if (calls++ == 0) (*act)(*self);
        };
        static decltype(once)* run;
        run = &once;
        net.wire.piece_bytes_max = most;
        if (event == "open") client->on_open = [] { (*run)(); };
        if (event == "text" || event == "gathered")
          client->on_text = [](std::string_view) { (*run)(); };
        if (event == "binary") client->on_binary = [](ByteView) { (*run)(); };
        if (event == "piece") client->on_piece = [](ByteView, bool) { (*run)(); };
        if (event == "writable") client->on_writable = [] { (*run)(); };
        if (event == "lost") client->on_lost = [](const Close&) { (*run)(); };
        if (event == "retry") client->on_retry = [](Failure, Duration) { (*run)(); };
        if (event == "closed") client->on_closed = [](const Close&) { (*run)(); };
        EXPECT_EQ(event == "closed" ? client->open("ws://example.org/")
                                    : client->stay_open("ws://example.org/"),
                  Status::ok);
        net.pass(100_ms);
        if (event == "pull" && client)
          (void)client->send_pieces(Opcode::text, [](ByteSpan) {
            (*run)();
            return std::size_t{0};
          });
        if (event == "writable") {
          net.fail_operation(1, sim::Fault::would_block);
          (void)client->send_text("no room");
        }
        peer.send(text("a"));
        peer.send(frame(0x01, "b") + frame(0x80, "c"));
        peer.send(frame(0x82, "d") + frame(0x89, "e"));
        net.pass(100_ms);
        peer.send(close_frame(1000, "bye"));
        peer.close();
        net.pass(1_ms);
        net.pass(20_s);
        EXPECT_GE(calls, 1);
        client.reset();
        net.settle();
        EXPECT_EQ(net.blocks().used(), 0);
      }
}

}  // namespace
}  // namespace mote::ws
