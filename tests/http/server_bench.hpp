// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/http/server.hpp"
#include "sim/listener.hpp"
#include "sim/tcp.hpp"

namespace mote::http {

/// A client of raw bytes on a simulated network.
class RawClient : io::TransportEvents {
 public:
  explicit RawClient(sim::Net& net, std::uint16_t port = 80) : net_(net), tcp(net) {
    EXPECT_EQ(tcp.connect({"server", port, io::Security::none}, *this), Status::ok);
    net.settle();
  }

  void send(std::string_view bytes) {
    EXPECT_EQ(tcp.send(bytes_of(bytes), {}, io::Urgency::data), Status::ok);
  }
  /// Sends, and what comes back without time passing.
  std::string ask(std::string_view bytes) {
    send(bytes);
    return heard();
  }
  std::string heard() {
    net_.settle();
    std::string text = received;
    received.clear();
    return text;
  }
  /// Reads nothing any more, until read_on().
  void stop_reading() { reading_ = false; }
  void read_on() {
    reading_ = true;
    tcp.resume();
  }

  io::TransportEvents& events() { return *this; }

  bool ended = false;   // the server has ended its half
  bool closed = false;  // the connection is over
  std::string received;

 private:
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override {
    if (!reading_) return 0;
    received.append(bytes.begin(), bytes.end());
    return bytes.size();
  }
  void on_writable() override {}
  void on_ended() override {
    ended = true;
    tcp.close();
  }
  void on_closed(Failure) override { closed = true; }

  sim::Net& net_;
  bool reading_ = true;

 public:
  sim::Tcp tcp;
};

/// A handler that notes what it saw, and answers with it.
class Noting : public Handler {
 public:
  void on_request(const Received& request, Responder& responder) override {
    const std::string text = line_of(request);
    seen += text + "\n";
    EXPECT_EQ(responder.answer(200, "text/plain", text), Status::ok);
  }

  static std::string line_of(const Received& request) {
    std::string text = std::string(request.method) + " " + std::string(request.path);
    if (!request.query.empty()) text += "?" + std::string(request.query);
    if (!request.body.empty()) text += " [" + std::string(text_of(request.body)) + "]";
    return text;
  }

  std::string seen;  // a line for each request
};

/// A server with three places and room for a fourth client to be turned away, and a route for each
/// way of answering.
struct ServerBench : ::testing::Test {
  ServerBench() { EXPECT_EQ(server.listen(80), Status::ok); }

  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 4> places{sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  Noting noting;
  Handler* last = nullptr;
  Ticket held;
  CallbackHandler hold{
      [this](const Received&, Responder& responder) { held = responder.ticket(); }};
  CallbackHandler silent{[](const Received&, Responder&) {}};
  const Route routes[5] = {{"GET", "/note", noting},
                           {"POST", "/note", noting},
                           {"GET", "/rooms/{name}/log", noting},
                           {"GET", "/hold", hold},
                           {"GET", "/silent", silent}};
  SizedServer<3> server{net, door, routes};
};

}  // namespace mote::http
