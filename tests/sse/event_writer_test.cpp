// SPDX-License-Identifier: MIT
// What is written is one event, whatever is in it: read back by EventParser, cut everywhere.
#include "mote/sse/event_writer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mote/sse/event_parser.hpp"
#include "support/cut.hpp"

namespace mote::sse {
namespace {

using namespace std::string_literals;

std::string written(const Event& event) {
  std::vector<std::uint8_t> room(
      event_bytes_max(event.data.size(), event.id.size(), event.type.size()));
  ByteWriter out{{room.data(), room.size()}};
  EXPECT_EQ(write_event(out, event), Status::ok);
  return std::string(out.text());
}

/// The events of a stream as "type|data|id;", however it is cut.
std::string read(const std::string& stream) {
  std::string first;
  for (const test::Pieces& pieces : test::every_cut(stream)) {
    std::vector<std::uint8_t> room(1024);
    EventParser parser({room.data(), room.size()});
    std::string said;
    for (const std::string& piece : pieces) {
      ByteView input = bytes_of(piece);
      for (;;) {
        const auto step = parser.next(input);
        input = input.from(step.used);
        if (step.kind == EventParser::Kind::need_more) break;
        const Event& event = parser.event();
        said.append(event.type).append("|").append(event.data).append("|").append(event.id) += ';';
      }
    }
    if (first.empty()) first = said;
    EXPECT_EQ(said, first) << test::how_cut(pieces);
  }
  return first;
}

TEST(EventWriter, writes_what_html_9_2_5_describes) {
  const struct {
    const char* rule;
    Event event;
    std::string expected;
  } cases[] = {
      {"data alone", {"", "a", {}}, "data: a\n\n"},
      {"no data is an event all the same", {"", "", {}}, "data: \n\n"},
      {"message is what it is anyway", {"message", "a", {}}, "data: a\n\n"},
      {"type and id", {"add", "a", "7"}, "id: 7\nevent: add\ndata: a\n\n"},
      {"an empty id takes the last one back", {"", "a", ""}, "id: \ndata: a\n\n"},
      {"LF ends a line", {"", "a\nb", {}}, "data: a\ndata: b\n\n"},
      {"CR ends a line", {"", "a\rb", {}}, "data: a\ndata: b\n\n"},
      {"CRLF ends one line", {"", "a\r\nb", {}}, "data: a\ndata: b\n\n"},
      {"LF CR end two", {"", "a\n\rb", {}}, "data: a\ndata: \ndata: b\n\n"},
      {"a line end at the end is kept", {"", "a\n", {}}, "data: a\ndata: \n\n"},
      {"a CR at the end as well", {"", "a\r", {}}, "data: a\ndata: \n\n"},
      {"nothing but ends of lines", {"", "\r\n\r", {}}, "data: \ndata: \ndata: \n\n"},
      {"fields in data are data", {"", "a\n\nid: 9", {}}, "data: a\ndata: \ndata: id: 9\n\n"},
      {"a space before data stays", {"", " a", {}}, "data:  a\n\n"},
  };
  for (const auto& c : cases) EXPECT_EQ(written(c.event), c.expected) << c.rule;
}

TEST(EventWriter, is_read_as_the_event_that_was_written) {
  const struct {
    const char* rule;
    Event event;
    std::string expected;
  } cases[] = {
      {"all three", {"add", "73", "5f-42"}, "add|73|5f-42;"},
      {"leading spaces stay", {" a", " b", " c"}, " a| b| c;"},
      {"a colon is nothing", {":", "::", ":"}, ":|::|:;"},
      {"lines", {"", "a\r\n\r\nb\rc\n", {}}, "message|a\n\nb\nc\n|;"},
      {"NUL in data stays", {"", {"a\0b", 3}, {}}, "message|a\0b|;"s},
      {"no data", {"", "", {}}, "message||;"},
      {"a byte order mark in data", {"", "\xEF\xBB\xBFx", {}}, "message|\xEF\xBB\xBFx|;"},
      {"an injected event is data",
       {"", "1\n\nevent: evil\ndata: 2\n\n", {}},
       "message|1\n\nevent: evil\ndata: 2\n\n|;"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(written(c.event)), c.expected) << c.rule;
}

TEST(EventWriter, refuses_a_type_or_id_of_more_than_one_line) {
  const std::string_view wrong[] = {"a\nb", "a\rb", "\n", {"a\0b", 3}, "a\r\n\r\ndata: evil"};
  for (const std::string_view text : wrong) {
    std::uint8_t room[256];
    ByteWriter out{room};
    EXPECT_EQ(write_event(out, {text, "a", {}}), Status::bad_argument);
    EXPECT_EQ(write_event(out, {{}, "a", text}), Status::bad_argument);
    EXPECT_EQ(out.size(), 0u);
    EXPECT_EQ(out.status(), Status::ok);
  }
}

TEST(EventWriter, writes_all_of_an_event_or_nothing) {
  const Event event{"add", "a\n\nb", "7"};
  const std::string whole = written(event);
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    std::vector<std::uint8_t> room(1 + bytes);
    ByteWriter out{{room.data(), room.size()}};
    out.put('x');
    const bool fits = bytes == whole.size();
    EXPECT_EQ(write_event(out, event), fits ? Status::ok : Status::too_large) << bytes;
    EXPECT_EQ(out.text(), fits ? "x" + whole : "x") << bytes;
  }
}

TEST(EventWriter, takes_no_more_than_it_says) {
  EXPECT_EQ(written({"t", "\n\n\r\r", "i"}).size(), event_bytes_max(4, 1, 1));
  EXPECT_LE(written({{}, "\r\n\r\n", {}}).size(), event_bytes_max(4));
}

TEST(EventWriter, writes_retry_and_comments_as_blocks_of_their_own) {
  std::uint8_t room[64];
  ByteWriter out{room};
  EXPECT_EQ(write_retry(out, {3'000}), Status::ok);
  EXPECT_EQ(write_comment(out, ""), Status::ok);
  EXPECT_EQ(write_comment(out, "a\rdata: b\n\nc"), Status::ok);
  EXPECT_EQ(out.text(), "retry: 3000\n\n:\n\n:a\n:data: b\n:\n:c\n\n");
  EXPECT_EQ(read(std::string(out.text()) + "data: 1\n\n"), "message|1|;");
}

}  // namespace
}  // namespace mote::sse
