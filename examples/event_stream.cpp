// SPDX-License-Identifier: MIT
// A stream of readings, one a second, for any number of browsers: new EventSource("/readings").
#include <port/port.hpp>

#include "mote/base/byte_writer.hpp"
#include "mote/http/server.hpp"
#include "mote/sse/stream.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Listener<9> door{net};
static sse::Streams readings;
static const http::Route routes[] = {{"GET", "/readings", readings}};
static http::SizedServer<8> server{net, door, routes};

static void measure();
static io::Timer timer{net, measure};
static std::uint32_t count = 0;

static void measure() {
  timer.start(1_s);
  std::uint8_t id[10], data[32];
  const std::string_view number = ByteWriter{id}.number(++count).text();
  const auto json = ByteWriter{data}.put(R"({"reading":)").put(number).put('}').text();
  (void)readings.broadcast({"reading", json, number});
}

int main() {
  readings.on_open = [](sse::Stream& one, std::string_view last_id) {
    if (!last_id.empty()) (void)one.send({"back", last_id, {}});
    port::print("someone listens");
  };
  readings.on_closed = [](sse::Stream&, Failure why) { port::print(to_string(why.status)); };
  const Status status = server.listen(8080);
  if (status != Status::ok) port::print(to_string(status));
  timer.start(1_s);
  net.run();
}
