// SPDX-License-Identifier: MIT
// A number that clients wait for: GET /number?after=3 is answered when it is another than 3. Each
// press of the button, and each POST, makes it one more.
#include <port/port.hpp>

#include "mote/base/byte_writer.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"
#include "mote/polling/held_requests.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Listener<9> door{net};
static polling::HeldRequests waiting;
static http::CallbackHandler more{[](const http::Received&, http::Responder& responder) {
  port::button.on_press();
  (void)responder.answer(204);
}};
static const http::Route routes[] = {{"GET", "/number", waiting}, {"POST", "/number", more}};
static http::SizedServer<8> server{net, door, routes};

static std::uint8_t digits[10];
static ByteWriter number{digits};

static void answer(http::Responder& responder) {
  (void)responder.answer(200, "text/plain", number.text());
}

int main() {
  number.put('0');
  port::button.on_press = [] {
    static std::uint32_t count = 0;
    number.cut_to(0);
    number.number(++count);
    waiting.release();
  };
  waiting.on_asked = [](const http::Received& request, http::Responder& responder) {
    if (request.query_value("after") == number.text()) return true;
    answer(responder);
    return false;
  };
  waiting.on_released = answer;
  const Status status = server.listen(8080);
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
