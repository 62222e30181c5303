// SPDX-License-Identifier: MIT
// A topic by every technique on Linux, for clients by others: topic_server PORT. Says where it
// listens; port 0 lets the system choose.
#include <cstdio>
#include <cstdlib>

#include "mote/http/server.hpp"
#include "mote/topic/feed.hpp"
#include "port/port.hpp"

using namespace mote;

namespace {

port::SizedNet<8, 1024> net;
port::Listener<17> door{net};
topic::SizedTopic<2048> readings{net};
topic::Feed feed{readings};
const http::Route routes[] = {{"GET", "/readings", feed.poll},
                              {"GET", "/readings/events", feed.events},
                              {"GET", "/readings/socket", feed.socket},
                              {"POST", "/readings", feed.publish}};
http::SizedServer<16> server{net, door, routes};

}  // namespace

int main(int, char** words) {
  const int port = words[1] ? std::atoi(words[1]) : 0;
  if (server.listen(static_cast<std::uint16_t>(port)) != Status::ok) return 1;
  std::printf("listens on %d\n", int{door.port()});
  std::fflush(stdout);
  net.run();
}
