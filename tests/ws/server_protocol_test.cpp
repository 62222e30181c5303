// SPDX-License-Identifier: MIT
// What a server reads from clients that keep to RFC 6455, and what it tells those that do not.
#include "ws/server_bench.hpp"

namespace mote::ws {
namespace {

using namespace std::literals;
using test::in_words;
using test::masked;
using test::masked_close;
using test::opening;
using test::RawSocket;

struct WsServerProtocol : test::ServerBench {
  /// `input` ends a connection in the same way however it is cut.
  void expect_end(const std::string& rule,
                  const std::string& input,
                  const std::string& reply,
                  const std::string& told) {
    for (const std::size_t most : {1u, 5u, 10000u}) {
      SCOPED_TRACE(rule + ", in pieces of " + std::to_string(most));
      restart();
      RawSocket client(net);
      net.wire.piece_bytes_max = most;
      client.send(input);
      EXPECT_EQ(client.frames(), reply);
      EXPECT_EQ(heard(), "open " + told);
      EXPECT_TRUE(client.ended) << "RFC 6455 7.1.1: the server ends the stream";
      EXPECT_EQ(connections(), 0u);
      EXPECT_EQ(net.blocks().used(), 0);
    }
  }
};

TEST_F(WsServerProtocol, tells_a_client_with_1002_that_it_broke_the_framing) {
  const struct {
    const char* rule;
    std::string input;
  } cases[] = {
      {"5.1 an unmasked frame", test::text("x")},
      {"5.1 an unmasked empty frame", test::text("")},
      {"5.1 an unmasked close", test::close_frame(1000)},
      {"5.2 RSV1", masked(0xC1, "x")},
      {"5.2 RSV2", masked(0xA1, "x")},
      {"5.2 RSV3", masked(0x91, "x")},
      {"5.2 RSV1 of a control frame", masked(0xC9, "x")},
      {"5.5 a ping of 126 bytes", masked(0x89, std::string(126, 'x'))},
      {"5.5 a close of 126 bytes", masked_close(1000, std::string(124, 'x'))},
      {"5.5 a pong of 65536 bytes", "\x8A\xFF\0\0\0\0\0\1\0\0\0\0\0\0"s},
      {"5.5 a fragmented ping", masked(0x09, "")},
      {"5.5 a fragmented close", masked(0x08, "\x03\xE8")},
      {"5.4 a continuation of nothing", masked(0x80, "x")},
      {"5.4 the same, not the last", masked(0x00, "x")},
      {"5.4 a text inside of a message", masked(0x01, "") + masked(0x81, "b")},
      {"5.4 a fragment of another inside", masked(0x02, "") + masked(0x02, "b")},
      {"5.2 125 in two bytes", "\x82\xFE\x00\x7D\0\0\0\0"s},
      {"5.2 65535 in eight bytes", "\x82\xFF\0\0\0\0\0\0\xFF\xFF\0\0\0\0"s},
      {"5.2 125 in eight bytes", "\x82\xFF\0\0\0\0\0\0\0\x7D\0\0\0\0"s},
      {"5.2 a length with its top bit", "\x82\xFF\x80\0\0\0\0\0\0\1\0\0\0\0"s},
      {"5.2 a length of 2^64 - 1", "\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0"s},
  };
  for (const auto& c : cases)
    expect_end(c.rule, c.input, "close[1002] ", "closed[protocol error 1002] ");
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    expect_end("5.2 opcode " + std::to_string(opcode),
               masked(0x80 | opcode, "x"),
               "close[1002] ",
               "closed[protocol error 1002] ");
}

TEST_F(WsServerProtocol, refuses_with_1009_what_is_too_long_before_a_byte_of_it_is_read) {
  const std::string most(899, 'x');  // a block without room for a control frame
  expect_end("a length over the limit",
             "\x82\xFE\x03\x84\0\0\0\0"s,
             "close[1009] ",
             "closed[too large 1009] ");
  expect_end("a length that 32 bits do not hold",
             "\x82\xFF\x00\x00\x00\x01\x00\x00\x00\x01\0\0\0\0"s,
             "close[1009] ",
             "closed[too large 1009] ");
  expect_end("2^63 - 1",
             "\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0"s,
             "close[1009] ",
             "closed[too large 1009] ");
  expect_end("the sum of the fragments",
             masked(0x02, most) + "\x80\x81\0\0\0\0"s,
             "close[1009] ",
             "closed[too large 1009] ");
  expect_end("a sum that overflows 64 bits",
             masked(0x02, "xx") + "\x80\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0"s,
             "close[1009] ",
             "closed[too large 1009] ");
}

TEST_F(WsServerProtocol, takes_the_longest_message_whole_and_in_fragments) {
  const std::string most(1024 - 125, 'm');
  for (const std::size_t piece : {1u, 7u, 10000u}) {
    restart();
    RawSocket client(net);
    net.wire.piece_bytes_max = piece;
    client.send(masked(0x81, most));
    EXPECT_EQ(heard(), "open text[" + most + "] ");
    client.send(masked(0x02, most.substr(1)) + masked(0x89, std::string(125, 'p')) +
                masked(0x80, "m"));
    EXPECT_EQ(heard(), "binary[" + most + "] ");
    EXPECT_EQ(client.frames(), "pong[" + std::string(125, 'p') + "] ");
  }
}

TEST_F(WsServerProtocol, reads_every_form_of_length) {
  RawSocket client(net);
  for (const std::size_t size : {0u, 1u, 124u, 125u, 126u, 127u, 256u, 899u}) {
    client.send(masked(0x82, std::string(size, 'l')));
    said.clear();
    EXPECT_EQ(heard(), "binary[" + std::string(size, 'l') + "] ");
  }
}

TEST_F(WsServerProtocol, fails_text_that_is_not_utf_8_at_its_first_wrong_byte) {
  const struct {
    const char* rule;
    std::string input;
  } cases[] = {
      {"8.1 a byte that is never UTF-8", masked(0x81, "a\xFF")},
      {"8.1 an overlong form", masked(0x81, "\xC0\xAF")},
      {"8.1 a surrogate", masked(0x81, "\xED\xA0\x80")},
      {"8.1 over U+10FFFF", masked(0x81, "\xF4\x90\x80\x80")},
      {"8.1 it ends inside of a character", masked(0x81, "a\xC3")},
      {"8.1 the last fragment does", masked(0x01, "a\xE2\x82") + masked(0x80, "")},
      {"8.1 a character broken by the next frame", masked(0x01, "\xE2\x82") + masked(0x00, "a")},
      {"8.1 before the message ends", masked(0x01, "\xF4\x90")},
      {"8.1 before the frame ends", masked(0x81, "\xED\xA0" + std::string(100, 'x')).substr(0, 8)},
  };
  for (const auto& c : cases)
    expect_end(c.rule, c.input, "close[1007] ", "closed[protocol error 1007] ");
}

TEST_F(WsServerProtocol, reads_characters_that_are_split_over_frames_and_reads) {
  const std::string text = "\xF0\x9F\x98\x80\xE2\x82\xAC\xC3\xA9z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    restart();
    RawSocket client(net);
    net.wire.piece_bytes_max = 1;
    client.send(masked(0x01, text.substr(0, cut)) + masked(0x89, "\xFF") +
                masked(0x80, text.substr(cut)));
    EXPECT_EQ(heard(), "open text[" + text + "] ") << cut;
  }
}

TEST_F(WsServerProtocol, answers_every_close_code_as_section_7_4_says) {
  const struct {
    int first, last;
    bool valid;
  } ranges[] = {{0, 0, false},
                {1, 1, false},
                {999, 999, false},
                {1000, 1003, true},
                {1004, 1006, false},
                {1007, 1014, true},
                {1015, 1016, false},
                {2999, 2999, false},
                {3000, 3000, true},
                {4999, 4999, true},
                {5000, 5000, false},
                {65535, 65535, false}};
  for (const auto& range : ranges)
    for (int code = range.first; code <= range.last; ++code) {
      const std::string shown = std::to_string(code);
      if (range.valid) {
        expect_end(shown,
                   masked_close(code, "why"),
                   "close[" + shown + "] ",
                   "closed[closed " + shown + " why] ");
      } else {
        expect_end(shown, masked_close(code), "close[1002] ", "closed[protocol error 1002] ");
      }
    }
}

TEST_F(WsServerProtocol, answers_every_form_of_close_payload) {
  expect_end("5.5.1 none", masked(0x88, ""), "close[] ", "closed[closed 1005] ");
  expect_end("5.5.1 one byte", masked(0x88, "x"), "close[1002] ", "closed[protocol error 1002] ");
  expect_end("5.5.1 a reason that is not UTF-8",
             masked_close(1000, "\xFF"),
             "close[1007] ",
             "closed[protocol error 1007] ");
  expect_end("5.5.1 a reason that ends inside of a character",
             masked_close(1000, "\xC3"),
             "close[1007] ",
             "closed[protocol error 1007] ");
  const std::string longest(123, 'r');
  expect_end("the longest",
             masked_close(4000, longest),
             "close[4000] ",
             "closed[closed 4000 " + longest + "] ");
}

TEST_F(WsServerProtocol, reads_nothing_behind_a_close) {
  expect_end("1.4 frames behind a close",
             masked_close(1000) + masked(0x81, "late") + masked(0x89, "late"),
             "close[1000] ",
             "closed[closed 1000] ");
  expect_end("1.4 rubbish behind a close",
             masked_close(1000) + "\xFF\xFF\xFF",
             "close[1000] ",
             "closed[closed 1000] ");
}

TEST_F(WsServerProtocol, reads_a_million_empty_fragments_without_keeping_anything) {
  RawSocket client(net);
  net.wire.window_bytes = 1 << 16;
  std::string thousands;
  for (int i = 0; i < 10'000; ++i) thousands += masked(0x00, "");
  client.send(masked(0x01, ""));
  for (int i = 0; i < 100; ++i) {
    client.send(thousands);
    net.settle();
    ASSERT_EQ(net.blocks().used(), 0);
  }
  client.send(masked(0x80, "end"));
  EXPECT_EQ(heard(), "open text[end] ");
}

TEST_F(WsServerProtocol, bounds_fragments_of_one_byte_by_size_and_by_time) {
  RawSocket client(net);
  for (int i = 0; i < 899; ++i) client.send(masked(i == 0 ? 0x02 : 0x00, "x"));
  EXPECT_EQ(heard(), "open ");
  client.send(masked(0x00, "x"));
  EXPECT_EQ(heard(), "closed[too large 1009] ");

  RawSocket slow(net);
  slow.send(masked(0x02, "x"));
  for (int second = 0; second < 9; ++second) {
    net.pass(1_s);
    slow.send(masked(0x00, "x"));
  }
  EXPECT_EQ(heard(), "open ");
  net.pass(1_s);
  EXPECT_EQ(heard(), "closed[timed out 1008] ");
  EXPECT_EQ(slow.frames(), "close[1008] ");
}

TEST_F(WsServerProtocol, tells_the_same_however_the_stream_is_cut) {
  const std::string frames = masked(0x81, "hel\xC3\xA9") + masked(0x89, "ping") +
                             masked(0x01, "a") + masked(0x8A, "unasked") + masked(0x80, "b") +
                             masked(0x82, std::string(130, 'l')) + masked_close(1000, "bye");
  for (std::size_t cut = 0; cut <= frames.size(); ++cut)
    for (std::size_t next = cut; next <= std::min(cut + 5, frames.size()); ++next) {
      restart();
      RawSocket client(net);
      for (const std::string& part :
           {frames.substr(0, cut), frames.substr(cut, next - cut), frames.substr(next)}) {
        if (!part.empty()) client.send(part);
        net.settle();
      }
      ASSERT_EQ(heard(),
                "open text[hel\xC3\xA9] text[ab] binary[" + std::string(130, 'l') +
                    "] closed[closed 1000 bye] ")
          << cut << " " << next;
      ASSERT_EQ(client.frames(), "pong[ping] close[1000] ") << cut << " " << next;
    }
}

TEST_F(WsServerProtocol, tells_messages_in_pieces_of_any_size_up_to_its_own_limit) {
  static constexpr Options options = [] {
    Options set{};
    set.piece_message_bytes_max = 100'000;
    return set;
  }();
  static std::size_t bytes;
  static int messages;
  bytes = 0;
  messages = 0;
  server->use(options);
  server->on_piece = [](Session& session, ByteView piece, bool ends) {
    EXPECT_EQ(session.message_kind(), Opcode::text);
    bytes += piece.size();
    messages += ends;
  };
  RawSocket client(net);
  net.wire.window_bytes = 1 << 18;
  net.wire.piece_bytes_max = 1000;
  client.send(masked(0x81, std::string(70'000, 'x')) + masked(0x01, std::string(99'999, 'y')) +
              masked(0x89, "p") + masked(0x80, "z"));
  EXPECT_EQ(client.frames(), "pong[p] ");
  EXPECT_EQ(bytes, 170'000u);
  EXPECT_EQ(messages, 2);
  EXPECT_EQ(net.blocks().used(), 0);
  client.send(masked(0x01, std::string(99'999, 'y')) + masked(0x80, "zz"));
  EXPECT_EQ(client.frames(), "close[1009] ");
  EXPECT_EQ(heard(), "open closed[too large 1009] ");
}

}  // namespace
}  // namespace mote::ws
