// SPDX-License-Identifier: MIT
// A WebSocket by wss on a board that has no clock of its own: it asks a server for the time.
#include <port/port.hpp>

#include "lwip/sntp.hpp"
#include "mbedtls/tls.hpp"
#include "mote/ws/client.hpp"
#include "mps2/board.hpp"

using namespace mote;

namespace {

constexpr std::uint8_t root[] = {
#include "root.inc"
};
constexpr ByteView roots[] = {root};

port::SizedNet<4, 1024> net;
port::Tcp tcp{net};
mbedtls::Trust trust{roots};
mbedtls::Tls tls{net, tcp, trust};
ws::Client client{net, tls};

std::uint16_t number_in(std::string_view digits) {
  std::uint16_t number = 0;
  for (const char digit : digits) number = static_cast<std::uint16_t>(number * 10 + digit - '0');
  return number;
}

}  // namespace

int main() {
  static lwip::Sntp sntp{net, "10.0.2.2", number_in(mps2::argument("time"))};
  client.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  client.on_open = [] {
    port::print("verified");
    (void)client.close();
  };
  client.on_closed = [](const ws::Close&) { mps2::exit(net.unix_seconds() != 0 ? 0 : 1); };
  (void)client.stay_open(port::setting("url", "wss://10.0.2.2:8443/"), {{500}, {1000}});
  net.run();
}
