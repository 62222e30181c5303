// SPDX-License-Identifier: MIT
// A client and a server over TLS, for peers by others:
//   tls_peer get ROOT.der URL                      prints the code and the body, or what went wrong
//   tls_peer ws ROOT.der URL                       says hello, prints what comes back
//   tls_peer serve PORT KEY.der CERTIFICATE.der…   a page at /, an echo at /echo
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <port/port.hpp>
#include <string>
#include <vector>

#include "mbedtls/arena.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_listener.hpp"
#include "mote/http/client.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"
#include "mote/ws/client.hpp"
#include "mote/ws/server.hpp"

using namespace mote;

namespace {

port::SizedNet<8, 4096> net;

std::vector<std::uint8_t> bytes_in(const char* name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

ByteView view(const std::vector<std::uint8_t>& bytes) { return {bytes.data(), bytes.size()}; }

void say(Failure why) {
  std::printf("failed: %s (%d)\n",
              std::string(to_string(why.status)).c_str(),
              static_cast<int>(why.native));
  net.stop();
}

std::size_t body_bytes = 0;
mbedtls::Tls* client_tls = nullptr;

int get(mbedtls::Tls& tls, const char* url) {
  static http::SizedClient<1024, 1024> client{net, tls};
  client_tls = &tls;
  client.on_head = [](std::uint16_t code) {
    std::printf("%u %s\n", code, std::string(client_tls->version()).c_str());
  };
  client.on_body = [](ByteView part) {
    body_bytes += part.size();
    if (body_bytes < 4096) std::fwrite(part.data(), 1, part.size(), stdout);
  };
  client.on_done = [](Failure how) {
    if (how.status != Status::ok) return say(how);
    const mbedtls::ArenaUse use = mbedtls::arena_use();
    std::printf(
        "\n%zu bytes; arena %zu at most, %zu pieces\n", body_bytes, use.bytes_most, use.pieces);
    net.stop();
  };
  const Status status = client.get(url);
  if (status != Status::ok) return say({status, Layer::application, 0}), 1;
  net.run();
  return 0;
}

int open(mbedtls::Tls& tls, const char* url) {
  static ws::SizedClient<4096> client{net, tls};
  client.on_open = [] { (void)client.send_text("hello"); };
  client.on_text = [](std::string_view text) {
    std::printf("%s\n", std::string(text).c_str());
    (void)client.close();
  };
  client.on_closed = [](const ws::Close& how) {
    std::printf("closed %u\n", how.code);
    if (how.failure.status != Status::closed) say(how.failure);
    net.stop();
  };
  const Status status = client.open(Lasting::of(url));
  if (status != Status::ok) return say({status, Layer::application, 0}), 1;
  net.run();
  return 0;
}

int serve(int count, char** words) {
  static std::vector<std::vector<std::uint8_t>> files;
  for (int at = 1; at < count; ++at) files.push_back(bytes_in(words[at]));
  static std::vector<ByteView> chain;
  for (std::size_t at = 1; at < files.size(); ++at) chain.push_back(view(files[at]));
  static mbedtls::Identity identity{{chain.data(), chain.size()}, view(files[0])};
  static port::Listener<8> below{net};
  static mbedtls::SizedTlsListener<8> door{net, below, identity};
  static ws::Server echo;
  echo.on_text = [](ws::Session& from, std::string_view text) { (void)from.send_text(text); };
  static http::CallbackHandler page{[](const http::Received&, http::Responder& responder) {
    (void)responder.answer(200, "text/plain", "hello by https\n");
  }};
  static const http::Route routes[] = {{"GET", "/", page}, {"GET", "/echo", echo}};
  static http::SizedServer<8> server{net, door, routes};
  const Status status = server.listen(static_cast<std::uint16_t>(std::atoi(words[0])));
  if (status != Status::ok) return say({status, Layer::application, 0}), 1;
  std::printf("serving\n");
  std::fflush(stdout);
  net.run();
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count >= 5 && std::strcmp(words[1], "serve") == 0) return serve(count - 2, words + 2);
  if (count != 4) return 2;
  static const std::vector<std::uint8_t> root = bytes_in(words[2]);
  static const ByteView roots[] = {view(root)};
  static mbedtls::Trust trust{roots};
  static port::Tcp tcp{net};
  static mbedtls::Tls tls{net, tcp, trust};
  return std::strcmp(words[1], "ws") == 0 ? open(tls, words[3]) : get(tls, words[3]);
}
