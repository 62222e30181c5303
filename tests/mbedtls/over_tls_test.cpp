// SPDX-License-Identifier: MIT
// What stands on a transport stands on this one, unchanged.
#include "mbedtls/tls_bench.hpp"
#include "mote/http/client.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"
#include "mote/ws/client.hpp"
#include "mote/ws/server.hpp"

namespace mote::mbedtls {
namespace {

TEST(OverTls, a_page_and_a_websocket_come_by_https_and_wss) {
  Bench bench;
  bench.listener.stop();
  ws::Server echo;
  echo.on_text = [](ws::Session& from, std::string_view text) { (void)from.send_text(text); };
  http::CallbackHandler page{[](const http::Received&, http::Responder& responder) {
    (void)responder.answer(200, "text/plain", "hello by https");
  }};
  const http::Route routes[] = {{"GET", "/", page}, {"GET", "/echo", echo}};
  http::SizedServer<2> server{bench.net, bench.listener, routes};
  ASSERT_EQ(server.listen(443), Status::ok);

  http::SizedClient<256, 512> client{bench.net, bench.client};
  static std::string body;
  static Status done;
  static std::string text;
  body.clear();
  done = Status::busy;
  client.on_body = [](ByteView part) { body += text_of(part); };
  client.on_done = [](Failure how) { done = how.status; };
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(client.get("https://server/"), Status::ok);
    bench.net.settle();
    EXPECT_EQ(to_string(done), "ok");
  }
  EXPECT_EQ(body, "hello by httpshello by httpshello by https");
  EXPECT_EQ(bench.net.count.accepted, 1u);  // one connection, kept

  sim::Tcp tcp{bench.net};
  Tls tls{bench.net, tcp, bench.trust};
  ws::Client socket{bench.net, tls};
  static ws::Client* opened;
  opened = &socket;
  socket.on_open = [] { (void)opened->send_text("hello by wss"); };
  socket.on_text = [](std::string_view what) { text = what; };
  ASSERT_EQ(socket.open("wss://server/echo"), Status::ok);
  bench.net.settle();
  EXPECT_EQ(text, "hello by wss");
  (void)socket.close();
  bench.net.pass({5000});
  EXPECT_TRUE(tls.is_idle());
}

TEST(OverTls, a_handler_knows_the_client_by_its_certificate) {
  Bench bench;
  bench.listener.stop();
  Trust believed{bench.roots};
  bench.identity.require(believed);
  const std::vector<std::uint8_t> own = der("client"), key = der("client.key");
  const ByteView chain[] = {view(own), view(bench.middle)};
  Identity shown{chain, view(key)};
  bench.trust.show(shown);
  http::CallbackHandler door{[](const http::Received&, http::Responder& responder) {
    const auto& tls = static_cast<Tls&>(responder.transport());
    const ByteView certificate = tls.peer_certificate();
    (void)responder.answer(200, "application/pkix-cert", text_of(certificate));
  }};
  const http::Route routes[] = {{"GET", "/", door}};
  http::SizedServer<2> server{bench.net, bench.listener, routes};
  ASSERT_EQ(server.listen(443), Status::ok);

  http::SizedClient<256, 2048> client{bench.net, bench.client};
  static std::string body;
  body.clear();
  client.on_body = [](ByteView part) { body += text_of(part); };
  ASSERT_EQ(client.get("https://server/"), Status::ok);
  bench.net.settle();
  EXPECT_EQ(body, std::string(own.begin(), own.end()));
}

}  // namespace
}  // namespace mote::mbedtls
