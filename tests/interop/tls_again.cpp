// SPDX-License-Identifier: MIT
// Connects ten times by TLS, by https or wss as the URL says, and resumes what can be; says of each
// connection whether it was resumed, and on the board what it cost in instructions. Nothing here is
// about resuming: port::Stream does it by itself.
#include <port/port.hpp>
#include <port/tls.hpp>

#include "mbedtls/tls_arena.hpp"
#include "mote/base/byte_writer.hpp"
#include "mote/http/client.hpp"
#include "mote/ws/client.hpp"
#ifdef __arm__
#include "mps2/instructions.hpp"
#endif

using namespace mote;

namespace {

constexpr int connections = 10;
[[maybe_unused]] constexpr std::uint32_t idle_most =
    64;  // of 32 instructions each, under -icount shift=5

port::SizedNet<4, 1024> net;
port::Stream stream{net};
ws::Client feed{net, stream};
http::SizedClient<512, 512> client{net, stream};

Lasting url;
int connected = 0;
int resumed = 0;
bool over = false;
std::uint32_t work = 0;     // of polls that did something, since the last connection
std::uint32_t longest = 0;  // of them

void say(std::string_view what, std::uint64_t number) {
  std::uint8_t memory[64];
  ByteWriter line{memory};
  line.put(what);
  line.number(number);
  port::print(line.text());
}

void count() {
  ++connected;
  resumed += stream.resumed();
  port::print(stream.version());
  port::print(stream.resumed() ? "resumed" : "full");
  say("arena ", mbedtls::arena_use().bytes_most);
  mbedtls::forget_bytes_most();
}

void finish() {
  say("connections ", static_cast<std::uint32_t>(connected));
  say("resumed ", static_cast<std::uint32_t>(resumed));
  say("session bytes ", port::sessions.bytes_most());
  say("allocations refused ", mbedtls::arena_use().refused);
  over = true;
}

void say_work() {
  say("work ", work);
  say("longest ", longest);
  work = longest = 0;
}

}  // namespace

int main() {
  url = port::setting("url", "wss://10.0.2.2:8443/");
  feed.on_open = [] { count(); };
  feed.on_lost = [](const ws::Close&) {
    say_work();
    if (connected == connections) (void)feed.close();
  };
  feed.on_retry = [](Failure why, Duration) {
    if (why.status != Status::closed) port::print(to_string(why.status));
  };
  feed.on_closed = [](const ws::Close&) { finish(); };
  client.on_head = [](std::uint16_t) { count(); };
  client.on_done = [](Failure how) {
    if (how.status != Status::ok) port::print(to_string(how.status));
    say_work();
    if (connected == connections || how.status != Status::ok) return finish();
    (void)client.get(url.text());
  };
  const Status status =
      url.text()[0] == 'h' ? client.get(url.text()) : feed.stay_open(url, {{50}, {100}});
  if (status != Status::ok) return 1;
  net.poll();  // The network's start sets the counter back.
  while (!over) {
#ifdef __arm__
    // Without waiting, so that only work is counted: a poll with nothing to do takes little.
    const std::uint32_t before = mps2::instructions_now();
    net.poll();
    const std::uint32_t cost = mps2::instructions_now() - before;
    if (cost < idle_most) continue;
    work += cost;
    if (cost > longest) longest = cost;
#else
    net.poll({1000});
#endif
  }
}
