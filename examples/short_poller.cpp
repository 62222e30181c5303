// SPDX-License-Identifier: MIT
// Asks for a state every ten seconds; what has not changed is not sent again.
#include <port/port.hpp>

#include "mote/polling/poller.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Stream stream{net};
static polling::SizedPoller<1024, 512> state{net, stream};

int main() {
  state.on_news = [](const http::Response& answer) { port::print(answer.body); };
  state.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  const Status status = state.every(10_s, port::setting("url", "http://10.0.2.2:8080/state"));
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
