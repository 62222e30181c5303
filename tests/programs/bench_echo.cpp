// SPDX-License-Identifier: MIT
// A WebSocket server that sends every text message back, until its client is gone. Run under
// callgrind by toolchains/bench_linux.py, which is the client and counts instructions.
#include <cstdio>

#include "mote/ws/server.hpp"
#include "port/port.hpp"

using namespace mote;

namespace {

// A message of 16 KiB fits one block with its header and what data leaves to control frames.
port::SizedNet<4, 17 * 1024> net;
port::Listener<1> door{net, "127.0.0.1"};
ws::SizedServer<1> server{net, door};

}  // namespace

int main() {
  server.on_text = [](ws::Session& session, std::string_view text) {
    if (session.send_text(text) != Status::ok) session.abort(true);
  };
  server.on_closed = [](ws::Session&, const ws::Close&) { net.stop(); };
  if (server.listen(0) != Status::ok) return 1;
  std::printf("%u\n", unsigned{door.port()});
  std::fflush(stdout);
  net.run();
  return 0;
}
