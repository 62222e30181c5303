// SPDX-License-Identifier: MIT
// What a Client says and does in ordinary exchanges: framing, keeping, credentials, bodies.
#include "mote/http/client.hpp"

#include <optional>

#include "http/client_bench.hpp"
#include "support/cut.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::response;
using test::Then;

class ClientTest : public testing::Test, protected Bench {};

TEST_F(ClientTest, gets_a_page) {
  server.replies = {{response(200, "hello", "Content-Type: text/plain\r\n")}};
  EXPECT_EQ(get("http://example.org/a?b#c"), "200 [hello] ok;");
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_EQ(server.requests[0], "GET /a?b HTTP/1.1\r\nHost: example.org\r\n\r\n");
  EXPECT_EQ(fields, "Content-Type: text/plain\nContent-Length: 5\n");
  EXPECT_EQ(outcome.native, 200);
  EXPECT_EQ(outcome.layer, Layer::http);
  EXPECT_EQ(client.code(), 200);
  EXPECT_FALSE(client.is_busy());
}

TEST_F(ClientTest, says_nothing_before_the_loop_is_polled) {
  server.replies = {{response(200, "1")}, {response(200, "2")}};
  EXPECT_EQ(client.get("http://example.org/"), Status::ok);
  EXPECT_TRUE(client.is_busy());
  EXPECT_EQ(client.get("http://example.org/"), Status::busy);
  EXPECT_EQ(heard(), "");
  net.settle();
  EXPECT_EQ(heard(), "200 [1] ok;");
  EXPECT_EQ(client.get("http://example.org/"), Status::ok);
  EXPECT_EQ(heard(), "");
  EXPECT_EQ(server.requests.size(), 1u);
  net.settle();
  EXPECT_EQ(heard(), "200 [2] ok;");
}

TEST_F(ClientTest, connects_to_what_the_url_says) {
  const struct {
    const char *url, *connected, *field;
    std::uint16_t port;
    bool tls;
  } cases[] = {
      {"http://a.example", "a.example", "a.example", 80, false},
      {"HTTP://a.example:81/", "a.example", "a.example:81", 81, false},
      {"https://a.example/", "a.example", "a.example", 443, true},
      {"https://a.example:444?x", "a.example", "a.example:444", 444, true},
      {"http://[::1]:81/", "::1", "[::1]:81", 81, false},
      {"http://127.0.0.1/", "127.0.0.1", "127.0.0.1", 80, false},
  };
  net.offers_tls = true;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    client.cancel();
    net.settle();
    std::optional<test::ScriptedServer> other;
    test::ScriptedServer& at = c.port == 80 ? server : other.emplace(net, c.port);
    at.replies = {{response(200, "x")}};
    EXPECT_EQ(get(c.url), "200 [x] ok;");
    EXPECT_EQ(tcp.host(), c.connected);
    EXPECT_EQ(tcp.tls(), c.tls);
    ASSERT_FALSE(at.requests.empty());
    EXPECT_NE(at.requests.back().find("\r\nHost: " + std::string(c.field) + "\r\n"),
              std::string::npos);
  }
}

TEST_F(ClientTest, returns_the_callers_mistakes_at_once) {
  const Field injected[] = {{"X", "a\r\nEvil: 1"}};
  const Field nameless[] = {{"", "a"}};
  const Field host[] = {{"host", "b.example"}};
  const Field length[] = {{"Content-length", "3"}};
  const Field coding[] = {{"transfer-encoding", "chunked"}};
  const std::string long_text(600, 'x');
  const Field longer[] = {{"X", long_text}};
  const Field user[] = {basic("a:b", "c")};
  const Field token[] = {bearer("a b")};
  const std::string long_url = "http://a.example/" + long_text;
  const std::string long_host = "http://" + std::string(254, 'a') + "/";
  const struct {
    const char* rule;
    Request request;
    Status status;
  } cases[] = {
      {"not absolute", {"GET", "/path"}, Status::bad_url},
      {"another scheme", {"GET", "ftp://a.example/"}, Status::bad_url},
      {"a scheme of other clients", {"GET", "ws://a.example/"}, Status::bad_url},
      {"no host", {"GET", "http:///x"}, Status::bad_url},
      {"a line end in the URL", {"GET", "http://a.example/\r\nX: y"}, Status::bad_url},
      {"a host longer than names are", {"GET", long_host}, Status::bad_url},
      {"TLS over a transport without", {"GET", "https://a.example/"}, Status::insecure},
      {"a method that is no token", {"GET /", "http://a.example/"}, Status::bad_argument},
      {"an empty method", {"", "http://a.example/"}, Status::bad_argument},
      {"RFC 9110 5.5 a line end in a value",
       {"GET", "http://a.example/", injected},
       Status::bad_argument},
      {"a field without a name", {"GET", "http://a.example/", nameless}, Status::bad_argument},
      {"a second Host", {"GET", "http://a.example/", host}, Status::bad_argument},
      {"framing is ours", {"GET", "http://a.example/", length}, Status::bad_argument},
      {"framing is ours", {"GET", "http://a.example/", coding}, Status::bad_argument},
      {"RFC 7617 2 a colon in the user", {"GET", "http://a.example/", user}, Status::bad_argument},
      {"RFC 6750 2.1 a space in the token",
       {"GET", "http://a.example/", token},
       Status::bad_argument},
      {"a field longer than tx", {"GET", "http://a.example/", longer}, Status::too_large},
      {"a target longer than tx", {"GET", long_url}, Status::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(client.send(c.request), c.status);
    EXPECT_FALSE(client.is_busy());
    net.settle();
    EXPECT_EQ(heard(), "");
  }
  EXPECT_EQ(server.accepted, 0u);
  server.replies = {{response(200, "")}};
  EXPECT_EQ(get("http://a.example/"), "200 [] ok;") << "none of this broke the client";
}

TEST_F(ClientTest, sends_fields_and_credentials) {
  const struct {
    const char* url;
    Field field;
    const char* sent;
  } cases[] = {
      {"http://a/", {"Accept", "text/plain"}, "Accept: text/plain\r\n"},
      {"http://a/", {"X-Empty", ""}, "X-Empty: \r\n"},
      {"http://a/", secret("X-Api-Key", "k"), "X-Api-Key: k\r\n"},
      {"http://a/",
       basic("Aladdin", "open sesame"),
       "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"},
      {"http://a/", bearer("mF_9.B5f-4.1JqM"), "Authorization: Bearer mF_9.B5f-4.1JqM\r\n"},
      {"http://Aladdin:open%20sesame@a/",
       {"X", "y"},
       "X: y\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"},
      {"http://user@a/", {"X", "y"}, "X: y\r\nAuthorization: Basic dXNlcjo=\r\n"},
      {"http://u:p@a/", bearer("t"), "Authorization: Bearer t\r\n"},
      {"http://u:p@a/", {"authorization", "Own x"}, "authorization: Own x\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.sent);
    server.replies = {{response(204, "")}};
    EXPECT_EQ(ask({"GET", c.url, {&c.field, 1}}), "204 [] ok;");
    EXPECT_EQ(server.requests.back(),
              "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(c.sent) + "\r\n");
  }
}

TEST_F(ClientTest, reads_every_framing_however_it_is_cut) {
  const struct {
    const char* rule;
    const char* method;
    std::string bytes;
    bool closes;  // the server ends the connection behind it
    const char* heard;
    bool kept;
  } cases[] = {
      {"RFC 9112 6.3 a length", "GET", response(200, "hello"), false, "200 [hello] ok;", true},
      {"RFC 9112 6.3 no bytes", "GET", response(200, ""), false, "200 [] ok;", true},
      {"RFC 9112 7.1 chunks", "GET", chunked(200, "hello"), false, "200 [hello] ok;", true},
      {"RFC 9112 7.1 an extension and a trailer",
       "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\nT: u\r\n\r\n",
       false,
       "200 [abc] ok;",
       true},
      {"RFC 9112 6.3 until the end",
       "GET",
       "HTTP/1.1 200 OK\r\n\r\nabc",
       true,
       "200 [abc] ok;",
       false},
      {"RFC 9112 9.3 the server closes",
       "GET",
       response(200, "abc", "Connection: close\r\n"),
       false,
       "200 [abc] ok;",
       false},
      {"RFC 9112 9.3 HTTP/1.0",
       "GET",
       "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
       false,
       "200 [a] ok;",
       false},
      {"RFC 9112 9.3 HTTP/1.0 that keeps",
       "GET",
       "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
       false,
       "200 [a] ok;",
       true},
      {"RFC 9110 9.3.2 HEAD has no body",
       "HEAD",
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
       false,
       "200 [] ok;",
       true},
      {"RFC 9110 15.3.5 204 has no body",
       "GET",
       "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n",
       false,
       "204 [] ok;",
       true},
      {"RFC 9110 15.4.5 304 has no body",
       "GET",
       "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n",
       false,
       "304 [] ok;",
       true},
      {"RFC 9110 15.2 interim responses are passed over",
       "GET",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + response(200, "a"),
       false,
       "200 [a] ok;",
       true},
      {"RFC 9110 15.2.2 101 without asking",
       "GET",
       "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
       false,
       "[] protocol error;",
       false},
      {"more than a response", "GET", response(200, "a") + "HTTP/1.1", false, "200 [a] ok;", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    for (const test::Pieces& pieces : test::every_cut(c.bytes)) {
      Bench bench;
      ASSERT_EQ(bench.client.send({c.method, "http://a.example/"}), Status::ok);
      bench.net.settle();
      for (const std::string& piece : pieces) {
        bench.server.send(piece);
        bench.net.settle();
      }
      if (c.closes) bench.server.close();
      bench.net.settle();
      ASSERT_EQ(bench.heard(), c.heard) << pieces.size() << " pieces, first " << pieces[0].size();
      ASSERT_EQ(bench.tcp.is_open(), c.kept) << pieces.size() << " pieces";
      ASSERT_EQ(bench.done, 1);
    }
  }
}

TEST_F(ClientTest, names_what_is_wrong_with_a_response_however_it_is_cut) {
  const std::string line(256, 'x');
  const struct {
    const char* rule;
    std::string bytes;
    const char* heard;
  } cases[] = {
      {"no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", "[] protocol error;"},
      {"RFC 9112 2.2 a bare CR", "HTTP/1.1 200 O\rK\r\n\r\n", "[] protocol error;"},
      {"RFC 9112 6.3 two lengths",
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
       "[] protocol error;"},
      {"RFC 9112 6.1 a length and chunks",
       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "[] protocol error;"},
      {"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "[] protocol error;"},
      {"RFC 9112 7.1 no size",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
       "200 [] protocol error;"},
      {"a line longer than rx", "HTTP/1.1 200 OK\r\nX: " + line + "\r\n\r\n", "[] too large;"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    for (const test::Pieces& pieces : test::every_cut(c.bytes)) {
      Bench bench;
      ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
      bench.net.settle();
      for (const std::string& piece : pieces) {
        if (bench.done == 0) bench.server.send(piece);
        bench.net.settle();
      }
      ASSERT_EQ(bench.heard(), c.heard) << pieces.size() << " pieces, first " << pieces[0].size();
      ASSERT_TRUE(bench.tcp.is_idle());
      ASSERT_EQ(bench.done, 1);
    }
  }
}

TEST_F(ClientTest, says_truncated_wherever_the_server_stops) {
  for (const std::string& bytes : {response(200, "hello", "A: b\r\n"), chunked(200, "hello")}) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      Bench bench;
      bench.server.replies = {{bytes.substr(0, at), Then::close}};
      const std::string heard = bench.get("http://a.example/");
      ASSERT_EQ(heard.substr(heard.find("] ") + 2),
                std::string(to_string(at == 0 ? Status::closed : Status::truncated)) + ";")
          << at;
      ASSERT_EQ(bench.done, 1);
      ASSERT_EQ(bench.server.requests.size(), 1u) << "a new connection is not tried again";
      ASSERT_FALSE(bench.tcp.is_open());
    }
  }
}

TEST_F(ClientTest, tells_a_reset_wherever_it_comes) {
  const std::string bytes = response(200, "hello", "A: b\r\n");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bench bench;
    ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
    bench.net.settle();
    bench.server.send(bytes.substr(0, at));
    bench.net.settle();
    bench.server.reset();
    bench.net.settle();
    ASSERT_EQ(bench.outcome.status, Status::reset) << at;
    ASSERT_EQ(bench.done, 1);
  }
}

TEST_F(ClientTest, hands_out_a_body_as_it_arrives) {
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.settle();
  server.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  net.settle();
  EXPECT_EQ(said, "200 ");
  for (int i = 0; i < 100; ++i) {
    server.send("1\r\nx\r\n");
    net.settle();
    ASSERT_EQ(body.size(), i + 1u);
  }
}

TEST_F(ClientTest, limits_the_body) {
  const struct {
    std::string bytes;
    const char* heard;
  } cases[] = {
      {response(200, "1234"), "200 [1234] ok;"},
      {response(200, "12345"), "[] too large;"},
      {chunked(200, "1234"), "200 [1234] ok;"},
      {chunked(200, "12345"), "200 [1234] too large;"},
  };
  client.limits.body_bytes_max = 4;
  for (const auto& c : cases) {
    server.replies = {{c.bytes}};
    EXPECT_EQ(get("http://a.example/"), c.heard);
  }
}

TEST_F(ClientTest, keeps_texts_until_the_next_request) {
  server.replies = {{response(200, "abc", "ETag: \"x\"\r\n")}};
  struct Ears {
    Client& client;
    std::string_view etag{}, rest{};
  } ears{client};
  client.on_field = [&ears](const Field& field) {
    if (field.name == "ETag") ears.etag = ears.client.keep(field.value);
    ears.rest = ears.client.keep(std::string(500, 'x'));
  };
  EXPECT_EQ(get("http://a.example/"), "200 [abc] ok;");
  EXPECT_EQ(ears.etag, "\"x\"");
  EXPECT_TRUE(ears.rest.empty()) << "no room";
  EXPECT_EQ(client.spare().size(), 256u);
  server.replies = {{response(200, "1")}};
  EXPECT_EQ(get("http://a.example/"), "200 [1] ok;");
  EXPECT_EQ(server.accepted, 1u) << "the kept text did not push the host aside";
}

TEST_F(ClientTest, pauses_and_resumes) {
  const std::string whole(20'000, 'x');
  server.replies = {{response(200, whole)}};
  client.limits.idle = 1_s;
  struct Ears {
    Client& client;
    std::size_t bytes = 0;
  } ears{client};
  client.on_body = [&ears](ByteView part) {
    ears.bytes += part.size();
    ears.client.pause();
  };
  net.wire.piece_bytes_max = 1000;
  ASSERT_EQ(get("http://a.example/"), "200");
  for (int rounds = 0; done == 0; ++rounds) {
    ASSERT_LT(rounds, 100'000);
    const std::size_t before = ears.bytes;
    net.pass(10_s);
    ASSERT_EQ(ears.bytes, before) << "nothing comes, and no deadline, while it pauses";
    client.resume();
    net.settle();
  }
  EXPECT_EQ(heard(), "[] ok;");
  EXPECT_EQ(ears.bytes, whole.size());
}

}  // namespace
}  // namespace mote::http
