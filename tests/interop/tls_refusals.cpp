// SPDX-License-Identifier: MIT
// A client that asks one server after the other, and says of each what it thinks of what was shown.
// Words of the command line (variables of the environment on Linux):
//   at=HOST          where all of them are, whatever their names
//   ports=PORT,…     one for each row of shown.txt
//   pin=SHA-256      expects this key, in hexadecimal digits
//   roots=none       and believes nobody otherwise
#include <mbedtls/build_info.h>

#include <port/tls.hpp>

#include "mbedtls/tls_arena.hpp"
#include "mote/encoding/hex.hpp"
#include "program_roots.hpp"
#include "steered.hpp"
#include "support/led_to.hpp"

using namespace mote;
using steered::Line;

namespace {

constexpr std::string_view hosts[] = {
#include "shown_hosts.inc"
};

port::SizedNet<4, 1024> net;
port::Tcp tcp{net};
support::LedTo led{tcp, port::setting("at", "127.0.0.1").text()};
port::Trust trust{program_roots::certificates};
mbedtls::Tls tls{net, led, trust};
std::string_view ports;
std::size_t row = 0;
Status found = Status::ok;  // in the chain of this row, from the root on

std::uint16_t next_port() {
  std::uint16_t port = 0;
  while (!ports.empty() && ports.front() != ',') {
    port = static_cast<std::uint16_t>(port * 10 + (ports.front() - '0'));
    ports.remove_prefix(1);
  }
  if (!ports.empty()) ports.remove_prefix(1);
  return port;
}

void ask_next();
io::Timer rest{net, ask_next};

void say(Status status) {
  Line("row") << row << to_string(status);
  Line("found") << row << to_string(found);
  found = Status::ok;
  ++row;
  rest.start({0});  // Not from within the events of what is to begin anew.
}

class Asker : public io::TransportEvents {
 public:
  void on_connected() override {
    tls.abort();
    say(Status::ok);
  }
  std::size_t on_received(ByteSpan bytes) override { return bytes.size(); }
  void on_writable() override {}
  void on_ended() override {}
  void on_closed(Failure why) override { say(why.status); }
};
Asker asker;

void ask_next() {
  const std::uint16_t port = next_port();
  if (port == 0 || row == Span(hosts).size()) {
    Line("arena refused") << mbedtls::arena_use().refused;
    port::print("no more");
    return net.stop();
  }
  const Status begun = tls.connect({hosts[row], port, io::Security::tls}, asker);
  if (begun != Status::ok) say(begun);
}

void set_pin() {
  if (port::setting("roots", "").text() == "none") trust.use({});
  static crypto::Sha256 pins[1];
  ByteWriter out{pins[0]};
  const std::string_view digits = port::setting("pin", "").text();
  if (encoding::decode_hex(digits, out) == Status::ok && !digits.empty()) trust.pin(pins);
}

}  // namespace

int main() {
#if defined(MBEDTLS_ECP_DP_SECP384R1_ENABLED)
  port::print("has p384");
#endif
#if defined(MBEDTLS_RSA_C)
  port::print("has rsa");
#endif
  ports = port::setting("ports", "").text();
  trust.on_certificate = [](const mbedtls::ShownCertificate& shown) {
    if (found == Status::ok) found = shown.found;
    return shown.found;
  };
  set_pin();
  ask_next();
  net.run();
}
