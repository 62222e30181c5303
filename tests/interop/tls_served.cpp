// SPDX-License-Identifier: MIT
// Everything that Mote serves, by TLS, for clients by others. Words of the command line:
//   serve=PORT      where
// GET / is a page, GET /bytes/N so many bytes of the pattern, POST /upload says whether that is
// what came; /echo is a WebSocket, /readings an event stream, /number is held until /more is asked,
// /hooks takes webhooks.
#include <port/tls.hpp>

#include "identity.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"
#include "mote/polling/held_requests.hpp"
#include "mote/sse/stream.hpp"
#include "mote/webhook/receiver.hpp"
#include "mote/ws/server.hpp"
#include "steered.hpp"

using namespace mote;
using steered::Line;

namespace {

constexpr std::string_view secrets[] = {"whsec_c2VjcmV0IGZvciBkZW1v"};

port::SizedNet<4, 2048> net;
port::Identity own{identity::certificates, identity::key};
port::Tickets tickets;
port::TlsListener<4> door{net, own};

/// One at a time.
class Upload : public http::Handler {
 public:
  bool on_head(const http::Received&, http::Responder&) override {
    came_ = {};
    return true;
  }
  std::size_t on_body(http::Responder&, ByteView part) override {
    came_.take(part);
    return part.size();
  }
  void on_request(const http::Received&, http::Responder& responder) override {
    std::uint8_t bytes[32];
    ByteWriter out{bytes};
    out.number(came_.size()).put(' ').put(came_.verdict());
    (void)responder.answer(200, "text/plain", out.text());
  }

 private:
  steered::Checked came_;
};

steered::Source source;
Upload upload;
http::CallbackHandler page{[](const http::Received&, http::Responder& responder) {
  (void)responder.answer(200, "text/plain", "hello by https\n");
}};
http::CallbackHandler bytes{[](const http::Received& request, http::Responder& responder) {
  std::size_t size = 0;
  for (const char digit : request.parameter("n"))
    size = size * 10 + static_cast<std::size_t>(digit - '0');
  source.begin(size);
  (void)responder.stream(
      200, "text/plain", [](ByteSpan room) { return source.fill(room); }, size);
}};
ws::Server echo;
sse::Streams readings;
polling::HeldRequests waiting;
http::CallbackHandler more{[](const http::Received&, http::Responder& responder) {
  waiting.release();
  (void)responder.answer(204);
}};
webhook::SizedReceiver<4096> hooks{webhook::Scheme::standard, secrets};
const http::Route routes[] = {{"GET", "/", page},
                              {"GET", "/bytes/{n}", bytes},
                              {"POST", "/upload", upload},
                              {"GET", "/echo", echo},
                              {"GET", "/readings", readings},
                              {"GET", "/number", waiting},
                              {"POST", "/more", more},
                              {"POST", "/hooks", hooks}};
http::SizedServer<4> server{net, door, routes};

void measure();
io::Timer timer{net, measure};

void measure() {
  static std::uint32_t count = 0;
  std::uint8_t id[10];
  const std::string_view number = ByteWriter{id}.number(++count).text();
  (void)readings.broadcast({"reading", number, number});
  timer.start({100});
}

}  // namespace

int main() {
  door.on_refused = [](Failure why) { Line("refused:") << to_string(why.status); };
  echo.on_text = [](ws::Session& from, std::string_view text) { (void)from.send_text(text); };
  waiting.on_asked = [](const http::Received&, http::Responder&) { return true; };
  waiting.on_released = [](http::Responder& responder) {
    (void)responder.answer(200, "text/plain", "released");
  };
  hooks.on_delivery = [](const webhook::Arrival& arrival) {
    Line("hook") << text_of(arrival.body);
    return true;
  };
  timer.start({100});
  own.issue(tickets);
  const Status status = server.listen(static_cast<std::uint16_t>(steered::number("serve")));
  if (status != Status::ok) return Line("listen:") << to_string(status), 1;
  net.on_network = [](bool up) { port::print(up ? "network is up" : "network is down"); };
  port::print("serving");
  net.run();
}
