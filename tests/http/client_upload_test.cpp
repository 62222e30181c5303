// SPDX-License-Identifier: MIT
// How a Client sends bodies: from where they lie, or pulled piece by piece.
#include <gtest/gtest.h>

#include "http/client_bench.hpp"

namespace mote::http {
namespace {

using test::response;
using test::Then;

/// A body that is made on the way.
struct Source {
  explicit Source(std::string bytes) : whole(std::move(bytes)) {}
  std::size_t pull(ByteSpan room) {
    ++pulls;
    if (stalled) return Request::later;
    const std::size_t size = std::min({room.size(), each, whole.size() - at});
    std::copy_n(whole.data() + at, size, room.begin());
    at += size;
    return size;
  }
  Request request(const char* method = "PUT") {
    Request made{method, "http://a.example/"};
    made.more = [this](ByteSpan room) { return pull(room); };
    return made;
  }
  std::string whole;
  std::size_t each = ~std::size_t{0}, at = 0;
  bool stalled = false;
  int pulls = 0;
};

std::string pattern(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 23);
  return text;
}

/// The body of a chunked request; fails the test when its framing is wrong.
std::string unchunked(const std::string& request) {
  std::size_t at = request.find("\r\n\r\n") + 4;
  std::string body;
  for (;;) {
    const std::size_t size = std::strtoul(request.c_str() + at, nullptr, 16);
    at = request.find("\r\n", at) + 2;
    body += request.substr(at, size);
    at += size;
    EXPECT_EQ(request.substr(at, 2), "\r\n");
    at += 2;
    if (size == 0) break;
  }
  EXPECT_EQ(at, request.size());
  return body;
}

class ClientUploadTest : public testing::Test, protected Bench {};

TEST_F(ClientUploadTest, says_how_long_the_body_is) {
  const struct {
    const char *method, *data, *sent;
  } cases[] = {
      {"POST", "data", "Content-Length: 4\r\n\r\ndata"},
      {"POST", "", "Content-Length: 0\r\n\r\n"},
      {"PUT", "", "Content-Length: 0\r\n\r\n"},
      {"PATCH", "", "Content-Length: 0\r\n\r\n"},
      {"GET", "", "\r\n"},
      {"DELETE", "", "\r\n"},
      {"DELETE", "x", "Content-Length: 1\r\n\r\nx"},
  };
  for (const auto& c : cases) {
    server.replies = {{response(200, "")}};
    EXPECT_EQ(ask({c.method, "http://a/", {}, bytes_of(c.data)}), "200 [] ok;");
    EXPECT_EQ(server.requests.back(),
              std::string(c.method) + " / HTTP/1.1\r\nHost: a\r\n" + c.sent);
  }
}

TEST_F(ClientUploadTest, sends_a_body_of_any_size_from_where_it_lies) {
  for (std::size_t window : {200u, 1024u, 8192u}) {
    const std::string data = pattern(100'000);
    net.wire.window_bytes = window;
    server.replies = {{response(200, "taken")}};
    EXPECT_EQ(ask({"POST", "http://a/", {}, bytes_of(data)}), "200 [taken] ok;");
    EXPECT_EQ(server.requests.back().substr(server.requests.back().find("\r\n\r\n") + 4), data);
  }
}

TEST_F(ClientUploadTest, pulls_a_body_of_any_size) {
  for (std::size_t size : {0u, 1u, 400u, 20'000u}) {
    for (std::size_t each : {1u, 15u, 16u, 17u, 1000u}) {
      for (std::size_t window : {200u, 8192u}) {
        if (each == 1 && size > 1000) continue;
        Source source(pattern(size));
        source.each = each;
        net.wire.window_bytes = window;
        server.replies = {{response(200, "a")}, {response(200, "b")}};
        EXPECT_EQ(ask(source.request()), "200 [a] ok;");
        EXPECT_EQ(unchunked(server.requests.back()), source.whole);
        source.at = 0;
        Request known = source.request();
        known.more_bytes = size;
        EXPECT_EQ(ask(known), "200 [b] ok;");
        EXPECT_EQ(server.requests.back(),
                  "PUT / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + std::to_string(size) +
                      "\r\n\r\n" + source.whole);
      }
    }
  }
  EXPECT_EQ(server.accepted, 1u);
}

TEST_F(ClientUploadTest, asks_for_no_byte_more_than_was_said) {
  Source source(pattern(100));
  Request request = source.request();
  request.more_bytes = 60;
  server.replies = {{response(200, "x")}};
  EXPECT_EQ(ask(request), "200 [x] ok;");
  EXPECT_EQ(source.at, 60u);
}

TEST_F(ClientUploadTest, fails_when_the_body_is_shorter_than_was_said) {
  Source source(pattern(60));
  Request request = source.request();
  request.more_bytes = 61;
  EXPECT_EQ(ask(request), "[] bad argument;");
  EXPECT_EQ(outcome.layer, Layer::application);
  EXPECT_TRUE(tcp.is_idle());
}

TEST_F(ClientUploadTest, waits_for_the_application_without_a_deadline) {
  Source source("abc");
  source.stalled = true;
  EXPECT_EQ(ask(source.request()), "");
  net.pass(1000_s);
  EXPECT_EQ(source.pulls, 1);
  EXPECT_EQ(heard(), "");
  source.stalled = false;
  server.replies = {{response(200, "x")}};
  client.send_more();
  EXPECT_EQ(source.pulls, 1) << "not from send_more()";
  net.settle();
  EXPECT_EQ(heard(), "200 [x] ok;");
  EXPECT_EQ(unchunked(server.requests.back()), "abc");
  client.send_more();
  net.settle();
  EXPECT_EQ(heard(), "");
}

TEST_F(ClientUploadTest, does_not_wait_for_ever_for_a_server_that_does_not_read) {
  const std::string data = pattern(100'000);
  ASSERT_EQ(client.send({"POST", "http://a.example/", {}, bytes_of(data)}), Status::ok);
  net.settle();
  server.stop_reading();
  net.pass(29_s);
  EXPECT_EQ(done, 0);
  net.pass(61_s);
  EXPECT_EQ(heard(), "[] timed out;");
}

TEST_F(ClientUploadTest, stops_when_the_server_wants_no_more) {
  const std::string data = pattern(100'000);
  for (bool pulls : {false, true}) {
    for (int code : {307, 401, 413, 500}) {
      SCOPED_TRACE(code);
      Bench bench;
      Source source(data);
      Request request = source.request("POST");
      if (!pulls) {
        request.more = {};
        request.body = bytes_of(data);
      }
      bench.net.wire.delay_least = bench.net.wire.delay_most = 1_ms;
      bench.server.replies = {{response(code, "no"), Then::stay_silent, true}};
      ASSERT_EQ(bench.client.send(request), Status::ok);
      bench.net.pass(10_ms);
      EXPECT_EQ(bench.heard(), std::to_string(code) + " [no] ok;");
      if (pulls) {
        EXPECT_LT(source.at, 50'000u);
      }
      EXPECT_FALSE(bench.tcp.is_open()) << "a request without its end is the last one";
      bench.server.replies = {{response(200, "next")}};
      ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
      bench.net.pass(10_ms);
      EXPECT_EQ(bench.heard(), "200 [next] ok;");
    }
  }
}

TEST_F(ClientUploadTest, delivers_an_early_end_of_an_upload_however_slow_it_is) {
  const std::string data = pattern(100'000);
  net.wire.delay_least = net.wire.delay_most = 50_ms;
  net.wire.window_bytes = 2048;
  server.replies = {{response(413, "too much"), Then::close, true, {0}, 7, 10_ms}};
  ASSERT_EQ(client.send({"POST", "http://a.example/", {}, bytes_of(data)}), Status::ok);
  net.pass(20_s);
  EXPECT_EQ(heard(), "413 [too much] ok;");
  EXPECT_EQ(done, 1);
}

TEST_F(ClientUploadTest, streams_both_ways_at_once) {
  // A server that answers 200 at once and goes on reading: both bodies are under way together.
  Source source(pattern(5000));
  source.each = 100;
  source.stalled = true;
  ASSERT_EQ(client.send(source.request()), Status::ok);
  net.settle();
  server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n");
  net.settle();
  EXPECT_EQ(heard(), "200");
  EXPECT_EQ(body, "yes");
  source.stalled = false;
  client.send_more();
  net.settle();
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_EQ(unchunked(server.requests[0]), source.whole);
  server.send("0\r\n\r\n");
  net.settle();
  EXPECT_EQ(heard(), "[yes] ok;");
  EXPECT_TRUE(tcp.is_open());
}

TEST_F(ClientUploadTest, closes_when_the_answer_is_over_first) {
  Source source("abc");
  source.stalled = true;
  ASSERT_EQ(client.send(source.request()), Status::ok);
  net.settle();
  server.send(response(200, "done"));
  net.settle();
  EXPECT_EQ(heard(), "200 [done] ok;");
  EXPECT_FALSE(tcp.is_open());
  client.send_more();
  net.pass(10_s);
  EXPECT_EQ(source.pulls, 1);
}

}  // namespace
}  // namespace mote::http
