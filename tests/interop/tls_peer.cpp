// SPDX-License-Identifier: MIT
// A client and a server over TLS, for peers by others:
//   tls_peer get ROOT.der URL                      prints the code and the body, or what went wrong
//   tls_peer ws ROOT.der URL                       says hello, prints what comes back
//   tls_peer serve PORT KEY.der CERTIFICATE.der…   a page at /, an echo at /echo
// SHOWN=KEY.der,CERTIFICATE.der,… has a client show a certificate; ASKED=ROOT.der has a server ask
// for one.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <list>
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

// What Mbed TLS reads where it lies.
std::list<std::vector<std::uint8_t>> files;
std::list<std::vector<ByteView>> chains;
std::list<mbedtls::Identity> identities;
std::list<mbedtls::Trust> trusts;

ByteView kept(const char* name) { return view(files.emplace_back(bytes_in(name))); }

mbedtls::Identity& identity_of(const std::vector<std::string>& names) {
  auto& chain = chains.emplace_back();
  for (std::size_t at = 1; at < names.size(); ++at) chain.push_back(kept(names[at].c_str()));
  return identities.emplace_back(Span<const ByteView>{chain.data(), chain.size()},
                                 kept(names[0].c_str()));
}

mbedtls::Trust& trust_of(const char* name) {
  auto& roots = chains.emplace_back();
  roots.push_back(kept(name));
  return trusts.emplace_back(Span<const ByteView>{roots.data(), 1});
}

std::vector<std::string> cut(const char* text) {
  std::vector<std::string> words(1);
  for (; *text; ++text) {
    if (*text == ',') {
      words.emplace_back();
    } else {
      words.back() += *text;
    }
  }
  return words;
}

int serve(int count, char** words) {
  mbedtls::Identity& identity = identity_of({words + 1, words + count});
  if (const char* const asked = std::getenv("ASKED")) identity.require(trust_of(asked));
  static port::Listener<8> below{net};
  static mbedtls::SizedTlsListener<8> door{net, below, identity};
  door.on_refused = [](Failure why) {
    std::printf("refused: %s\n", std::string(to_string(why.status)).c_str());
    std::fflush(stdout);
  };
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
  mbedtls::Trust& trust = trust_of(words[2]);
  if (const char* const shown = std::getenv("SHOWN")) trust.show(identity_of(cut(shown)));
  static port::Tcp tcp{net};
  static mbedtls::Tls tls{net, tcp, trust};
  return std::strcmp(words[1], "ws") == 0 ? open(tls, words[3]) : get(tls, words[3]);
}
