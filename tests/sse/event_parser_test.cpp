// SPDX-License-Identifier: MIT
// The event streams of WHATWG HTML §9.2.6 and two corpora. Each is read whole, byte by byte, and
// cut in two at every place: what the parser says must not change.
#include "mote/sse/event_parser.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "support/cut.hpp"
#include "support/json.hpp"

namespace mote::sse {
namespace {

using Kind = EventParser::Kind;
using test::Pieces;

/// Feeds `pieces`; the events as "type|data|id" with a semicolon behind each.
std::string read(EventParser& parser, const Pieces& pieces) {
  std::string said;
  for (const std::string& piece : pieces) {
    const std::vector<std::uint8_t> exact(piece.begin(), piece.end());  // ASan sees its end
    ByteView input{exact.data(), exact.size()};
    for (;;) {
      const auto step = parser.next(input);
      input = input.from(step.used);
      if (step.kind == Kind::need_more) break;
      const Event& event = parser.event();
      said += std::string(event.type) + "|" + std::string(event.data) + "|" +
              std::string(event.id) + (step.kind == Kind::too_large ? " too large;" : ";");
    }
    EXPECT_TRUE(input.empty());
  }
  return said;
}

/// The transcript of a stream, with what a reconnecting client would use of it.
std::string transcript(const Pieces& pieces, std::size_t room_bytes = 512) {
  std::vector<std::uint8_t> room(room_bytes);
  EventParser parser({room.data(), room.size()});
  std::string said = read(parser, pieces);
  parser.restart();
  if (!parser.last_id().empty()) said += " last " + std::string(parser.last_id());
  if (parser.retry() != Duration::forever()) said += " retry " + std::to_string(parser.retry().ms);
  return said;
}

void expect_however_cut(const std::string& stream,
                        const std::string& expected,
                        std::size_t room_bytes = 512) {
  for (const Pieces& pieces : test::every_cut(stream)) {
    SCOPED_TRACE(test::how_cut(pieces));
    EXPECT_EQ(transcript(pieces, room_bytes), expected);
  }
}

TEST(EventParser, reads_what_html_9_2_6_describes) {
  using namespace std::string_literals;
  const struct {
    const char* rule;
    std::string stream;
    std::string expected;
  } cases[] = {
      {"data lines are joined", "data: YHOO\ndata: +2\ndata: 10\n\n", "message|YHOO\n+2\n10|;"},
      {"the example of three blocks",
       ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
       "message|first event|1;message|second event|;"},
      {"the example of empty data", "data\n\ndata\ndata\n\ndata:", "message||;message|\n|;"},
      {"the example of one space", "data:test\n\ndata: test\n\n", "message|test|;message|test|;"},
      {"only one space is taken off", "data:  a\n\n", "message| a|;"},
      {"a type", "event: add\ndata: 73\n\ndata: 1\n\n", "add|73|;message|1|;"},
      {"an empty type is message", "event: add\nevent\ndata: 73\n\n", "message|73|;"},
      {"the last type counts", "event:a\ndata:1\nevent:b\ndata:2\nevent:c\n\n", "c|1\n2|;"},
      {"an event without data is none, and its type is forgotten",
       "event: a\n\ndata: 1\n\n",
       "message|1|;"},
      {"an id without data counts", "id: 7\n\ndata: 1\n\n", "message|1|7; last 7"},
      {"an id stays", "id: 7\ndata: 1\n\ndata: 2\n\n", "message|1|7;message|2|7; last 7"},
      {"an empty id takes it back", "id: 7\ndata: 1\n\nid\ndata: 2\n\n", "message|1|7;message|2|;"},
      {"an id of an event that did not end is none",
       "id: 7\ndata: 1\n\nid: 8\ndata: 2\n",
       "message|1|7; last 7"},
      {"the last id of an event counts",
       "id:1\ndata:a\nid:22\ndata:b\nid:333\n\n",
       "message|a\nb|333; last 333"},
      {"an id with NUL is ignored",
       "id: 7\ndata: 1\n\nid: 8\0\ndata: 2\n\n"s,
       "message|1|7;message|2|7; last 7"},
      {"NUL in data stays", "data: a\0b\n\n"s, "message|a\0b|;"s},
      {"a tab and other control characters stay",
       "data: a\tb\x01\x0b\n\n",
       "message|a\tb\x01\x0b|;"},
      {"CR ends lines", "data: 1\rdata: 2\r\r", "message|1\n2|;"},
      {"CRLF ends lines", "data: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n", "message|1\n2|;message|3|;"},
      {"mixed line ends",
       "data: 1\r\n\rdata: 2\n\r\ndata: 3\r\r\n",
       "message|1|;message|2|;message|3|;"},
      {"an event is told at the CR of its empty line", "data: 1\n\r", "message|1|;"},
      {"LF CR are two ends", "data: 1\n\rdata: 2\n\r", "message|1|;message|2|;"},
      {"a byte order mark at the start",
       "\xEF\xBB\xBF"
       "data: 1\n\n",
       "message|1|;"},
      {"only one of them",
       "\xEF\xBB\xBF\xEF\xBB\xBF"
       "data: 1\n\n",
       ""},
      {"not on a later line",
       "\n\xEF\xBB\xBF"
       "data: 1\n\n",
       ""},
      {"half of one",
       "\xEF\xBB"
       "data: 1\n\n",
       ""},
      {"one and nothing else", "\xEF\xBB\xBF\n\ndata: 1\n\n", "message|1|;"},
      {"comments", ":\n: data: 0\ndata: 1\n:x\ndata: 2\n\n", "message|1\n2|;"},
      {"unknown fields",
       "dat: 0\ndataa: 0\nDATA: 0\n data: 0\nx\ndata: 1\nretryy: 1\n\n",
       "message|1|;"},
      {"a NUL does not end a name", "data\0: 0\n\0data: 0\ndata: 1\n\n"s, "message|1|;"},
      {"a colon in the value", "data: a: b\ndata:::\n\n", "message|a: b\n::|;"},
      {"retry", "retry: 1500\n", " retry 1500"},
      {"retry of digits only", "retry: 1500ms\nretry: -1\nretry: 1.5\nretry:  5\n", ""},
      {"retry of no digit", "retry\nretry:\n", ""},
      {"the last retry that counts", "retry: 1\nretry: x\nretry: 007\nretry\n", " retry 7"},
      {"retry of more than a Duration holds", "retry: 99999999999999999999\n", " retry 999999999"},
      {"retry inside of an event", "data: 1\nretry: 5\ndata: 2\n\n", "message|1\n2|; retry 5"},
      {"nothing", "", ""},
      {"nothing but ends of lines", "\n\r\n\r\r\n\n", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    expect_however_cut(c.stream, c.expected);
  }
}

TEST(EventParser, tells_events_that_are_too_large_and_goes_on_behind_them) {
  const std::string large(100, 'x');
  const struct {
    const char* rule;
    std::string stream;
    std::string expected;
  } cases[] = {
      {"in one line", "data: " + large + "\n\ndata: 1\n\n", "message|| too large;message|1|;"},
      {"in several lines",
       "data: 0123456789012345678\ndata: 0123456789012345678\ndata: 01234567890\n\ndata: 1\n\n",
       "message|| too large;message|1|;"},
      {"with its type and id, wherever they stand",
       "event: a\ndata: " + large + "\nid: 7\ndata: 0\n\ndata: 1\n\n",
       "a||7 too large;message|1|7; last 7"},
      {"for its type",
       "event: " + large + "\ndata: 0\n\ndata: 1\n\n",
       "message|| too large;message|1|;"},
      {"for its id, which then does not count",
       "id: 7\n\nid: 01234567890123456\ndata: 0\n\ndata: 1\n\n",
       "message||7 too large;message|1|7; last 7"},
      {"for its many small types",
       [] {
         std::string stream;
         for (int i = 0; i < 20; ++i) stream += "event: a\n";
         return stream + "data: 0\n\ndata: 1\n\n";
       }(),
       "a|| too large;message|1|;"},
      {"comments have no limit", "data: 1\n:" + large + "\ndata: 2\n\n", "message|1\n2|;"},
      {"nor have unknown fields",
       "other: " + large + "\n" + large + "\ndata: 1\n\n",
       "message|1|;"},
      {"nor has a comment behind data that fills the room",
       "data: 01234567890123456789012345678901234567890123456789\n:" + large + "\n\n",
       "message|01234567890123456789012345678901234567890123456789|;"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    expect_however_cut(c.stream, c.expected, 64);
  }
}

TEST(EventParser, takes_an_event_up_to_its_room_less_8_bytes) {
  expect_however_cut(
      "data: " + std::string(50, 'x') + "\n\n", "message|" + std::string(50, 'x') + "|;", 64);
  expect_however_cut("data: " + std::string(51, 'x') + "\n\n", "message|| too large;", 64);
}

TEST(EventParser, reads_any_stream_in_any_room) {
  const std::string stream =
      "id: 1\nevent: e\ndata: 1\n:c\nretry: 2\ndata: 22\nid: 3\n\n\ndata: 4\n\n";
  for (std::size_t room = 0; room < 64; ++room)
    for (const Pieces& pieces : test::every_cut(stream)) (void)transcript(pieces, room);
}

TEST(EventParser, forgets_an_unfinished_event_when_it_restarts) {
  std::array<std::uint8_t, 128> room;
  EventParser parser(room);
  EXPECT_EQ(read(parser, {"id: 7\ndata: 1\n\n", "id: 8\nevent: x\ndata: 2\nda"}), "message|1|7;");
  parser.restart();
  EXPECT_EQ(parser.last_id(), "7");
  EXPECT_EQ(read(parser,
                 {"\xEF\xBB\xBF"
                  "data: 3\n\n"}),
            "message|3|7;");
}

TEST(EventParser, begins_where_it_is_told) {
  std::array<std::uint8_t, 64> room;
  EventParser parser(room);
  EXPECT_EQ(parser.set_last_id("5f3a-42"), Status::ok);
  EXPECT_EQ(parser.last_id(), "5f3a-42");
  EXPECT_EQ(read(parser, {"data: 1\n\n"}), "message|1|5f3a-42;");
  EXPECT_EQ(parser.set_last_id("01234567890123456"), Status::too_large);
  EXPECT_EQ(read(parser, {"data: 2\n\n"}), "message|2|5f3a-42;");
  EXPECT_EQ(parser.set_last_id(""), Status::ok);
  EXPECT_EQ(read(parser, {"data: 3\n\n"}), "message|3|;");
}

class Corpora : public testing::TestWithParam<const char*> {};

TEST_P(Corpora, give_the_same_events_however_cut) {
  const test::Json all = test::corpus(GetParam());
  for (const test::Json& c : all["cases"].items) {
    SCOPED_TRACE(c["name"].string);
    std::string expected;
    for (const test::Json& event : c["events"].items)
      expected +=
          event["type"].string + "|" + event["data"].string + "|" + event["id"].string + ";";
    if (!c["last_event_id"].string.empty()) expected += " last " + c["last_event_id"].string;
    if (!c["retry"].is_null())
      expected += " retry " + std::to_string(static_cast<std::uint64_t>(c["retry"].number));
    const std::string stream = test::from_hex(c["input_hex"].string);
    if (stream.size() < 1000) {
      expect_however_cut(stream, expected, 1024);
    } else {
      EXPECT_EQ(transcript({stream}, 1 << 20), expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sse, Corpora, testing::Values("sse/eventsource-parser.json", "sse/launchdarkly-format.json"));

}  // namespace
}  // namespace mote::sse
