// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "mote/ws/client.hpp"
#include "sim/net.hpp"
#include "sim/tcp.hpp"
#include "ws/peer.hpp"

namespace mote::ws::test {

/// A client, a server, and a log of what the client's callbacks were told.
struct ClientFixture : ::testing::Test {
  ClientFixture() { restart(); }

  void restart() {
    client.reset();
    tcp.abort();
    peer.abort();
    net.settle();
    net.wire = {};
    peer.said.clear();
    said.clear();
    client.emplace(net, tcp);
    client->on_open = [this] { said += "open "; };
    client->on_text = [this](std::string_view text) { said += "text[" + std::string(text) + "] "; };
    client->on_binary = [this](ByteView bytes) {
      said += "binary[" + std::string(text_of(bytes)) + "] ";
    };
    client->on_writable = [this] { said += "writable "; };
    client->on_lost = [this](const Close& how) { said += "lost[" + show(how) + "] "; };
    client->on_closed = [this](const Close& how) { said += "closed[" + show(how) + "] "; };
    client->on_retry = [this](Failure why, Duration) {
      said += "retry[" + std::string(to_string(why.status)) + "] ";
    };
  }

  void open() {
    ASSERT_EQ(client->open("ws://example.org/"), Status::ok);
    net.pass(1_s);
    ASSERT_TRUE(client->is_open()) << said;
  }

  static std::string show(const Close& how) {
    std::string shown = std::string(to_string(how.failure.status)) + " " + std::to_string(how.code);
    if (!how.reason.empty()) shown += " " + std::string(how.reason);
    return shown;
  }

  sim::SizedNet<4, 1024> net;
  Peer peer{net};
  sim::Tcp tcp{net}, tcp2{net};
  std::string said, pieces;
  std::optional<Client> client;
};

}  // namespace mote::ws::test
