// SPDX-License-Identifier: MIT
// Sends back what it receives over TLS, and says what becomes of its connections. Words of the
// command line (variables of the environment on Linux):
//   to=HOST:PORT    asks there
//   serve=PORT      instead: is asked, with the development authority's certificate
//   requires=yes    and demands one of who asks
// Each piece that arrives, which is a record, goes back as one, if the longest is not too short.
#include <port/tls.hpp>

#include "identity.hpp"
#include "program_roots.hpp"
#include "steered.hpp"

using namespace mote;
using steered::Line;

namespace {

port::SizedNet<4, MOTE_TLS_OUT_BYTES> net;

void say_end(std::string_view what, Failure why) {
  const auto native = static_cast<std::size_t>(why.native < 0 ? -why.native : why.native);
  Line{what} << to_string(why.status) << "by" << to_string(why.layer) << native;
}

class Echo : public io::TransportEvents {
 public:
  void begin(io::Transport& connection) { connection_ = &connection; }
  bool is_free() const { return !connection_; }

  void on_connected() override { port::print("connected"); }
  std::size_t on_received(ByteSpan bytes) override {
    const std::size_t used = std::min(bytes.size(), connection_->room(io::Urgency::data));
    if (used != 0 && connection_->send(bytes.first(used), {}, io::Urgency::data) != Status::ok)
      return 0;
    if (used != bytes.size()) connection_->await_room(1);
    return used;
  }
  void on_writable() override { connection_->resume(); }
  void on_ended() override {
    port::print("ended");
    connection_->close();
  }
  void on_closed(Failure why) override {
    say_end("closed", why);
    connection_ = nullptr;
    if (steered::has("to")) net.stop();
  }

 private:
  io::Transport* connection_ = nullptr;
};

/// Those that are served.
class Echoes : public io::Acceptor {
 public:
  io::TransportEvents* on_accepted(io::Transport& connection) override {
    for (Echo& place : places_) {
      if (!place.is_free()) continue;
      place.begin(connection);
      port::print("accepted");
      return &place;
    }
    return nullptr;
  }

 private:
  Echo places_[4];
};

int ask() {
  static port::Stream stream{net};
  static Echo echo;
  std::string_view host = port::setting("to", "").text();
  std::uint16_t port = 0;
  for (std::size_t at = host.size(); at-- != 0;) {
    if (host[at] != ':') continue;
    for (const char digit : text_from(host, at + 1))
      port = static_cast<std::uint16_t>(port * 10 + (digit - '0'));
    host = text_first(host, at);
    break;
  }
  echo.begin(stream);
  const Status begun = stream.connect({host, port, io::Security::tls}, echo);
  if (begun != Status::ok) Line("connect:") << to_string(begun);
  if (begun == Status::ok) net.run();
  return 0;
}

int serve() {
  static port::Identity identity{identity::certificates, identity::key};
  static port::TlsListener<4> door{net, identity};
  static Echoes echoes;
  static port::Trust trust{program_roots::certificates};
  if (steered::has("requires")) identity.require(trust);
  door.on_refused = [](Failure why) { say_end("refused", why); };
  const Status begun = door.listen(static_cast<std::uint16_t>(steered::number("serve")), echoes);
  if (begun != Status::ok) return Line("listen:") << to_string(begun), 1;
  net.on_network = [](bool up) { port::print(up ? "network is up" : "network is down"); };
  port::print("serving");
  net.run();
  return 0;
}

}  // namespace

int main() { return steered::has("to") ? ask() : serve(); }
