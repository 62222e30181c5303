// SPDX-License-Identifier: MIT
#include <deque>
#include <memory>

#include "mote/sse/event_parser.hpp"
#include "topic/feed_bench.hpp"
#include "topic/topic_probe.hpp"

namespace mote::topic {
namespace {

using EventsTest = FeedBench;

TEST_F(EventsTest, streams_from_the_oldest_message_on) {
  publish("a");
  publish("b\nc", "chat");
  RawClient client(net);
  const std::string got = client.ask(get("/log/events"));
  EXPECT_EQ(code_of(got), "200");
  EXPECT_NE(got.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_EQ(body_of(got), event(1, "a") + "id: " + id(2) + "\nevent: chat\ndata: b\ndata: c\n\n");
  publish("d");
  EXPECT_EQ(client.heard(), event(3, "d"));
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(EventsTest, resumes_from_where_the_client_says) {
  for (const char* data : {"a", "b", "c"}) publish(data);
  const struct {
    std::string target, fields, sequence;
  } rows[] = {
      {"/log/events?after=" + id(2), "", "2"},
      {"/log/events", "Last-Event-ID: " + id(2) + "\r\n", "2"},
      {"/log/events?after=" + id(1), "Last-Event-ID: " + id(2) + "\r\n", "2"},
      {"/log/events?after=latest", "Last-Event-ID: " + id(2) + "\r\n", "2"},
  };
  for (const auto& row : rows) {
    RawClient client(net);
    EXPECT_EQ(body_of(client.ask(get(row.target, row.fields))), event(3, "c")) << row.target;
  }
}

TEST_F(EventsTest, gives_an_id_to_whom_it_has_nothing_to_tell) {
  RawClient early(net);
  EXPECT_EQ(body_of(early.ask(get("/log/events"))), "id: 00000000-0\n\n");
  publish("a");
  EXPECT_EQ(early.heard(), event(1, "a"));
  RawClient late(net);
  EXPECT_EQ(body_of(late.ask(get("/log/events?after=latest"))), "id: " + id(1) + "\n\n");
}

TEST_F(EventsTest, tells_a_restart_and_then_everything) {
  publish("a");
  for (const std::string& after : {id(9), std::string("12345678-1"), std::string("nonsense")}) {
    RawClient client(net);
    EXPECT_EQ(body_of(client.ask(get("/log/events?after=" + after))),
              told(0, "restarted") + event(1, "a"));
  }
}

TEST_F(EventsTest, tells_a_restart_before_anything_was_published) {
  RawClient client(net);
  EXPECT_EQ(body_of(client.ask(get("/log/events?after=12345678-1"))),
            "id: 00000000-0\nevent: mote.restarted\ndata: {}\n\n");
  publish("a");
  EXPECT_EQ(client.heard(), event(1, "a"));
}

TEST_F(EventsTest, tells_a_gap_to_whom_comes_back_late) {
  const std::string data(100, 'x');
  for (int i = 0; i < 10; ++i) publish(data);
  const std::uint32_t oldest = 10 - topic.count() + 1;
  RawClient client(net);
  const std::string begins =
      told(oldest - 1, "missed", "{\"missed\":" + std::to_string(oldest - 3) + "}") +
      event(oldest, data);
  EXPECT_EQ(body_of(client.ask(get("/log/events?after=" + id(2)))).substr(0, begins.size()),
            begins);
}

TEST_F(EventsTest, answers_a_head_with_a_head) {
  RawClient client(net);
  const std::string got = client.ask("HEAD /log/events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(code_of(got), "200");
  EXPECT_EQ(body_of(got), "");
}

TEST_F(EventsTest, sends_a_heartbeat_into_the_silence) {
  RawClient client(net);
  (void)client.ask(get("/log/events"));
  net.pass({15'100});
  EXPECT_EQ(client.heard(), ":\n\n");
}

/// What a client got, as its application sees it.
struct Seen {
  std::size_t messages = 0, missed = 0, restarts = 0;
  std::string last_id;
};

Seen seen(const std::string& stream) {
  std::array<std::uint8_t, 1024> room;
  sse::EventParser parser{room};
  std::string copy = stream;
  ByteSpan bytes{reinterpret_cast<std::uint8_t*>(copy.data()), copy.size()};
  Seen all;
  while (!bytes.empty()) {
    const auto step = parser.next(bytes);
    bytes = bytes.from(step.used);
    if (step.kind != sse::EventParser::Kind::event) continue;
    all.last_id = std::string(parser.event().id);
    if (parser.event().type == "mote.missed") {
      all.missed += std::stoul(std::string(parser.event().data).substr(10));
    } else if (parser.event().type == "mote.restarted") {
      ++all.restarts;
    } else {
      ++all.messages;
    }
  }
  return all;
}

TEST_F(EventsTest, tells_a_slow_reader_how_much_it_missed) {
  RawClient slow(net), quick(net);
  (void)slow.ask(get("/log/events"));
  (void)quick.ask(get("/log/events"));
  slow.stop_reading();
  std::string got;
  for (int i = 0; i < 200; ++i) {
    publish(std::string(100, 'x'));
    got += quick.heard();
  }
  EXPECT_EQ(seen(got).messages, 200u);
  EXPECT_EQ(seen(got).missed, 0u);
  slow.read_on();
  const Seen late = seen(slow.heard());
  EXPECT_GT(late.missed, 0u);
  EXPECT_EQ(late.messages + late.missed, 200u);
  EXPECT_EQ(late.last_id, id(200));
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(EventsTest, closes_a_slow_reader_if_that_is_the_policy) {
  RawClient slow(net), back(net);
  (void)slow.ask(get("/log/strict"));
  slow.stop_reading();
  for (int i = 0; i < 200; ++i) {
    publish(std::string(100, 'x'));
    net.settle();
  }
  slow.read_on();
  const Seen before = seen(slow.heard());
  EXPECT_TRUE(slow.ended);
  EXPECT_EQ(before.missed, 0u);
  const Seen after =
      seen(body_of(back.ask(get("/log/strict", "Last-Event-ID: " + before.last_id + "\r\n"))));
  EXPECT_EQ(before.messages + after.messages + after.missed, 200u);
}

TEST_F(EventsTest, ends_who_takes_nothing_any_more) {
  RawClient dead(net);
  (void)dead.ask(get("/log/events"));
  dead.stop_reading();
  for (int i = 0; i < 200; ++i) {
    publish(std::string(100, 'x'));
    net.settle();
  }
  EXPECT_EQ(server.connections(), 1u);
  net.pass({31'000});
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(EventsTest, serves_many_a_few_a_turn_and_everybody_all) {
  std::deque<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < clients_max; ++i) {
    clients.push_back(std::make_unique<RawClient>(net));
    (void)clients.back()->ask(get("/log/events"));
  }
  publish("a");
  for (std::size_t served = 0, turns = 0; served < clients_max; ++turns) {
    ASSERT_LT(turns, 20u);
    (void)net.poll();
    std::size_t now = 0;
    for (auto& client : clients) now += client->received.empty() ? 0 : 1;
    EXPECT_LE(now - served, 16u);
    served = now;
    if (turns == 1) publish("b");
  }
  net.settle();
  for (auto& client : clients) EXPECT_EQ(client->heard(), event(1, "a") + event(2, "b"));
}

TEST_F(EventsTest, sends_a_backlog_larger_than_a_block_in_several) {
  const std::string data = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
  for (int i = 0; i < 10; ++i) publish(data);
  RawClient client(net);
  const std::string got = body_of(client.ask(get("/log/events")));
  EXPECT_GT(got.size(), 2048u);
  EXPECT_EQ(seen(got).messages, 10u);
}

TEST_F(EventsTest, tells_its_streams_when_the_sequence_ends) {
  publish("a");
  TopicProbe::skip_to(topic, 0xFFFFFFFE);
  RawClient client(net);
  EXPECT_EQ(body_of(client.ask(get("/log/events?after=latest"))), "id: " + id(0xFFFFFFFE) + "\n\n");
  publish("last");
  EXPECT_EQ(client.heard(), event(0xFFFFFFFF, "last"));
  publish("first");
  EXPECT_EQ(client.heard(), told(0, "restarted") + event(1, "first"));
}

TEST_F(EventsTest, survives_whatever_its_transport_refuses) {
  for (const auto fault : {sim::Fault::reset, sim::Fault::would_block}) {
    for (std::uint32_t n = 1; n < 12; ++n) {
      RawClient client(net);
      const std::uint32_t before = topic.last().sequence;
      net.fail_operation(n, fault, sim::Side::accepted);
      client.send(get("/log/events?after=latest"));
      net.settle();
      for (int i = 0; i < 5; ++i) {
        publish("x");
        net.settle();
      }
      net.pass({100});
      const Seen got = seen(body_of(client.received));
      if (fault == sim::Fault::would_block && got.messages) {
        EXPECT_EQ(topic.last().sequence - before, got.messages + got.missed) << n;
      }
      net.fail_operation(0, fault, sim::Side::accepted);
      client.tcp.abort();
      net.settle();
      EXPECT_EQ(net.blocks().used(), 0) << n;
      EXPECT_EQ(server.connections(), 0u) << n;
    }
  }
}

}  // namespace
}  // namespace mote::topic
