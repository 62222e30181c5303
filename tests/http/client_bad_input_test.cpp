// SPDX-License-Identifier: MIT
// What servers get wrong, by accident or on purpose: each ends the exchange with a name, at once,
// however the bytes are cut; the connection is not used again.
#include <gtest/gtest.h>

#include "http/client_bench.hpp"
#include "support/cut.hpp"

namespace mote::http {
namespace {

using test::response;
using test::Then;

struct Case {
  const char* rule;
  std::string bytes;
  const char* heard;
};

std::string length(const std::string& value) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + value + "\r\n\r\nabc";
}

std::string coding(const std::string& fields, const std::string& body = "3\r\nabc\r\n0\r\n\r\n") {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n" + body;
}

std::string chunks(const std::string& body) { return coding("Transfer-Encoding: chunked", body); }

/// All that happens when a server says `bytes` and nothing more.
void expect_however_cut(const Case& c) {
  SCOPED_TRACE(c.rule);
  for (const test::Pieces& pieces : test::every_cut(c.bytes)) {
    Bench bench;
    bench.client.limits.body_bytes_max = 100;
    ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
    bench.net.settle();
    for (const std::string& piece : pieces) {
      bench.server.send(piece);
      bench.net.settle();
    }
    ASSERT_EQ(bench.heard(), c.heard) << pieces.size() << " pieces, first " << pieces[0].size();
    ASSERT_EQ(bench.done, 1);
    ASSERT_FALSE(bench.tcp.is_open());
    bench.server.replies = {{response(200, "next")}};
    ASSERT_EQ(bench.get("http://a.example/"), "200 [next] ok;");
  }
}

TEST(ClientBadInput, lengths_that_are_none) {
  for (const char* value : {"-1",
                            "+3",
                            "0x3",
                            "3,3",
                            "3, 3",
                            "3;",
                            "3 3",
                            "",
                            "three",
                            "3.0",
                            "18446744073709551616",
                            "99999999999999999999999999"})
    expect_however_cut({value, length(value), "[] protocol error;"});
  for (const char* fields : {"Content-Length: 3\r\nContent-Length: 3",
                             "Content-Length: 3\r\nContent-Length: 4",
                             "Content-Length: 3\r\nContent-Length: "})
    expect_however_cut({fields, coding(fields, "abc"), "[] protocol error;"});
  for (const char* value : {"101", "2147483648", "4294967296", "4294967299"})
    expect_however_cut({value, length(value), "[] too large;"});
}

TEST(ClientBadInput, codings_that_smuggle) {
  for (const char* fields : {"Transfer-Encoding: chunked\r\nContent-Length: 3",
                             "Content-Length: 3\r\nTransfer-Encoding: chunked",
                             "Transfer-Encoding: xchunked",
                             "Transfer-Encoding: chunked, identity",
                             "Transfer-Encoding: identity",
                             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                             "Transfer-Encoding: chunked, chunked",
                             "Transfer-Encoding: gzip, chunked",
                             "Transfer-Encoding: \x0b"
                             "chunked",
                             "Transfer-Encoding : chunked",
                             "A: b\r\n Transfer-Encoding: chunked",
                             ": chunked",
                             "chunked"})
    expect_however_cut({fields, coding(fields), "[] protocol error;"});
  expect_however_cut({"RFC 9112 6.1 from HTTP/1.0",
                      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      "[] protocol error;"});
}

TEST(ClientBadInput, chunks_that_are_broken) {
  const Case cases[] = {
      {"a size beyond 64 bits", chunks("fffffffffffffffff\r\n"), "200 [] protocol error;"},
      {"no hexadecimal", chunks("g\r\n"), "200 [] protocol error;"},
      {"a sign", chunks("-3\r\nabc\r\n"), "200 [] protocol error;"},
      {"a prefix", chunks("0x3\r\nabc\r\n"), "200 [] protocol error;"},
      {"no size", chunks(";a=b\r\n"), "200 [] protocol error;"},
      {"an endless extension", chunks("3;" + std::string(300, 'x')), "200 [] too large;"},
      {"LF alone behind the size", chunks("3\nabc\r\n"), "200 [] protocol error;"},
      {"CR alone behind the size", chunks("3\rabc\r\n"), "200 [] protocol error;"},
      {"nothing behind the data", chunks("3\r\nabc0\r\n\r\n"), "200 [abc] protocol error;"},
      {"more data than the size says", chunks("3\r\nabcd\r\n"), "200 [abc] protocol error;"},
      {"endless trailers", chunks("0\r\nA: " + std::string(4200, 'x')), "200 [] too large;"},
  };
  for (const Case& c : cases) expect_however_cut(c);
}

TEST(ClientBadInput, lines_that_are_none) {
  const std::string nul = std::string("HTTP/1.1 200 OK\r\nA: b") + '\0' + "c\r\n\r\n";
  const Case cases[] = {
      {"a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "[] protocol error;"},
      {"a bare CR in a value", "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "[] protocol error;"},
      {"NUL in a value", nul, "[] protocol error;"},
      {"no version", "200 OK\r\n\r\n", "[] protocol error;"},
      {"another version", "HTTP/2.0 200 OK\r\n\r\n", "[] protocol error;"},
      {"a code of two digits", "HTTP/1.1 20 OK\r\n\r\n", "[] protocol error;"},
      {"a code of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "[] protocol error;"},
      {"a code below 100", "HTTP/1.1 099 OK\r\n\r\n", "[] protocol error;"},
      {"a request", "GET / HTTP/1.1\r\n\r\n", "[] protocol error;"},
  };
  for (const Case& c : cases) expect_however_cut(c);
}

TEST(ClientBadInput, heads_are_limited_in_fields_and_bytes) {
  for (std::size_t fields : {98u, 99u, 100u, 101u}) {
    Bench bench;
    std::string bytes = "HTTP/1.1 200 OK\r\n";
    for (std::size_t i = 1; i < fields; ++i) bytes += "A: b\r\n";
    bench.server.replies = {{bytes + "Content-Length: 0\r\n\r\n"}};
    EXPECT_EQ(bench.get("http://a.example/"),
              fields <= HeadParser::fields_max ? "200 [] ok;" : "[] too large;");
  }
  Bench bench;
  bench.net.wire.window_bytes = 65536;
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  while (bytes.size() < HeadParser::bytes_max) bytes += "A: " + std::string(200, 'x') + "\r\n";
  bench.server.replies = {{bytes}};
  EXPECT_EQ(bench.get("http://a.example/"), "[] too large;");
}

TEST(ClientBadInput, interim_responses_without_end_meet_the_deadline) {
  Bench bench;
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += "HTTP/1.1 102 Processing\r\n\r\n";
  bench.server.replies = {{bytes, Then::keep, false, {0}, 27, 100_ms}};
  ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
  bench.net.pass(30_s);
  EXPECT_EQ(bench.heard(), "[] timed out;");
}

TEST(ClientBadInput, more_than_the_length_is_no_part_of_the_body) {
  expect_however_cut({"longer than it says", length("2"), "200 [ab] ok;"});
}

}  // namespace
}  // namespace mote::http
