// SPDX-License-Identifier: MIT
// Prints an answer piece by piece as it arrives, however long it lasts; asks anew when it ended.
#include <port/port.hpp>

#include "mote/http/client.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Stream stream{net};
static http::SizedClient<256, 512> client{net, stream};
static void ask();
static io::Retry retry{net, ask};

static void ask() {
  const Status status = client.get(port::setting("url", "http://10.0.2.2:8080/log").text());
  if (status == Status::ok) return;
  port::print(to_string(status));
  (void)retry.wait({1_s, 60_s});
}

int main() {
  client.limits.idle = 5_min;  // of silence, before it counts as lost
  client.on_head = [](std::uint16_t) { retry.succeeded(); };
  client.on_body = [](ByteView part) { port::print(text_of(part)); };
  client.on_done = [](Failure why) {
    port::print(to_string(why.status));
    (void)retry.wait({1_s, 60_s});
  };
  retry.start(0_s);
  net.run();
}
