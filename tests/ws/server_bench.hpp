// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "http/server_bench.hpp"
#include "mote/ws/server.hpp"
#include "ws/peer.hpp"

namespace mote::ws::test {

/// A request for a WebSocket, with these fields more.
inline std::string opening(const std::string& fields = {}) {
  return "GET /chat HTTP/1.1\r\nHost: board\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         fields + "\r\n";
}

/// A frame as a client sends it, masked with a key of four different bytes.
inline std::string masked(int first_byte, const std::string& payload) {
  static const char key[] = {0x37, '\xfa', 0x21, 0x3d};
  std::string bytes = frame(first_byte, payload);
  const std::size_t header = bytes.size() - payload.size();
  bytes[1] = static_cast<char>(bytes[1] | 0x80);
  for (std::size_t i = header; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(bytes[i] ^ key[(i - header) % 4]);
  return bytes.insert(header, key, 4);
}

inline std::string masked_close(int code, const std::string& reason = {}) {
  return masked(0x88, close_frame(code, reason).substr(2));
}

/// Frames of a server in words, such as "text[hello] ping[] close[1000 bye] ".
std::string in_words(const std::string& frames);

/// A client of raw frames; its handshake is done unless it was asked otherwise.
struct RawSocket : http::RawClient {
  explicit RawSocket(sim::Net& net, const std::string& request = opening()) : http::RawClient(net) {
    if (!request.empty()) head = ask(request);
    const auto end = head.find("\r\n\r\n");
    if (end == std::string::npos) return;
    received = head.substr(end + 4);
    head.resize(end + 4);
  }
  /// What came since it was asked last.
  std::string frames() { return in_words(heard()); }

  std::string head;  // of the answer
};

/// A server with four places, and what its callbacks were told.
struct ServerBench : ::testing::Test {
  ServerBench() { restart(); }

  void TearDown() override {
    server.reset();
    net.settle();
    EXPECT_EQ(net.blocks().used(), 0);
  }

  /// Another server in place of the first.
  void restart();
  /// What was said since it was asked last.
  std::string heard() {
    net.settle();
    std::string text = said;
    said.clear();
    return text;
  }
  std::size_t connections() { return server->http().connections(); }
  /// Takes all blocks that can be kept.
  void take_blocks();
  void give_blocks();

  static std::string show(const Close& how);

  sim::SizedNet<6, 1024> net;
  std::array<sim::Tcp, 5> places{
      sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  std::unique_ptr<SizedServer<4>> server;  // on the heap: a sanitizer knows when it is gone
  std::string said;
  Session* last = nullptr;  // who came in last, and is still there
  std::vector<ByteSpan> taken;
};

}  // namespace mote::ws::test
