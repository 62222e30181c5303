// SPDX-License-Identifier: MIT
// A device that speaks wss with one server, verified, as small as it can be; it prints what TLS
// took: "tls NAME VALUE" a line. Instructions are counted under `-icount shift=5`.
#include <algorithm>
#include <port/port.hpp>

#include "mbedtls/arena.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mote/base/byte_writer.hpp"
#include "mote/ws/client.hpp"
#include "mps2/board.hpp"
#include "mps2/instructions.hpp"

using namespace mote;

namespace {

void say(std::string_view what, std::uint64_t number) {
  std::uint8_t memory[64];
  ByteWriter line{memory};
  line.put("tls ");
  line.put(what);
  line.put(" ");
  line.number(number);
  port::print(line.text());
}

/// The board's loop; it counts what is done between two sleeps.
class Measured final : public mps2::Net {
 public:
  Measured() : Net({memory_, sizeof memory_}, sizeof memory_ / 3) {}

  /// The first random bytes after its buffers are there go into a client's hello.
  void random(ByteSpan out) override {
    const std::size_t bytes = mbedtls::arena_use().bytes;
    if (setup == 0 && bytes > MOTE_TLS_IN_BYTES) setup = bytes;
    Net::random(out);
  }

  /// One turn; with `counts` its instructions are part of a handshake.
  void turn(bool counts) {
    const std::uint64_t before = mps2::instructions_at_32_ns();
    const Duration wait = poll();
    const std::uint64_t taken = mps2::instructions_at_32_ns() - before;
    if (counts || setup_seen_ != setup) {
      handshake += taken;
      longest = std::max(longest, taken);
      setup_seen_ = setup;
    }
    mps2::sleep_at_most(wait);
  }

  std::size_t setup = 0;
  std::uint64_t handshake = 0;
  std::uint64_t longest = 0;

 private:
  std::size_t setup_seen_ = 0;
  // One block for what arrives, one for what is sent, one to compose.
  alignas(8) std::uint8_t memory_[3 * 512];
};

Measured net;
port::Stream stream{net};
ws::Client client{net, stream};
bool closed = false;
std::size_t peak = 0;

}  // namespace

int main() {
  client.on_open = [] { (void)client.send_text("hello from the board"); };
  client.on_text = [](std::string_view) {
    say("steady", mbedtls::arena_use().bytes);
    (void)client.close();
  };
  client.on_closed = [](const ws::Close& how) {
    port::print(to_string(how.failure.status));
    closed = true;
  };
  (void)client.open(port::setting("url", "wss://10.0.2.2:8443/"));
  while (!closed) {
    const bool shakes_hands = net.setup != 0 && peak == 0;
    net.turn(shakes_hands);
    if (peak == 0 && !stream.version().empty()) peak = mbedtls::arena_use().bytes_most;
  }
  for (int i = 0; i < 3; ++i) net.turn(false);
  say("setup", net.setup);
  say("peak", peak);
  say("left", mbedtls::arena_use().bytes);
  say("refused", mbedtls::arena_use().refused);
  say("stack", mps2::stack_used_most());
  say("pool", net.counters().pool_most);
  say("instructions", net.handshake);
  say("longest", net.longest);
  mps2::exit(0);
}
