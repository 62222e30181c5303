// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "mote/http/client.hpp"
#include "sim/tcp.hpp"
#include "support/scripted_server.hpp"

namespace mote::http {

/// A client and a server on one simulated network, and what the client told.
struct Bench {
  explicit Bench(std::uint32_t seed = 1) : net(seed), server(net) { listen_to(client); }

  void listen_to(Client& to) {
    to.on_field = [this](const Field& field) {
      fields += std::string(field.name) + ": " + std::string(field.value) + "\n";
    };
    to.on_head = [this](std::uint16_t code) { said += std::to_string(code) + " "; };
    to.on_body = [this](ByteView part) { body.append(part.begin(), part.end()); };
    to.on_done = [this](Failure why) {
      said += "[" + body + "] " + std::string(to_string(why.status)) + "; ";
      body.clear();
      outcome = why;
      ++done;
    };
  }

  /// Sends, and runs what follows without time passing. What was told since the last call.
  std::string get(std::string_view url) { return ask({"GET", url}); }
  std::string ask(const Request& request) {
    const Status status = client.send(request);
    if (status != Status::ok) return std::string(to_string(status));
    net.settle();
    return heard();
  }
  std::string heard() {
    std::string text = said;
    said.clear();
    if (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  sim::SizedNet<4, 1024> net;
  sim::Tcp tcp{net};
  test::ScriptedServer server;
  SizedClient<256, 512> client{net, tcp};
  std::string said, body, fields;
  Failure outcome{};
  int done = 0;
};

}  // namespace mote::http
