// SPDX-License-Identifier: MIT
// A server against a client that says anything: what its handler hears and what it answers does not
// depend on how the bytes are cut, every block comes back, and the next client is served.
#include <array>
#include <cstdlib>
#include <string>

#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"
#include "sim/listener.hpp"
#include "sim/tcp.hpp"

namespace {

using namespace mote;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Client : io::TransportEvents {
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override {
    heard.append(bytes.begin(), bytes.end());
    return bytes.size();
  }
  void on_writable() override {}
  void on_ended() override { ended = true; }
  void on_closed(Failure) override { ended = true; }
  std::string heard;
  bool ended = false;
};

struct Noting : http::Handler {
  bool on_head(const http::Received&, http::Responder&) override { return in_parts; }
  std::size_t on_body(http::Responder&, ByteView part) override {
    said.append(part.begin(), part.end());
    return part.size();
  }
  void on_request(const http::Received& request, http::Responder& responder) override {
    require(!request.method.empty() && request.path.substr(0, 1) != "x");
    said += "<" + std::string(request.method) + " " + std::string(request.path) + "?" +
            std::string(request.query) + ">";
    http::Field field;
    for (std::size_t at = 0; request.next_field(at, field);)
      said += std::string(field.name) + "=" + std::string(field.value) + ";";
    said += std::string(text_of(request.body)) + std::string(request.query_value("a")) +
            std::string(request.parameter("*"));
    const Status status = responder.answer(200, {}, "0123456789");
    require(status == Status::ok || status == Status::would_block);
  }
  void on_gone(http::Responder&) override { said += "!"; }
  std::string said;
  bool in_parts = false;
};

struct Run {
  std::string said, heard;
};

Run run(ByteView bytes, std::uint8_t options, std::size_t piece) {
  sim::SizedNet<3, 512> net(options + 1u);
  net.wire.piece_bytes_max = piece;
  net.wire.window_bytes = 1 << 20;
  std::array<sim::Tcp, 2> places{{sim::Tcp{net}, sim::Tcp{net}}};
  sim::Listener listener(net, places);
  Noting handler;
  handler.in_parts = (options & 1) != 0;
  const http::Route routes[] = {{"POST", "/post", handler},
                                {"GET", "/a/{b}/*", handler},
                                {(options & 2) ? "" : "GET", "/*", handler}};
  http::SizedServer<2> server{net, listener, routes};
  require(server.listen(80) == Status::ok);
  Client client;
  sim::Tcp tcp{net};
  require(tcp.connect({"server", 80, io::Security::none}, client) == Status::ok);
  net.settle();
  require(tcp.send(bytes, {}, io::Urgency::data) == Status::ok);
  if (options & 4) tcp.half_close();
  net.settle();
  Run seen{handler.said, client.heard};
  net.pass({200'000});
  require(client.ended && net.blocks().used() == 0 && server.connections() == 0);
  tcp.abort();

  Client next;
  sim::Tcp again{net};
  require(again.connect({"server", 80, io::Security::none}, next) == Status::ok);
  net.settle();
  constexpr std::string_view plain = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  require(again.send(bytes_of(plain), {}, io::Urgency::data) == Status::ok);
  net.settle();
  require(next.heard.substr(0, 12) == "HTTP/1.1 200");
  return seen;
}

/// `text` without the answers that ask for a body: whether those are needed depends on the cut.
std::string without_100(std::string text) {
  const std::string please = "HTTP/1.1 100 Continue\r\n\r\n";
  for (std::size_t at; (at = text.find(please)) != std::string::npos;)
    text.erase(at, please.size());
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 60'000) return 0;
  const ByteView bytes{data + 2, size - 2};
  const Run whole = run(bytes, data[0], size);
  const Run cut = run(bytes, data[0], 1 + data[1] % 32u);
  require(whole.said == cut.said);
  require(without_100(whole.heard) == without_100(cut.heard));
  return 0;
}
