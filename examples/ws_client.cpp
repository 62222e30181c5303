// SPDX-License-Identifier: MIT
// A WebSocket that stays open: says hello, prints what comes.
#include <port/port.hpp>

#include "mote/ws/client.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Stream stream{net};
static ws::Client client{net, stream};

int main() {
  client.on_open = [] { (void)client.send_text("hello from the board"); };
  client.on_text = [](std::string_view text) { port::print(text); };
  client.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  const Status status = client.stay_open(port::setting("url", "ws://10.0.2.2:8080/chat"));
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
