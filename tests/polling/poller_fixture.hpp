// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "mote/polling/poller.hpp"
#include "sim/tcp.hpp"
#include "support/scripted_server.hpp"

namespace mote::polling {

/// A poller, a server, and a log of what the poller's callbacks were told.
struct PollerFixture : testing::Test {
  PollerFixture() { make(); }

  void make() {
    poller.emplace(net, tcp);
    poller->on_news = [this](const http::Response& answer) {
      said += std::to_string(answer.code) + "[" + std::string(answer.body) + "] ";
      type = answer.type;
    };
    poller->on_retry = [this](Failure why, Duration after) {
      said += "retry[" + show(why) + "] ";
      wait = after;
    };
    poller->on_closed = [this](Failure why) { said += "closed[" + show(why) + "] "; };
  }

  static std::string show(Failure why) {
    return std::string(to_string(why.status)) +
           (why.layer == Layer::http && why.native != 0 ? " " + std::to_string(why.native) : "");
  }
  /// What was told since the last call, after so much time.
  std::string after(Duration time) {
    net.pass(time);
    std::string text = said;
    said.clear();
    return text;
  }
  /// The n-th request's field of that name, or "none".
  std::string asked(std::size_t n, const std::string& name) const {
    const std::string& request = server.requests.at(n);
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "none";
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }

  sim::SizedNet<4, 1024> net;
  sim::Tcp tcp{net};
  test::ScriptedServer server{net};
  std::string said, type;
  Duration wait{0};
  std::optional<SizedPoller<512, 512>> poller;
};

}  // namespace mote::polling
