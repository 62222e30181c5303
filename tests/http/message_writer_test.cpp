// SPDX-License-Identifier: MIT
// Heads that we write, and everything that would not be one line of them (RFC 9110 §5.5, §16.3).
#include "mote/http/message_writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace mote::http {
namespace {

using namespace std::literals;

using Room = std::array<std::uint8_t, 512>;

std::string text(const MessageWriter& writer) { return std::string(text_of(writer.written())); }

TEST(MessageWriter, writes_a_request) {
  Room room;
  MessageWriter writer(room);
  writer.request("GET", "/a?b=c", "example.org:8080").field("Accept", "text/plain");
  writer.field("Content-Length", 18446744073709551615u).field("X-Empty", "").end();
  EXPECT_EQ(writer.status(), Status::ok);
  EXPECT_EQ(text(writer),
            "GET /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nAccept: text/plain\r\n"
            "Content-Length: 18446744073709551615\r\nX-Empty: \r\n\r\n");
}

TEST(MessageWriter, writes_a_request_to_a_url) {
  const struct {
    const char* url;
    const char* expected;
  } cases[] = {
      {"http://example.org", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"},
      {"https://u:p@example.org:443/a?b#c", "GET /a?b HTTP/1.1\r\nHost: example.org\r\n\r\n"},
      {"ws://[::1]:8080?x", "GET /?x HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"},
  };
  for (const auto& c : cases) {
    Room room;
    encoding::Url url;
    ASSERT_EQ(encoding::parse_url(c.url, url), Status::ok);
    MessageWriter writer(room);
    writer.request("GET", url).end();
    EXPECT_EQ(writer.status(), Status::ok);
    EXPECT_EQ(text(writer), c.expected);
  }
}

TEST(MessageWriter, writes_a_response) {
  Room room;
  MessageWriter writer(room);
  writer.response(404).field("Content-Length", 0u).end();
  EXPECT_EQ(text(writer), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

TEST(MessageWriter, leaves_the_space_before_a_reason_that_is_none) {
  Room room;
  MessageWriter writer(room);
  writer.response(299).end();
  EXPECT_EQ(text(writer), "HTTP/1.1 299 \r\n\r\n");  // RFC 9112 §4
}

TEST(MessageWriter, refuses_what_would_not_be_one_value) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t before = 0; before < 6; ++before) {
      SCOPED_TRACE(byte);
      const std::string value = std::string(before, 'v') + static_cast<char>(byte) + "X: injected";
      const bool good = byte == '\t' || (byte >= ' ' && byte != 0x7F);
      Room room;
      EXPECT_EQ(MessageWriter(room).field("X", value).status(),
                good ? Status::ok : Status::bad_argument);
    }
  }
}

TEST(MessageWriter, refuses_what_would_not_be_a_name_method_target_or_host) {
  const std::string_view no_tokens[] = {
      "", "a b", "a:", "a\r\nb", "a\nb", "a\0b"sv, "\xc3\xa4", "(", "a\x7f"};
  for (const std::string_view bad : no_tokens) {
    SCOPED_TRACE(bad);
    Room room;
    EXPECT_EQ(MessageWriter(room).field(bad, "v").status(), Status::bad_argument);
    EXPECT_EQ(MessageWriter(room).field(bad, 1u).status(), Status::bad_argument);
    EXPECT_EQ(MessageWriter(room).request(bad, "/", "h").status(), Status::bad_argument);
    encoding::Url url;
    EXPECT_EQ(MessageWriter(room).request(bad, url).status(), Status::bad_argument);
  }
  const std::string_view no_words[] = {
      "/a b", "/\r\n", "/\n", "/\0"sv, "/\x7f", "/\xc3\xa4", "/\t"};
  for (const std::string_view bad : no_words) {
    SCOPED_TRACE(bad);
    Room room;
    EXPECT_EQ(MessageWriter(room).request("GET", bad, "h").status(), Status::bad_argument);
    EXPECT_EQ(MessageWriter(room).request("GET", "/", bad).status(), Status::bad_argument);
  }
  Room room;
  EXPECT_EQ(MessageWriter(room).request("GET", "", "h").status(), Status::bad_argument);
}

TEST(MessageWriter, remembers_the_first_mistake) {
  Room room;
  MessageWriter writer(room);
  writer.request("GET", "/", "h").field("X", "a\r\nb").field("Y", "c").end();
  EXPECT_EQ(writer.status(), Status::bad_argument);
}

TEST(MessageWriter, says_when_the_room_is_too_small_wherever_it_ends) {
  Room room;
  MessageWriter whole(room);
  whole.request("GET", "/", "h").field("X", "y").field("N", 10u).end();
  const std::size_t size = whole.written().size();
  for (std::size_t bytes = 0; bytes <= size; ++bytes) {
    std::vector<std::uint8_t> exact(bytes);
    MessageWriter writer(ByteSpan{exact.data(), bytes});
    writer.request("GET", "/", "h").field("X", "y").field("N", 10u).end();
    EXPECT_EQ(writer.status(), bytes == size ? Status::ok : Status::too_large) << bytes;
  }
}

TEST(ChunkWriter, writes_sizes_in_hexadecimal) {
  const struct {
    std::uint32_t size;
    const char* expected;
  } cases[] = {{1, "1\r\n"}, {15, "f\r\n"}, {16, "10\r\n"}, {0xFFFFFFFF, "ffffffff\r\n"}};
  for (const auto& c : cases) {
    Room room;
    ByteWriter out(room);
    write_chunk_size(out, c.size);
    EXPECT_EQ(out.text(), c.expected);
  }
}

}  // namespace
}  // namespace mote::http
