// SPDX-License-Identifier: MIT
// Whom a server lets in: the opening handshake, origins, and what the application decides.
#include "ws/server_bench.hpp"

namespace mote::ws {
namespace {

using namespace std::literals;
using test::masked;
using test::opening;
using test::RawSocket;

struct WsServerHandshake : test::ServerBench {
  /// The status of the answer to a request; who is let in finds a session that works.
  std::string status_of(const std::string& request) {
    RawSocket client(net, request);
    const std::string status = client.head.substr(9, 3);
    if (status == "101") {
      client.send(masked(0x81, "in"));
      EXPECT_EQ(heard(), "open text[in] ");
    } else {
      EXPECT_EQ(heard(), "");
    }
    client.tcp.abort();
    EXPECT_EQ(heard(), status == "101" ? "closed[connection reset 1006] " : "");
    EXPECT_EQ(connections(), 0u);
    return status;
  }
};

const std::string get = "GET /chat HTTP/1.1\r\nHost: board\r\n";
const std::string upgrade = "Upgrade: websocket\r\n";
const std::string connection = "Connection: Upgrade\r\n";
const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string version = "Sec-WebSocket-Version: 13\r\n";

TEST_F(WsServerHandshake, takes_what_section_4_2_1_asks_for_and_nothing_less) {
  const struct {
    const char* rule;
    std::string request;
    const char* status;
  } cases[] = {
      {"4.2.1 as it should be", get + upgrade + connection + key + version, "101"},
      {"4.2.1 in another order", get + version + key + connection + upgrade, "101"},
      {"4.2.1 words in any case",
       get + "uPgrade: WEBsocket\r\nCONNECTION: upGRADE\r\n" + key + version,
       "101"},
      {"4.2.1 Connection is a list",
       get + upgrade + "Connection: keep-alive, Upgrade\r\n" + key + version,
       "101"},
      {"4.2.1 Connection in two fields",
       get + upgrade + "Connection: keep-alive\r\n" + connection + key + version,
       "101"},
      {"4.2.1 Upgrade is a list",
       get + "Upgrade: h2c , websocket\r\n" + connection + key + version,
       "101"},
      {"4.2.1 spaces around a value",
       get + "Upgrade: \t websocket \r\n" + connection +
           "Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ==\t\r\n" + version,
       "101"},
      {"9.1 extensions are offered, none is taken",
       get + upgrade + connection + key + version +
           "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
       "101"},
      {"4.2.1 no Upgrade", get + connection + key + version, "426"},
      {"4.2.1 an upgrade to something else",
       get + "Upgrade: h2c\r\n" + connection + key + version,
       "426"},
      {"4.2.1 a longer word", get + "Upgrade: websockets\r\n" + connection + key + version, "426"},
      {"4.2.1 no Connection", get + upgrade + key + version, "400"},
      {"4.2.1 another Connection",
       get + upgrade + "Connection: keep-alive\r\n" + key + version,
       "400"},
      {"4.2.1 a longer word in it",
       get + upgrade + "Connection: Upgraded\r\n" + key + version,
       "400"},
      {"4.2.1 no key", get + upgrade + connection + version, "400"},
      {"4.2.1 an empty key",
       get + upgrade + connection + "Sec-WebSocket-Key: \r\n" + version,
       "400"},
      {"11.3.1 two keys", get + upgrade + connection + key + key + version, "400"},
      {"4.2.1 a key of 15 bytes",
       get + upgrade + connection + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n" + version,
       "400"},
      {"4.2.1 a key of 17 bytes",
       get + upgrade + connection + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=\r\n" + version,
       "400"},
      {"4.2.1 a key of 18 bytes",
       get + upgrade + connection + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTEy\r\n" + version,
       "400"},
      {"4.2.1 a key that is no base64",
       get + upgrade + connection + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!!==\r\n" + version,
       "400"},
      {"4.2.1 no version", get + upgrade + connection + key, "400"},
      {"4.4 version 8", get + upgrade + connection + key + "Sec-WebSocket-Version: 8\r\n", "426"},
      {"4.4 a list of versions",
       get + upgrade + connection + key + "Sec-WebSocket-Version: 13, 8\r\n",
       "426"},
      {"4.4 version 013",
       get + upgrade + connection + key + "Sec-WebSocket-Version: 013\r\n",
       "426"},
      {"11.3.5 two versions", get + upgrade + connection + key + version + version, "400"},
      {"4.1 a list of subprotocols",
       get + upgrade + connection + key + version + "Sec-WebSocket-Protocol: a,b, c\r\n",
       "101"},
      {"4.1 subprotocols: commas only",
       get + upgrade + connection + key + version + "Sec-WebSocket-Protocol: ,, ,\r\n",
       "400"},
      {"4.1 subprotocols: nothing",
       get + upgrade + connection + key + version + "Sec-WebSocket-Protocol:\r\n",
       "400"},
      {"4.1 subprotocols: no token",
       get + upgrade + connection + key + version + "Sec-WebSocket-Protocol: a b\r\n",
       "400"},
      {"4.2.1 POST",
       "POST /chat HTTP/1.1\r\nHost: board\r\nContent-Length: 0\r\n" + upgrade + connection + key +
           version,
       "405"},
      {"4.2.1 HEAD", "HEAD" + get.substr(3) + upgrade + connection + key + version, "400"},
      {"4.2.1 HTTP/1.0",
       "GET /chat HTTP/1.0\r\nHost: board\r\n" + upgrade + connection + key + version,
       "400"},
      {"4.2.1 no Host", "GET /chat HTTP/1.1\r\n" + upgrade + connection + key + version, "400"},
      {"RFC 9112 two Hosts", get + "Host: board\r\n" + upgrade + connection + key + version, "400"},
      {"RFC 9112 5.2 a folded line",
       get + "Upgrade:\r\n websocket\r\n" + connection + key + version,
       "400"},
      {"a list longer than a block",
       get + upgrade + connection + key + version +
           "Sec-WebSocket-Protocol: " + std::string(2000, 'p') + "\r\n",
       "431"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(status_of(c.request + "\r\n"), c.status);
  }
}

TEST_F(WsServerHandshake, says_which_version_it_speaks) {
  RawSocket client(net, get + upgrade + connection + key + "Sec-WebSocket-Version: 14\r\n\r\n");
  EXPECT_NE(client.head.find("\r\nSec-WebSocket-Version: 13\r\n"), std::string::npos);
  EXPECT_NE(client.head.find("\r\nUpgrade: websocket\r\n"), std::string::npos);
}

TEST_F(WsServerHandshake, reads_a_body_that_should_not_be_there_as_a_body) {
  RawSocket client(net,
                   get + upgrade + connection + key + version +
                       "Content-Length: 7\r\n\r\n\x81\x81" + "body!" + masked(0x81, "hi"));
  EXPECT_EQ(heard(), "open text[hi] ");
  RawSocket other(net,
                  get + upgrade + connection + key + version +
                      "Transfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n" +
                      masked(0x81, "hi"));
  EXPECT_EQ(heard(), "open text[hi] ");
}

TEST_F(WsServerHandshake, comes_after_other_requests_of_the_same_connection) {
  RawSocket client(net, get + "\r\n" + get + "\r\n" + opening() + masked(0x81, "hi"));
  EXPECT_EQ(client.head.substr(9, 3), "426");
  EXPECT_NE(client.heard().find("HTTP/1.1 101"), std::string::npos);
  EXPECT_EQ(heard(), "open text[hi] ");
}

TEST_F(WsServerHandshake, chooses_a_subprotocol_that_was_offered_or_none) {
  static constexpr Options options{"mote.v1,chat"};
  server->use(options);
  const struct {
    const char* offered;
    const char* chosen;
  } cases[] = {
      {"chat", "chat"},
      {"chat, mote.v1", "mote.v1"},
      {"Chat", ""},
      {"chat2,mote.v", ""},
      {"x\r\nSec-WebSocket-Protocol: chat", "chat"},
      {"chat\r\nSec-WebSocket-Protocol: mote.v1", "mote.v1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.offered);
    RawSocket client(net, opening("Sec-WebSocket-Protocol: " + std::string(c.offered) + "\r\n"));
    ASSERT_NE(last, nullptr);
    EXPECT_EQ(last->subprotocol(), c.chosen);
    const auto line = "Sec-WebSocket-Protocol: " + std::string(c.chosen) + "\r\n";
    EXPECT_EQ(client.head.find(line) != std::string::npos, *c.chosen != 0);
    client.tcp.abort();
    net.settle();
  }
}

TEST_F(WsServerHandshake, lets_only_pages_of_its_own_host_in_unless_told_otherwise) {
  const struct {
    const char* rule;
    const char* host;
    const char* origin;
    bool own, listed;  // without a list, and with one of https://shop.example
  } cases[] = {
      {"10.2 no page at all", "board", nullptr, true, true},
      {"10.2 its own", "board", "http://board", true, true},
      {"RFC 6454 in any case", "Board", "HTTP://bOARD", true, true},
      {"RFC 6454 with its port", "board:8080", "http://board:8080", true, true},
      {"RFC 6454 another port", "board:8080", "http://board", false, false},
      {"RFC 6454 another port of the page", "board", "http://board:8080", false, false},
      {"behind a proxy that speaks TLS", "board", "https://board", true, true},
      {"an address of IPv6", "[::1]:80", "http://[::1]:80", true, true},
      {"RFC 6454 7.3 null", "board", "null", false, false},
      {"null as a host", "null", "null", false, false},
      {"an empty one", "board", "", false, false},
      {"another scheme", "board", "file://board", false, false},
      {"an extension of a browser", "board", "moz-extension://board", false, false},
      {"no scheme", "board", "board", false, false},
      {"10.2 another host", "board", "http://evil.example", false, false},
      {"the own host in front", "board", "http://board.evil.example", false, false},
      {"the own host behind", "board", "http://evil.board", false, false},
      {"the own host as a user", "board", "http://board@evil.example", false, false},
      {"the own host and a path", "board", "http://board/", false, false},
      {"two origins", "board", "http://board http://evil.example", false, false},
      {"in the list", "board", "https://shop.example", false, true},
      {"in the list with another scheme", "board", "http://shop.example", false, false},
      {"nothing and nothing", "", "http://", false, false},
  };
  static constexpr std::string_view shop[] = {"https://shop.example"};
  static constexpr std::string_view all[] = {"*"};
  static constexpr Options none{}, listed{{}, {}, shop}, open{{}, {}, all};
  for (const auto& c : cases)
    for (const Options* options : {&none, &listed, &open}) {
      SCOPED_TRACE(c.rule + (options == &none ? ""s : options == &listed ? ", list"s : ", *"s));
      server->use(*options);
      const std::string origin = c.origin ? "Origin: " + std::string(c.origin) + "\r\n" : "";
      const bool lets = options == &open || (options == &none ? c.own : c.listed);
      EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + std::string(c.host) + "\r\n" + upgrade +
                          connection + key + version + origin + "\r\n"),
                lets ? "101" : "403");
    }
}

TEST_F(WsServerHandshake, a_second_origin_does_not_help) {
  EXPECT_EQ(status_of(opening("Origin: http://board\r\nOrigin: http://evil.example\r\n")), "403");
  EXPECT_EQ(status_of(opening("Origin: http://evil.example\r\nOrigin: http://board\r\n")), "403");
}

TEST_F(WsServerHandshake, adds_fields_of_its_own_to_the_answer) {
  static constexpr http::Field fields[] = {{"Set-Cookie", "a=b"}, {"X-Board", "7"}};
  static constexpr Options options{{}, fields};
  server->use(options);
  RawSocket client(net);
  EXPECT_NE(client.head.find("Set-Cookie: a=b\r\nX-Board: 7\r\n"), std::string::npos);
}

TEST_F(WsServerHandshake, answers_500_when_its_own_fields_cannot_be_sent) {
  static constexpr http::Field fields[] = {{"X-Board", "7\r\nX-More: 8"}};
  static constexpr Options options{{}, fields};
  server->use(options);
  EXPECT_EQ(status_of(opening()), "500");
}

TEST_F(WsServerHandshake, asks_the_application_after_all_else_is_right) {
  static int asked;
  asked = 0;
  server->accepts = [](const http::Received& request, http::Responder&) {
    ++asked;
    EXPECT_EQ(request.path, "/chat");
    EXPECT_EQ(request.query, "token=1");
    EXPECT_EQ(request.field("Cookie"), "a=b");
    EXPECT_EQ(request.field("Authorization"), "Bearer x");
    return asked != 1;
  };
  const std::string fields = "Cookie: a=b\r\nAuthorization: Bearer x\r\n";
  const std::string request = "GET /chat?token=1" + opening(fields).substr(9);
  EXPECT_EQ(status_of(request), "403");
  EXPECT_EQ(status_of(request), "101");
  EXPECT_EQ(status_of(opening("Origin: http://evil.example\r\n")), "403");
  EXPECT_EQ(asked, 2);
}

TEST_F(WsServerHandshake, lets_the_application_answer_by_itself) {
  for (const bool says_yes : {false, true}) {
    static bool answer;
    answer = says_yes;
    server->accepts = [](const http::Received&, http::Responder& responder) {
      (void)http::Reply(responder, 401).field("WWW-Authenticate", "Bearer").send();
      return answer;
    };
    RawSocket client(net);
    EXPECT_EQ(client.head.substr(9, 3), "401");
    EXPECT_EQ(heard(), "");
    EXPECT_EQ(client.ask(get + "\r\n").substr(9, 3), "426") << "the connection goes on as HTTP";
  }
}

TEST_F(WsServerHandshake, lets_the_application_answer_later) {
  static http::Ticket ticket;
  server->accepts = [](const http::Received&, http::Responder& responder) {
    ticket = responder.ticket();
    return false;
  };
  RawSocket client(net);
  EXPECT_EQ(client.head, "");
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer(503), Status::ok);
  EXPECT_EQ(client.heard().substr(9, 3), "503");
}

TEST_F(WsServerHandshake, may_lose_its_server_while_it_asks) {
  static std::unique_ptr<SizedServer<4>>* victim;
  victim = &server;
  for (const bool says_yes : {false, true}) {
    restart();
    static bool answer;
    answer = says_yes;
    server->accepts = [](const http::Received&, http::Responder&) {
      victim->reset();
      return answer;
    };
    RawSocket client(net);
    EXPECT_EQ(client.head, "");
    EXPECT_EQ(heard(), "");
    EXPECT_TRUE(client.closed);
  }
}

TEST_F(WsServerHandshake, may_lose_its_client_while_it_asks) {
  server->accepts = [](const http::Received&, http::Responder& responder) {
    responder.abort(false);
    return true;
  };
  RawSocket client(net);
  EXPECT_EQ(client.head, "");
  EXPECT_EQ(heard(), "");
  EXPECT_EQ(connections(), 0u);
}

}  // namespace
}  // namespace mote::ws
