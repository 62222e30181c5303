// SPDX-License-Identifier: MIT
// A WebSocket by wss, verified; prints what it costs.
#include <port/port.hpp>

#include "mbedtls/arena.hpp"
#include "mbedtls/tls.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mote/base/byte_writer.hpp"
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

void say(std::string_view what, std::uint32_t number) {
  std::uint8_t memory[64];
  ByteWriter line{memory};
  line.put(what);
  line.number(number);
  port::print(line.text());
}

}  // namespace

int main() {
  client.on_open = [] {
    port::print(tls.version());
    say("arena bytes at most ", mbedtls::arena_use().bytes_most);
    say("arena bytes ", mbedtls::arena_bytes);
    say("arena pieces ", mbedtls::arena_use().pieces);
    (void)client.send_text("hello from the board");
  };
  client.on_text = [](std::string_view text) {
    port::print(text);
    say("stack ", static_cast<std::uint32_t>(mps2::stack_used_most()));
    (void)client.close();
  };
  client.on_closed = [](const ws::Close& how) {
    port::print(to_string(how.failure.status));
    say("allocations refused ", mbedtls::arena_use().refused);
    mps2::exit(0);
  };
  (void)client.open(port::setting("url", "wss://10.0.2.2:8443/"));
  net.run();
}
