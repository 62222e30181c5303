// SPDX-License-Identifier: MIT
// Switches a lamp as a server says: the server answers each request when it has something to say.
#include <port/port.hpp>

#include "mote/polling/poller.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Stream stream{net};
static polling::SizedPoller<2048, 512> updates{net, stream};

int main() {
  updates.on_news = [](const http::Response& answer) {
    port::led(answer.body.find("\"lamp\":true") != std::string_view::npos);
  };
  updates.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  const Status status = updates.hold(55_s, port::setting("url", "http://10.0.2.2:8080/updates"));
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
