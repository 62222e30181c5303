// SPDX-License-Identifier: MIT
// A greenhouse: reports how moist the soil is every ten seconds, and opens a valve when it is told.
#include <charconv>

#include "board/board.hpp"
#include "lwip/tcp.hpp"
#include "mote/ws/client.hpp"
#include "net.hpp"
#ifdef GREENHOUSE_TLS
#include "garden.hpp"
#include "mbedtls/tls.hpp"
#endif

using namespace mote;

static void report();

static Net net;
static lwip::Tcp tcp{net};
#ifdef GREENHOUSE_TLS
static constexpr Lasting address = "wss://garden.example/beds/3";
static mbedtls::Trust trust{garden::certificates};
static mbedtls::Tls stream{net, tcp, trust};
static ws::Client client{net, stream};
#else
static constexpr Lasting address = "ws://garden.example/beds/3";
static ws::Client client{net, tcp};
#endif
static io::Timer report_timer{net, [] { report(); }};

static void report() {
  char text[12];
  const auto end = std::to_chars(text, text + sizeof text, board::soil_moisture_percent()).ptr;
  (void)client.send_text({text, static_cast<std::size_t>(end - text)});
  report_timer.start({10'000});
}

int main() {
  client.on_open = [] { report(); };
  client.on_lost = [](const ws::Close&) {
    report_timer.stop();
    board::open_valve(false);
  };
  client.on_text = [](std::string_view text) { board::open_valve(text == "water"); };
  (void)client.stay_open(address);
  net.run();
}
