// SPDX-License-Identifier: MIT
#include <deque>
#include <memory>

#include "topic/feed_bench.hpp"
#include "topic/topic_probe.hpp"

namespace mote::topic {
namespace {

/// Messages that came, one a line; a close as `close CODE`.
std::string frames(const std::string& bytes) {
  std::string text;
  for (std::size_t at = 0; at + 2 <= bytes.size();) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(bytes[index]); };
    const int opcode = byte(at) & 15;
    std::size_t size = byte(at + 1);
    at += 2;
    if (size == 126) {
      size = std::size_t{byte(at)} << 8 | byte(at + 1);
      at += 2;
    }
    if (opcode == 1) text += bytes.substr(at, size) + "\n";
    if (opcode == 8) text += "close " + std::to_string(byte(at) << 8 | byte(at + 1)) + "\n";
    at += size;
  }
  return text;
}

/// A frame from a client, masked with zeros.
std::string frame(const std::string& payload, int opcode = 1) {
  std::string bytes(1, static_cast<char>(0x80 | opcode));
  if (payload.size() < 126) {
    bytes += static_cast<char>(0x80 | payload.size());
  } else {
    bytes += static_cast<char>(0x80 | 126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 255);
  }
  return bytes + std::string(4, '\0') + payload;
}

struct SocketsTest : FeedBench {
  static std::string upgrade(const std::string& target, bool with_ids = true) {
    return get(target,
               std::string("Upgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") +
                   (with_ids ? "Sec-WebSocket-Protocol: mote.v1\r\n" : ""));
  }
  /// Opens, and what came at once.
  static std::string open(RawClient& client, const std::string& target, bool with_ids = true) {
    const std::string got = client.ask(upgrade(target, with_ids));
    EXPECT_EQ(code_of(got), "101");
    return frames(body_of(got));
  }
  std::string line(std::uint32_t sequence, const std::string& data) const {
    return json(sequence, data) + "\n";
  }
  std::string at(std::uint32_t sequence, const std::string& more = {}) const {
    return R"({"id":")" + id(sequence) + '"' + more + "}\n";
  }
};

TEST_F(SocketsTest, sends_objects_with_ids) {
  publish("a");
  publish("say \"b\"", "chat");
  RawClient client(net);
  const std::string got = client.ask(upgrade("/log/socket"));
  EXPECT_NE(got.find("Sec-WebSocket-Protocol: mote.v1\r\n"), std::string::npos);
  EXPECT_EQ(frames(body_of(got)), line(1, "a") + json(2, "say \\\"b\\\"", "chat") + "\n");
  publish("c");
  EXPECT_EQ(frames(client.heard()), line(3, "c"));
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(SocketsTest, resumes_tells_gaps_and_restarts) {
  RawClient early(net), unknown(net);
  EXPECT_EQ(open(early, "/log/socket"),
            R"({"id":"00000000-0"})"
            "\n");
  EXPECT_EQ(open(unknown, "/log/socket?after=12345678-3"),
            R"({"id":"00000000-0","restarted":true})"
            "\n");
  for (const char* data : {"a", "b", "c"}) publish(data);
  EXPECT_EQ(frames(early.heard()), line(1, "a") + line(2, "b") + line(3, "c"));
  EXPECT_EQ(frames(unknown.heard()), line(1, "a") + line(2, "b") + line(3, "c"));
  RawClient back(net), latest(net), lost(net);
  EXPECT_EQ(open(back, "/log/socket?after=" + id(2)), line(3, "c"));
  EXPECT_EQ(open(latest, "/log/socket?after=latest"), at(3));
  EXPECT_EQ(open(lost, "/log/socket?after=" + id(9)),
            at(0, ",\"restarted\":true") + line(1, "a") + line(2, "b") + line(3, "c"));
  for (int i = 0; i < 60; ++i) publish("0123456789");
  net.settle();
  RawClient late(net);
  const std::uint32_t oldest = topic.first().sequence + 1;
  const std::string first =
      at(oldest - 1, ",\"missed\":" + std::to_string(oldest - 4)) + line(oldest, "0123456789");
  EXPECT_EQ(open(late, "/log/socket?after=" + id(3)).substr(0, first.size()), first);
}

TEST_F(SocketsTest, publishes_what_clients_send) {
  RawClient one(net), two(net);
  (void)open(one, "/log/socket");
  (void)open(two, "/log/socket");
  const std::string sent = frame(R"({"event":"chat","data":"h\u00e9"})");
  const std::string got = frames(one.ask(sent));
  EXPECT_EQ(got, json(1, "h\xC3\xA9", "chat") + "\n");
  EXPECT_EQ(frames(two.heard()), json(1, "h\xC3\xA9", "chat") + "\n");
  EXPECT_EQ(frames(two.ask(frame(R"({"data":"x"})"))), line(2, "x"));
}

TEST_F(SocketsTest, says_why_it_did_not_publish) {
  RawClient client(net);
  (void)open(client, "/log/socket");
  const std::string bad = "{\"error\":\"bad_argument\"}\n";
  EXPECT_EQ(frames(client.ask(frame("hello"))), bad);
  EXPECT_EQ(frames(client.ask(frame(R"({"event":"mote.x","data":""})"))), bad);
  EXPECT_EQ(frames(client.ask(frame(R"({"data":")" + std::string(400, 'x') + R"("})"))),
            "{\"error\":\"too_large\"}\n");
  EXPECT_EQ(frames(client.ask(frame("bytes", 2))), "close 1003\n");
}

TEST_F(SocketsTest, publishes_only_what_the_application_admits) {
  feed.socket.admits = [](std::string_view event, std::string_view data) {
    return event == "chat" && data != "no";
  };
  RawClient client(net), bare(net);
  (void)open(client, "/log/socket");
  (void)open(bare, "/log/socket", false);
  const std::string refused = "{\"error\":\"forbidden\"}\n";
  EXPECT_EQ(frames(client.ask(frame(R"({"event":"chat","data":"no"})"))), refused);
  EXPECT_EQ(frames(client.ask(frame(R"({"data":"yes"})"))), refused);
  EXPECT_EQ(frames(bare.ask(frame("yes"))), "close 1008\n");
  EXPECT_EQ(topic.count(), 0u);
  (void)client.ask(frame(R"({"event":"chat","data":"yes"})"));
  EXPECT_EQ(topic.count(), 1u);
}

TEST_F(SocketsTest, speaks_bare_data_without_a_subprotocol) {
  publish("a", "chat");
  publish("b");
  RawClient client(net), back(net), lost(net);
  EXPECT_EQ(open(client, "/log/socket", false), "a\nb\n");
  EXPECT_EQ(frames(client.ask(frame("c"))), "c\n");
  EXPECT_EQ(topic.last().sequence, 3u);
  EXPECT_EQ(open(back, "/log/socket?after=" + id(1), false), "b\nc\n");
  EXPECT_EQ(open(lost, "/log/socket?after=12345678-1", false), "a\nb\nc\n");
  EXPECT_EQ(frames(client.ask(frame(std::string(400, 'x')))), "close 1009\n");
}

TEST_F(SocketsTest, skips_a_slow_reader_or_closes_it) {
  RawClient skips(net), closes(net), bare(net);
  (void)open(skips, "/log/socket");
  (void)open(closes, "/log/strict-socket");
  (void)open(bare, "/log/socket", false);
  for (RawClient* each : {&skips, &closes, &bare}) each->stop_reading();
  for (int i = 0; i < 300; ++i) {
    publish(std::string(100, 'x'));
    net.settle();
  }
  for (RawClient* each : {&skips, &closes, &bare}) each->read_on();
  const std::string told = frames(skips.heard());
  EXPECT_NE(told.find("\"missed\":"), std::string::npos);
  EXPECT_EQ(told.substr(told.size() - line(300, std::string(100, 'x')).size()),
            line(300, std::string(100, 'x')));
  for (RawClient* each : {&closes, &bare}) {
    const std::string got = frames(each->heard());
    EXPECT_EQ(got.find("missed"), std::string::npos);
    EXPECT_EQ(got.substr(got.size() - 11), "close 1013\n");
  }
}

TEST_F(SocketsTest, serves_many_a_few_a_turn_and_everybody_all) {
  std::deque<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < clients_max; ++i) {
    clients.push_back(std::make_unique<RawClient>(net));
    (void)open(*clients.back(), "/log/socket", i % 2 == 0);
  }
  publish("a");
  (void)net.poll();
  (void)net.poll();
  std::size_t served = 0;
  for (auto& client : clients) served += client->received.empty() ? 0 : 1;
  EXPECT_LE(served, 32u);
  publish("b");
  net.settle();
  for (std::size_t i = 0; i < clients_max; ++i)
    EXPECT_EQ(frames(clients[i]->heard()), i % 2 ? "a\nb\n" : line(1, "a") + line(2, "b"));
}

TEST_F(SocketsTest, tells_its_sessions_when_the_sequence_ends) {
  publish("a");
  TopicProbe::skip_to(topic, 0xFFFFFFFE);
  RawClient client(net), bare(net);
  EXPECT_EQ(open(client, "/log/socket?after=latest"), at(0xFFFFFFFE));
  EXPECT_EQ(open(bare, "/log/socket?after=latest", false), "");
  publish("last");
  EXPECT_EQ(frames(client.heard()), line(0xFFFFFFFF, "last"));
  EXPECT_EQ(frames(bare.heard()), "last\n");
  publish("first");
  EXPECT_EQ(frames(client.heard()), at(0, ",\"restarted\":true") + line(1, "first"));
  EXPECT_EQ(frames(bare.heard()), "first\n");
}

TEST_F(SocketsTest, refuses_what_is_no_websocket) {
  RawClient client(net);
  EXPECT_EQ(code_of(client.ask(get("/log/socket"))), "426");
}

}  // namespace
}  // namespace mote::topic
