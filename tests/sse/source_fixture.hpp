// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "mote/sse/source.hpp"
#include "sim/tcp.hpp"
#include "support/scripted_server.hpp"

namespace mote::sse {

inline const std::string stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/// A source, a server, and a log of what the source's callbacks were told.
struct SourceFixture : testing::Test {
  SourceFixture() {
    make();
    server.on_request = [this](const std::string&) { return test::Reply{stream_head}; };
  }

  void make() {
    source.emplace(net, tcp);
    source->on_open = [this] {
      said += "open ";
      marks += 'o';
    };
    source->on_event = [this](const Event& event) { said += show(event) + " "; };
    source->on_too_large = [this](const Event& event) { said += "large[" + show(event) + "] "; };
    source->on_lost = [this](Failure why) {
      said += "lost[" + show(why) + "] ";
      marks += 'l';
    };
    source->on_retry = [this](Failure why, Duration after) {
      said += "retry[" + show(why) + "] ";
      wait = after;
    };
    source->on_closed = [this](Failure why) {
      said += "closed[" + show(why) + "] ";
      marks += 'c';
    };
  }

  static std::string show(const Event& event) {
    return std::string(event.type) + ":" + std::string(event.data) +
           (event.id.empty() ? "" : "#" + std::string(event.id));
  }
  static std::string show(Failure why) {
    return std::string(to_string(why.status)) +
           (why.layer == Layer::http && why.native != 0 ? " " + std::to_string(why.native) : "");
  }

  void open() {
    ASSERT_EQ(source->open("http://example.org/events"), Status::ok);
    net.settle();
    ASSERT_TRUE(source->is_open()) << said;
  }
  /// Sends, and lets it arrive. What was told since the last call.
  std::string after(const std::string& bytes) {
    server.send(bytes);
    net.settle();
    return heard();
  }
  std::string heard() {
    std::string text = said;
    said.clear();
    return text;
  }
  /// The last request's field of that name, or "none".
  std::string asked(const std::string& name) const {
    const std::string& request = server.requests.back();
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "none";
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }

  sim::SizedNet<4, 1024> net;
  sim::Tcp tcp{net};
  test::ScriptedServer server{net};
  std::string said;
  std::string marks;  // o, l and c for on_open, on_lost and on_closed
  Duration wait{0};
  std::optional<SizedSource<512, 512>> source;
};

}  // namespace mote::sse
