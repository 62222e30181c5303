// SPDX-License-Identifier: MIT
#include "mote/ws/server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "http/server_bench.hpp"
#include "mote/ws/client.hpp"

namespace mote::ws {
namespace {

using http::RawClient;

/// A chat server with four places, and what it saw.
struct WsServer : ::testing::Test {
  WsServer() {
    server.on_open = [this](Session& session) {
      said += "open ";
      last = &session;
    };
    server.on_text = [this](Session& session, std::string_view text) {
      said += "text[" + std::string(text) + "] ";
      if (echoes) (void)session.send_text(text);
    };
    server.on_binary = [this](Session&, ByteView bytes) {
      said += "binary[" + std::to_string(bytes.size()) + "] ";
    };
    server.on_closed = [this](Session&, const Close& how) {
      said += "closed[" + std::to_string(how.code) + " " + std::string(how.reason) + "] ";
      last = nullptr;
    };
    EXPECT_EQ(server.listen(80), Status::ok);
  }

  std::string heard() {
    net.settle();
    std::string text = said;
    said.clear();
    return text;
  }

  sim::SizedNet<6, 1024> net;
  std::array<sim::Tcp, 5> places{
      sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  SizedServer<4> server{net, door};
  bool echoes = true;
  std::string said;
  Session* last = nullptr;
};

std::string opening(const std::string& fields = {}) {
  return "GET /chat HTTP/1.1\r\nHost: board\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         fields + "\r\n";
}

/// A frame as a client sends it, masked with zeros.
std::string masked(int first_byte, const std::string& payload) {
  std::string frame{static_cast<char>(first_byte)};
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xFF);
  }
  return frame + std::string(4, '\0') + payload;
}

/// One of our own clients, and what it was told.
struct Guest {
  explicit Guest(sim::Net& net) : tcp(net), client(net, tcp) {
    client.on_text = [this](std::string_view text) { said += "[" + std::string(text) + "] "; };
    client.on_closed = [this](const Close& how) { said += "closed " + std::to_string(how.code); };
    EXPECT_EQ(client.open("ws://board/chat"), Status::ok);
    net.settle();
    EXPECT_TRUE(client.is_open());
  }
  std::string said;
  sim::Tcp tcp;
  Client client;
};

TEST_F(WsServer, opens_with_the_answer_of_rfc_6455_section_1_3) {
  RawClient client(net);
  EXPECT_EQ(client.ask(opening()),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  EXPECT_EQ(heard(), "open ");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServer, echoes_to_a_client) {
  Guest guest(net);
  EXPECT_EQ(guest.client.send_text("hello"), Status::ok);
  net.settle();
  EXPECT_EQ(guest.said, "[hello] ");
  EXPECT_EQ(guest.client.close(1000, "bye"), Status::ok);
  net.pass({100});
  EXPECT_EQ(said, "open text[hello] closed[1000 bye] ");
  EXPECT_EQ(server.http().connections(), 0u);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServer, reads_frames_that_come_with_the_request_however_they_are_cut) {
  const std::string all = opening() + masked(0x81, "hel") + masked(0x89, "ping") +
                          masked(0x01, "a") + masked(0x80, "b") + masked(0x88, "\x03\xE8");
  for (std::size_t cut = 0; cut < all.size(); ++cut) {
    RawClient client(net);
    if (cut > 0) client.send(all.substr(0, cut));
    net.settle();
    client.send(all.substr(cut));
    EXPECT_EQ(heard(), "open text[hel] text[ab] closed[1000 ] ") << cut;
    const std::string answer = client.heard();
    EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4),
              std::string("\x81\x03hel\x8A\x04ping\x81\x02"
                          "ab\x88\x02\x03\xE8"))
        << cut;
    net.pass({3000});
  }
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WsServer, refuses_what_is_no_handshake) {
  struct Row {
    const char* what;
    std::string request;
    const char* status;
  };
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string up = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const std::string get = "GET /x HTTP/1.1\r\nHost: board\r\n";
  const Row rows[] = {
      {"RFC 9110 §15.5.22: an ordinary request", get, "426"},
      {"RFC 6455 §4.2.1: no key", get + up + "Sec-WebSocket-Version: 13\r\n", "400"},
      {"§4.2.1: no version", get + up + key, "400"},
      {"§4.4: another version", get + up + key + "Sec-WebSocket-Version: 8\r\n", "426"},
      {"§4.2.1: HTTP/1.0",
       "GET /x HTTP/1.0\r\nHost: board\r\n" + up + key + "Sec-WebSocket-Version: 13\r\n",
       "400"},
      {"§10.2: a page of another site",
       get + up + key + "Sec-WebSocket-Version: 13\r\nOrigin: http://evil.example\r\n",
       "403"},
  };
  for (const Row& row : rows) {
    RawClient client(net);
    EXPECT_EQ(client.ask(row.request + "\r\n").substr(9, 3), row.status) << row.what;
    net.pass({3000});
  }
  EXPECT_EQ(said, "");
}

TEST_F(WsServer, lets_pages_of_its_own_host_in) {
  RawClient client(net);
  EXPECT_EQ(client.ask(opening("Origin: http://BOARD\r\n")).substr(9, 3), "101");
}

TEST_F(WsServer, agrees_on_the_subprotocol_that_it_wants_most) {
  constexpr Options options{"mote.v1,chat"};
  server.use(options);
  RawClient client(net);
  const std::string answer = client.ask(opening("Sec-WebSocket-Protocol: chat, mote.v1\r\n"));
  EXPECT_NE(answer.find("Sec-WebSocket-Protocol: mote.v1\r\n"), std::string::npos);
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(last->subprotocol(), "mote.v1");
}

TEST_F(WsServer, broadcasts_to_all_but_one) {
  Guest one(net), two(net), three(net);
  EXPECT_EQ(server.broadcast("news", last), 2u);
  EXPECT_EQ(server.sessions(), 3u);
  net.settle();
  EXPECT_EQ(one.said + two.said + three.said, "[news] [news] ");
}

TEST_F(WsServer, a_client_that_reads_nothing_misses_or_is_closed) {
  Guest reader(net);
  RawClient dead(net);
  (void)dead.ask(opening());
  dead.stop_reading();
  const std::string message(250, 'm');
  std::size_t took = 0;
  for (int i = 0; i < 100; ++i) {
    took += server.broadcast(message);
    net.settle();
  }
  EXPECT_GT(took, 100u);
  EXPECT_LT(took, 150u);
  EXPECT_EQ(net.blocks().used(), 0);
  server.slow_client = SlowClient::is_closed;
  EXPECT_EQ(server.broadcast(message), 1u);
  net.pass({10'000});
  EXPECT_EQ(server.sessions(), 1u);
}

TEST_F(WsServer, notices_a_dead_client) {
  Guest guest(net);
  guest.tcp.vanish();
  net.pass({40'500});
  EXPECT_EQ(heard(), "open closed[1006 ] ");
  EXPECT_EQ(server.http().connections(), 0u);
}

TEST_F(WsServer, says_1001_when_it_shuts_down) {
  Guest guest(net);
  bool done = false;
  static bool* told;
  told = &done;
  server.http().on_shut_down = [] { *told = true; };
  server.shut_down();
  net.pass({200});
  EXPECT_TRUE(done);
  EXPECT_EQ(guest.said, "closed 1001");
}

TEST_F(WsServer, may_be_closed_in_every_callback) {
  for (const char* where : {"open", "text", "binary", "closed"}) {
    for (const bool hard : {false, true}) {
      said.clear();
      const std::string at = where;
      static std::string wanted;
      static bool aborts;
      wanted = at;
      aborts = hard;
      static const auto act = [](Session& session, const char* here) {
        if (wanted != here) return;
        if (aborts) {
          session.abort(true);
        } else {
          (void)session.close();
        }
      };
      server.on_open = [](Session& session) { act(session, "open"); };
      server.on_text = [](Session& session, std::string_view) { act(session, "text"); };
      server.on_binary = [](Session& session, ByteView) { act(session, "binary"); };
      server.on_closed = [](Session& session, const Close&) {
        if (!aborts) act(session, "closed");
      };
      RawClient client(net);
      client.send(opening() + masked(0x81, "x") + masked(0x82, "y") + masked(0x01, "f") +
                  masked(0x80, "g"));
      net.pass({10'000});
      client.tcp.abort();
      net.pass({3'000});
      EXPECT_EQ(server.http().connections(), 0u) << where << hard;
      EXPECT_EQ(net.blocks().used(), 0) << where << hard;
    }
  }
}

}  // namespace
}  // namespace mote::ws
