// SPDX-License-Identifier: MIT
// Where a Client goes when it is sent elsewhere, and what it takes along.
#include <gtest/gtest.h>

#include "http/client_bench.hpp"
#include "support/cut.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::response;
using test::Then;

class ClientRedirectTest : public testing::Test, protected Bench {
 protected:
  static std::string moved(int code, const std::string& to, const std::string& body = "gone") {
    return response(code, body, "Location: " + to + "\r\n");
  }
};

TEST_F(ClientRedirectTest, follows_on_the_same_connection) {
  server.replies = {{moved(302, "/new?x#frag")}, {moved(307, "../y", "")}, {response(200, "here")}};
  EXPECT_EQ(get("http://a.example/old"), "200 [here] ok;");
  EXPECT_EQ(fields, "Content-Length: 4\n") << "of the final response only";
  EXPECT_EQ(server.accepted, 1u);
  ASSERT_EQ(server.requests.size(), 3u);
  EXPECT_EQ(server.requests[1], "GET /new?x HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(server.requests[2], "GET /y HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

TEST_F(ClientRedirectTest, follows_however_the_responses_are_cut) {
  for (const std::string& first :
       {moved(302, "http://a.example/new"), chunked(301, "gone", "Location: /new\r\n")}) {
    for (const test::Pieces& pieces : test::every_cut(first)) {
      Bench bench;
      ASSERT_EQ(bench.client.get("http://a.example/old"), Status::ok);
      bench.net.settle();
      for (const std::string& piece : pieces) {
        bench.server.send(piece);
        bench.net.settle();
      }
      bench.server.send(response(200, "here"));
      bench.net.settle();
      ASSERT_EQ(bench.heard(), "200 [here] ok;");
      ASSERT_EQ(bench.server.requests.back(), "GET /new HTTP/1.1\r\nHost: a.example\r\n\r\n");
      ASSERT_EQ(bench.server.accepted, 1u);
    }
  }
}

TEST_F(ClientRedirectTest, takes_a_new_connection_when_the_old_one_is_no_use) {
  const struct {
    const char* rule;
    std::string bytes;
    Then then;
  } cases[] = {
      {"the server closes",
       response(302, "x", "Location: /b\r\nConnection: close\r\n"),
       Then::close},
      {"a body until the end", "HTTP/1.1 302 F\r\nLocation: /b\r\n\r\nbody", Then::stay_silent},
      {"a long body", moved(302, "/b", std::string(4097, 'x')), Then::keep},
      {"a long body in chunks",
       chunked(302, std::string(4097, 'x'), "Location: /b\r\n"),
       Then::keep},
      {"a body that does not end",
       "HTTP/1.1 302 F\r\nLocation: /b\r\nContent-Length: 9\r\n\r\nx",
       Then::close},
      {"a broken body",
       "HTTP/1.1 302 F\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
       Then::keep},
      {"bytes behind it", moved(302, "/b") + "what?", Then::keep},
      {"another origin", moved(302, "http://b.example/b"), Then::keep},
      {"another port", moved(302, "http://a.example:81/b"), Then::keep},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    Bench bench;
    test::ScriptedServer other(bench.net, 81);
    test::ScriptedServer& second = c.rule == std::string("another port") ? other : bench.server;
    bench.net.wire.window_bytes = 65536;
    bench.server.replies = {{c.bytes, c.then}};
    second.replies.push_back({response(200, "here")});
    EXPECT_EQ(bench.get("http://a.example/a"), "200 [here] ok;");
    EXPECT_EQ(second.requests.back().substr(0, 6), "GET /b");
    EXPECT_EQ(bench.server.accepted + other.accepted, 2u);
  }
}

TEST_F(ClientRedirectTest, goes_on_when_the_old_connection_is_reset) {
  ASSERT_EQ(client.get("http://a.example/a"), Status::ok);
  net.settle();
  server.send("HTTP/1.1 302 F\r\nLocation: /b\r\nContent-Length: 9\r\n\r\nx");
  net.settle();
  server.reset();
  server.replies = {{response(200, "here")}};
  net.settle();
  EXPECT_EQ(heard(), "200 [here] ok;");
}

TEST_F(ClientRedirectTest, waits_for_no_redirect_body_for_ever_also_while_it_pauses) {
  ASSERT_EQ(client.get("http://a.example/a"), Status::ok);
  client.pause();
  net.settle();
  server.send("HTTP/1.1 302 F\r\nLocation: /b\r\nContent-Length: 9\r\n\r\nx");
  net.pass(31_s);
  EXPECT_EQ(heard(), "[] timed out;");
}

TEST_F(ClientRedirectTest, changes_the_method_as_rfc_9110_says) {
  const struct {
    int code;
    const char *method, *then;
    bool body;
  } cases[] = {
      {301, "GET", "GET", false},
      {301, "POST", "GET", false},
      {302, "POST", "GET", false},
      {303, "POST", "GET", false},
      {303, "PUT", "GET", false},
      {303, "HEAD", "HEAD", false},
      {307, "POST", "POST", true},
      {308, "PUT", "PUT", true},
      {301, "PUT", "PUT", true},
      {302, "DELETE", "DELETE", false},
  };
  const Field type[] = {{"Content-Type", "text/plain"}, {"X", "y"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.code);
    Bench bench;
    const bool has_body = c.method[0] == 'P';
    const bool to_head = c.method[0] == 'H';
    bench.server.replies = {
        {to_head ? "HTTP/1.1 303 S\r\nLocation: /b\r\n\r\n" : moved(c.code, "/b")},
        {to_head ? "HTTP/1.1 200 OK\r\n\r\n" : response(200, "x")}};
    const std::string heard =
        bench.ask({c.method, "http://a/", type, has_body ? bytes_of("data") : ByteView{}});
    EXPECT_EQ(heard, to_head ? "200 [] ok;" : "200 [x] ok;");
    ASSERT_EQ(bench.server.requests.size(), 2u);
    std::string expected = std::string(c.then) + " /b HTTP/1.1\r\nHost: a\r\n";
    const bool changed = std::string(c.method) != c.then;
    if (!changed) expected += "Content-Type: text/plain\r\n";
    expected += "X: y\r\n";
    if (c.body) expected += "Content-Length: 4\r\n";
    expected += c.body ? "\r\ndata" : "\r\n";
    EXPECT_EQ(bench.server.requests[1], expected);
  }
}

TEST_F(ClientRedirectTest, shows_no_secret_to_another_origin_for_the_rest_of_the_chain) {
  const Field given[] = {{"Cookie", "c=1"},
                         {"authorization", "Own t"},
                         {"Proxy-Authorization", "p"},
                         secret("X-Api-Key", "k"),
                         {"X-Open", "o"},
                         bearer("token")};
  const char* const all =
      "Cookie: c=1\r\nauthorization: Own t\r\nProxy-Authorization: p\r\nX-Api-Key: k\r\n"
      "X-Open: o\r\nAuthorization: Bearer token\r\n\r\n";
  server.replies = {{moved(302, "/same")},
                    {moved(302, "http://b.example/")},
                    {moved(302, "http://a.example/back")},
                    {response(200, "")}};
  EXPECT_EQ(ask({"GET", "http://a.example/", given}), "200 [] ok;");
  ASSERT_EQ(server.requests.size(), 4u);
  EXPECT_EQ(server.requests[1], std::string("GET /same HTTP/1.1\r\nHost: a.example\r\n") + all);
  EXPECT_EQ(server.requests[2], "GET / HTTP/1.1\r\nHost: b.example\r\nX-Open: o\r\n\r\n");
  EXPECT_EQ(server.requests[3], "GET /back HTTP/1.1\r\nHost: a.example\r\nX-Open: o\r\n\r\n");
  server.replies = {{response(200, "")}};
  EXPECT_EQ(ask({"GET", "http://a.example/", given}), "200 [] ok;");
  EXPECT_EQ(server.requests[4], std::string("GET / HTTP/1.1\r\nHost: a.example\r\n") + all);
}

TEST_F(ClientRedirectTest, sends_the_user_of_its_own_url_only) {
  server.replies = {{moved(302, "http://evil:x@a.example/b")},
                    {moved(302, "http://evil:x@b.example/c")},
                    {response(200, "")}};
  EXPECT_EQ(get("http://u:p@a.example/"), "200 [] ok;");
  EXPECT_EQ(server.requests[1],
            "GET /b HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic dTpw\r\n\r\n");
  EXPECT_EQ(server.requests[2], "GET /c HTTP/1.1\r\nHost: b.example\r\n\r\n");
}

TEST_F(ClientRedirectTest, names_why_it_does_not_follow) {
  const std::string longer = "/" + std::string(230, 'x');
  const struct {
    const char *url, *location, *heard;
  } cases[] = {
      {"https://a.example/", "http://a.example/", "[] TLS needed, but this transport has none;"},
      {"http://a.example/", "javascript:alert(1)", "[] bad URL;"},
      {"http://a.example/", "file:///etc/passwd", "[] bad URL;"},
      {"http://a.example/", "ws://a.example/", "[] bad URL;"},
      {"http://a.example/", "http://", "[] bad URL;"},
      {"http://a.example/", "/a b", "[] bad URL;"},
      {"http://a.example/", "", "[] too many redirects;"},  // to itself, again and again
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.location);
    Bench bench;
    bench.net.offers_tls = true;
    test::ScriptedServer secure(bench.net, 443);
    const auto reply = [&c](const std::string&) { return test::Reply{moved(302, c.location)}; };
    bench.server.on_request = secure.on_request = reply;
    EXPECT_EQ(bench.get(c.url), c.heard);
    EXPECT_EQ(bench.outcome.native, 302);
    EXPECT_TRUE(bench.tcp.is_idle());
    EXPECT_EQ(bench.done, 1);
  }
}

TEST_F(ClientRedirectTest, refuses_a_target_that_tx_cannot_keep) {
  for (std::size_t size = 1; size < 255; ++size) {
    Bench bench;
    SizedClient<256, 300> small(bench.net, bench.tcp);
    bench.listen_to(small);
    bench.server.replies = {{moved(302, "/" + std::string(size, 'x'))}, {response(200, "here")}};
    ASSERT_EQ(small.get("http://a.example/"), Status::ok);
    bench.net.settle();
    const std::string heard = bench.heard();
    ASSERT_EQ(bench.done, 1);
    if (heard == "200 [here] ok;") {
      ASSERT_EQ(bench.server.requests.back().substr(0, size + 6),
                "GET /" + std::string(size, 'x') + " ");
    } else {
      ASSERT_EQ(heard, "[] too large;");
      ASSERT_GT(size, 90u);
    }
  }
}

TEST_F(ClientRedirectTest, counts_redirects_up_to_the_limit) {
  for (int count = 4; count <= 6; ++count) {
    Bench bench;
    for (int i = 0; i < count; ++i) bench.server.replies.push_back({moved(302, "/")});
    bench.server.replies.push_back({response(200, "here")});
    EXPECT_EQ(bench.get("http://a/"), count <= 5 ? "200 [here] ok;" : "[] too many redirects;");
  }
}

TEST_F(ClientRedirectTest, reports_a_redirect_when_told_to) {
  server.replies = {{moved(302, "/b")}};
  Request request{"POST", "http://a.example/"};
  request.redirects = Redirects::report;
  EXPECT_EQ(ask(request), "302 [gone] ok;");
  EXPECT_EQ(fields, "Location: /b\nContent-Length: 4\n");
  EXPECT_EQ(server.requests.size(), 1u);
}

TEST_F(ClientRedirectTest, delivers_what_is_no_redirect) {
  for (int code : {300, 304, 305, 306, 310}) {
    server.replies = {{"HTTP/1.1 " + std::to_string(code) + " X\r\nLocation: /b\r\n" +
                       (code == 304 ? "\r\n" : "Content-Length: 0\r\n\r\n")}};
    EXPECT_EQ(get("http://a.example/"), std::to_string(code) + " [] ok;");
  }
  server.replies = {{response(302, "no location")}};
  EXPECT_EQ(get("http://a.example/"), "302 [no location] ok;");
}

TEST_F(ClientRedirectTest, follows_with_a_pulled_body_only_when_it_can_begin_again) {
  struct Source {
    const char* data = "abc";
    int rewinds = 0;
  } source;
  Request request{"POST", "http://a.example/"};
  request.more = [&source](ByteSpan room) -> std::size_t {
    if (!*source.data || room.empty()) return 0;
    room[0] = static_cast<std::uint8_t>(*source.data++);
    return 1;
  };
  server.replies = {{moved(307, "/b")}, {moved(307, "/b")}, {response(200, "here")}};
  EXPECT_EQ(ask(request), "[] cannot be sent again;");
  source.data = "abc";
  request.rewind = [&source] {
    source.data = "abc";
    ++source.rewinds;
  };
  EXPECT_EQ(ask(request), "200 [here] ok;");
  EXPECT_EQ(source.rewinds, 1);
  EXPECT_EQ(server.requests.back(),
            "POST /b HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"
            "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace mote::http
