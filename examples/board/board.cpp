// SPDX-License-Identifier: MIT
// A page in flash with a chat room and live readings: one topic, read by WebSocket, Server-Sent
// Events, long and short polling. On Linux the same program is called hub. Whether by http or by
// https is the door's business: plain/door.hpp and tls/door.hpp.
#include <port/port.hpp>

#include "door.hpp"
#include "mote/base/byte_writer.hpp"
#include "mote/http/host_filter.hpp"
#include "mote/http/origin_filter.hpp"
#include "mote/http/server.hpp"
#include "mote/topic/feed.hpp"
#include "page.hpp"

using namespace mote;

namespace {

// For eight open pages: each keeps a connection, and some publish over one of their own.
constexpr std::size_t connections_max = 24;
port::SizedNet<8, 1024> net;                 // 8 blocks of 1 KiB
board::Door<connections_max + 1> door{net};  // the one too many is told 503
topic::SizedTopic<8192, 400> room{net};      // the last four minutes of readings, with some chat
topic::Feed feed{room};

const http::Route routes[] = {{"GET", "/room", feed.poll},
                              {"GET", "/room/events", feed.events},
                              {"GET", "/room/socket", feed.socket},
                              {"POST", "/room", feed.publish},
                              {"GET", "/*", page::folder}};
http::SizedServer<connections_max> server{net, door, routes};

// Addresses pass; of names only these: what else leads here was meant for somebody else.
constexpr std::string_view names[] = {"localhost", "board.local"};
http::HostFilter host_filter{names};
http::OriginFilter origin_filter;
http::Filter* const filters[] = {&host_filter, &origin_filter};
// A browser keeps connections for later that eight pages could use now.
const http::ServerOptions options{10_s, 10_s, 15_s, 30_s, filters};

/// A room that is heated from 20.5 to 23 degrees and cools down again, in hundredths.
class Thermometer {
 public:
  std::uint32_t read() {
    if (reading_ > 2'300) heats_ = false;
    if (reading_ < 2'050) heats_ = true;
    reading_ += heats_ ? (2'400 - reading_) / 24 : 0;
    reading_ -= heats_ ? 0 : (reading_ - 1'950) / 24;
    return reading_ + net.random_below(9);
  }

 private:
  std::uint32_t reading_ = 2'100;
  bool heats_ = true;
};

/// Publishes once a second how the device is: `[degrees,free blocks,connections,milliseconds]`.
/// Looks twenty times as often, and tells the worst: the fewest free blocks, and how late the loop
/// came to a timer.
class Readings {
 public:
  void start() { begin_second(); }

 private:
  static constexpr Duration between_looks{50};
  static constexpr std::uint32_t looks_a_second = 20;

  void begin_second() {
    looks_ = late_ms_ = 0;
    free_blocks_ = net.blocks().count();
    look_again();
  }

  void look_again() {
    due_ = net.now() + between_looks;
    timer_.start(between_looks);
  }

  void look() {
    const std::uint32_t late_ms = net.now().ms - due_.ms;
    const std::uint32_t free_blocks = net.blocks().count() - std::uint32_t{net.blocks().used()};
    if (late_ms > late_ms_) late_ms_ = late_ms;
    if (free_blocks < free_blocks_) free_blocks_ = free_blocks;
    if (++looks_ < looks_a_second) return look_again();
    publish();
    begin_second();
  }

  void publish() {
    const std::uint32_t degrees = thermometer_.read();
    std::uint8_t text[48];
    ByteWriter out{text};
    out.put('[').number(degrees / 100).put('.').number(degrees / 10 % 10).number(degrees % 10);
    out.put(',').number(free_blocks_).put(',').number(server.connections());
    out.put(',').number(late_ms_).put(']');
    (void)room.publish("reading", out.text());
    if (++published_ % 30 == 0) port::print(net.counters());
    board::say_use();
  }

  io::Timer timer_{net, [this] { look(); }};
  Thermometer thermometer_;
  Instant due_{};
  std::uint32_t looks_ = 0;
  std::uint32_t late_ms_ = 0;
  std::uint32_t free_blocks_ = 0;
  std::uint32_t published_ = 0;
};

Readings readings;

/// 0 when it is no port.
std::uint16_t port_of(std::string_view text) {
  std::uint32_t number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9' || number > 6'553) return 0;
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return number > 0xFFFF ? std::uint16_t{0} : static_cast<std::uint16_t>(number);
}

/// Readings are the device's own; people say something.
bool may_publish(std::string_view event, std::string_view) {
  return event == "chat" || event == topic::Topic::default_event;
}

void say_where(std::string_view what, std::string_view number) {
  std::uint8_t line[48];
  port::print(ByteWriter{line}.put(what).put(number).text());
}

}  // namespace

int main() {
  const std::string_view number = port::setting("port", "8080").text();
  server.use(options);
  feed.publish.admits = may_publish;
  feed.socket.admits = may_publish;
  if (server.listen(port_of(number)) != Status::ok) {
    say_where("cannot listen on port ", number);
    return 1;
  }
  net.on_network = [](bool up) { port::print(up ? "network is up" : "network is down"); };
  say_where("listens on port ", number);
  readings.start();
  net.run();
}
