// SPDX-License-Identifier: MIT
// A chat room over WebSocket: what one says, all others read. For eight people, on a device.
#include "mote/ws/server.hpp"
#include "port/port.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Listener<9> door{net};  // the ninth is told that the room is full
static ws::SizedServer<8> chat{net, door};

int main() {
  chat.on_open = [](ws::Session&) { chat.broadcast("someone came in"); };
  chat.on_text = [](ws::Session& from, std::string_view text) { chat.broadcast(text, &from); };
  chat.on_closed = [](ws::Session&, const ws::Close&) { chat.broadcast("someone left"); };
  const Status status = chat.listen(8080);
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
