// SPDX-License-Identifier: MIT
// An event stream that comes back by itself, from the last id on.
#include <port/port.hpp>

#include "mote/sse/source.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Stream stream{net};
static sse::SizedSource<1024, 512> prices{net, stream};

int main() {
  prices.on_event = [](const sse::Event& event) { port::print(event.data); };
  prices.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  prices.on_closed = [](Failure why) { port::print(to_string(why.status)); };
  const Status status = prices.open(port::setting("url", "http://10.0.2.2:8080/events"));
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
