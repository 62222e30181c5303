// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <utility>

#include "http/server_bench.hpp"
#include "mote/topic/feed.hpp"
#include "mote/topic/topic.hpp"

namespace mote::topic {

using http::RawClient;

/// A topic of 512 bytes behind a server, with a route for each view.
struct FeedBench : ::testing::Test {
  static constexpr std::size_t clients_max = 40;

  FeedBench() { EXPECT_EQ(server.listen(80), Status::ok); }

  template <std::size_t... I>
  std::array<sim::Tcp, sizeof...(I)> make_places(std::index_sequence<I...>) {
    return {((void)I, sim::Tcp(net))...};
  }

  void publish(std::string_view data, std::string_view event = Topic::default_event) {
    ASSERT_EQ(topic.publish(event, data), Status::ok);
  }
  std::string id(std::uint32_t sequence) const { return id_of({topic.last().epoch, sequence}); }
  static std::string id_of(Cursor cursor) {
    std::uint8_t room[id_bytes_max];
    ByteWriter out{room};
    put_id(out, cursor);
    return std::string(out.text());
  }
  static std::string get(const std::string& target, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  }
  static std::string post(const std::string& target,
                          const std::string& body,
                          const std::string& fields = "Content-Type: text/plain\r\n") {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string code_of(const std::string& answer) {
    return answer.size() < 12 ? answer : answer.substr(9, 3);
  }
  static std::string body_of(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? answer : answer.substr(end + 4);
  }
  /// A message as an event stream has it.
  std::string event(std::uint32_t sequence, const std::string& data) const {
    return "id: " + id(sequence) + "\ndata: " + data + "\n\n";
  }
  std::string told(std::uint32_t sequence,
                   const std::string& what,
                   const std::string& data = "{}") const {
    return "id: " + id(sequence) + "\nevent: mote." + what + "\ndata: " + data + "\n\n";
  }
  /// A message as JSON has it.
  std::string json(std::uint32_t sequence,
                   const std::string& data,
                   const std::string& event = "message") const {
    return R"({"id":")" + id(sequence) + R"(","event":")" + event + R"(","data":")" + data +
           R"("})";
  }
  std::string list(const std::string& messages,
                   std::uint32_t last,
                   int missed = 0,
                   bool more = false,
                   bool restarted = false) const {
    return R"({"messages":[)" + messages + R"(],"missed":)" + std::to_string(missed) +
           R"(,"more":)" + (more ? "true" : "false") + R"(,"last":")" + id(last) + '"' +
           (restarted ? R"(,"restarted":true})" : "}");
  }

  sim::SizedNet<4, 1024> net;
  SizedTopic<512, 300> topic{net};
  Feed feed{topic};
  Events strict{topic, Slow::close};
  Sockets strict_socket{topic, Slow::close};
  // sim::Tcp cannot be moved, and nothing makes so many in one row from one argument.
  std::array<sim::Tcp, clients_max> places = make_places(std::make_index_sequence<clients_max>{});
  sim::Listener door{net, places};
  const http::Route routes[6] = {{"GET", "/log", feed.poll},
                                 {"GET", "/log/events", feed.events},
                                 {"GET", "/log/strict", strict},
                                 {"GET", "/log/socket", feed.socket},
                                 {"GET", "/log/strict-socket", strict_socket},
                                 {"POST", "/log", feed.publish}};
  http::SizedServer<clients_max> server{net, door, routes};
};

}  // namespace mote::topic
