// SPDX-License-Identifier: MIT
#include <deque>
#include <memory>
#include <optional>

#include "mote/http/filter.hpp"
#include "topic/feed_bench.hpp"

namespace mote::topic {
namespace {

using PollsTest = FeedBench;

TEST_F(PollsTest, answers_what_came_behind_the_cursor) {
  publish("hello", "chat");
  publish("21.5");
  RawClient client(net);
  const std::string both = list(json(1, "hello", "chat") + "," + json(2, "21.5"), 2);
  EXPECT_EQ(client.ask(get("/log")),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-cache\r\nVary: "
            "Accept\r\n"
            "ETag: \"" +
                id(2) + "\"\r\nContent-Length: " + std::to_string(both.size()) + "\r\n\r\n" + both);
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(1)))), list(json(2, "21.5"), 2));
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(2)))), list("", 2));
  EXPECT_EQ(body_of(client.ask(get("/log?after=latest"))), list("", 2));
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(PollsTest, takes_the_cursor_from_if_none_match) {
  publish("a");
  RawClient client(net);
  EXPECT_EQ(body_of(client.ask(get("/log", "If-None-Match: \"" + id(1) + "\"\r\n"))), "");
  publish("b");
  for (const std::string& tag : {"\"" + id(1) + "\"", "W/\"" + id(1) + "\", \"other\""})
    EXPECT_EQ(body_of(client.ask(get("/log", "If-None-Match: " + tag + "\r\n"))),
              list(json(2, "b"), 2))
        << tag;
}

TEST_F(PollsTest, answers_304_when_nothing_is_new) {
  publish("a");
  RawClient client(net);
  const std::string tag = "If-None-Match: \"" + id(1) + "\"\r\n";
  const std::string same =
      "HTTP/1.1 304 Not Modified\r\nETag: \"" + id(1) + "\"\r\nVary: Accept\r\n\r\n";
  EXPECT_EQ(client.ask(get("/log", tag)), same);
  EXPECT_EQ(client.ask(get("/log?after=" + id(1), tag)), same);
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(0), tag))), list(json(1, "a"), 1));
}

TEST_F(PollsTest, answers_as_many_whole_messages_as_fit_and_says_more) {
  const std::string data(115, 'x');
  for (int i = 0; i < 4; ++i) publish(data);
  RawClient client(net);
  const std::string first = client.ask(get("/log"));
  EXPECT_LE(first.size(), 1024u - 168);
  EXPECT_EQ(body_of(first),
            list(json(1, data) + "," + json(2, data) + "," + json(3, data), 3, 0, true));
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(3)))), list(json(4, data), 4));
}

TEST_F(PollsTest, tells_what_was_missed) {
  const std::string data(100, 'x');
  for (int i = 0; i < 10; ++i) publish(data);
  const std::uint32_t oldest = 10 - topic.count() + 1;
  RawClient client(net);
  const std::string got = body_of(client.ask(get("/log?after=" + id(2))));
  EXPECT_NE(got.find("[" + json(oldest, data)), std::string::npos) << got;
  EXPECT_NE(got.find("\"missed\":" + std::to_string(oldest - 3)), std::string::npos) << got;
  // Who never had anything missed nothing, unless he says that he has stood at the beginning.
  EXPECT_NE(body_of(client.ask(get("/log"))).find("\"missed\":0"), std::string::npos);
  EXPECT_NE(body_of(client.ask(get("/log?after=00000000-0")))
                .find("\"missed\":" + std::to_string(oldest - 1)),
            std::string::npos);
}

TEST_F(PollsTest, tells_a_restart_to_whom_it_does_not_know) {
  RawClient client(net);
  const std::string nothing =
      R"({"messages":[],"missed":0,"more":false,"last":"00000000-0","restarted":true})";
  EXPECT_EQ(body_of(client.ask(get("/log?after=5f3a9c01-7&wait=30"))), nothing);
  EXPECT_EQ(body_of(client.ask(get("/log?after=00000000-0"))),
            R"({"messages":[],"missed":0,"more":false,"last":"00000000-0"})");
  publish("a");
  const std::string all = list(json(1, "a"), 1, 0, false, true);
  const std::string future = id(2);
  const std::string elsewhere = id_of({topic.last().epoch + 1, 1});
  for (const std::string& after : {future, elsewhere, std::string("x"), std::string()})
    EXPECT_EQ(body_of(client.ask(get("/log?wait=9&after=" + after))), all) << after;
  EXPECT_EQ(body_of(client.ask(get("/log", "If-None-Match: \"abc\"\r\n"))), all);
  EXPECT_EQ(body_of(client.ask(get("/log?after=00000000-0"))), list(json(1, "a"), 1));
}

TEST_F(PollsTest, escapes_what_json_needs_escaped) {
  publish("a \"b\"\n\\\x01 \xE2\x82\xAC", "e\"");
  RawClient client(net);
  EXPECT_EQ(body_of(client.ask(get("/log"))),
            list(json(1, "a \\\"b\\\"\\n\\\\\\u0001 \xE2\x82\xAC", "e\\\""), 1));
}

TEST_F(PollsTest, answers_as_events_to_whom_accepts_them) {
  publish("one\ntwo", "chat");
  publish("21.5");
  RawClient client(net);
  const std::string accept = "Accept: text/event-stream\r\n";
  const std::string got = client.ask(get("/log", accept));
  EXPECT_NE(got.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_EQ(
      body_of(got),
      "id: " + id(1) + "\nevent: chat\ndata: one\ndata: two\n\nid: " + id(2) + "\ndata: 21.5\n\n");
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(2), accept))), "");
  EXPECT_EQ(body_of(client.ask(get("/log?after=12345678-3", accept))),
            "id: " + id(0) + "\nevent: mote.restarted\ndata: {}\n\n" + body_of(got));
}

TEST_F(PollsTest, tells_gaps_as_events_too) {
  const std::string data(100, 'x');
  for (int i = 0; i < 10; ++i) publish(data);
  const std::uint32_t oldest = 10 - topic.count() + 1;
  RawClient client(net);
  const std::string begins = "id: " + id(oldest - 1) + "\nevent: mote.missed\ndata: {\"missed\":" +
                             std::to_string(oldest - 2) + "}\n\nid: " + id(oldest) + "\ndata: xxx";
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(1), "Accept: text/event-stream\r\n")))
                .substr(0, begins.size()),
            begins);
}

TEST_F(PollsTest, holds_until_something_comes) {
  publish("a");
  RawClient client(net), events(net);
  EXPECT_EQ(client.ask(get("/log?wait=30&after=" + id(1))), "");
  EXPECT_EQ(events.ask(get("/log?wait=30&after=latest", "Accept: text/event-stream\r\n")), "");
  EXPECT_EQ(net.blocks().used(), 0);
  net.pass({20'000});
  publish("b");
  EXPECT_EQ(body_of(client.heard()), list(json(2, "b"), 2));
  EXPECT_EQ(body_of(events.heard()), "id: " + id(2) + "\ndata: b\n\n");
  // The connections are kept.
  EXPECT_EQ(body_of(client.ask(get("/log?after=" + id(2)))), list("", 2));
}

TEST_F(PollsTest, answers_at_once_when_there_is_something) {
  publish("a");
  RawClient client(net);
  EXPECT_EQ(body_of(client.ask(get("/log?wait=30"))), list(json(1, "a"), 1));
}

TEST_F(PollsTest, answers_204_when_the_time_is_over) {
  publish("a");
  RawClient client(net);
  EXPECT_EQ(client.ask(get("/log?wait=5&after=" + id(1))), "");
  net.pass({4'990});
  EXPECT_EQ(client.heard(), "");
  net.pass({20});
  EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\n\r\n");
  // However long is asked for.
  EXPECT_EQ(client.ask(get("/log?wait=99999999999999999999&after=" + id(1))), "");
  net.pass({60'010});
  EXPECT_EQ(client.heard(), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(body_of(client.ask(get("/log?wait=soon&after=" + id(1)))), list("", 1));
}

TEST_F(PollsTest, holds_before_anything_was_ever_published) {
  RawClient client(net);
  EXPECT_EQ(client.ask(get("/log?wait=30")), "");
  publish("a");
  EXPECT_EQ(body_of(client.heard()), list(json(1, "a"), 1));
}

TEST_F(PollsTest, forgets_who_has_gone) {
  publish("a");
  RawClient client(net);
  EXPECT_EQ(client.ask(get("/log?wait=30&after=latest")), "");
  client.tcp.abort();
  net.settle();
  EXPECT_EQ(server.connections(), 0u);
  publish("b");
  net.settle();
}

TEST_F(PollsTest, answers_204_at_once_to_whom_ends_his_half) {
  publish("a");
  RawClient client(net);
  EXPECT_EQ(client.ask(get("/log?wait=30&after=latest")), "");
  client.tcp.half_close();
  EXPECT_EQ(code_of(client.heard()), "204");
  net.settle();
  EXPECT_EQ(server.connections(), 0u) << "whoever closes a page does no more than that";
}

TEST_F(PollsTest, never_holds_a_head) {
  publish("a");
  RawClient client(net);
  const std::string got = client.ask("HEAD /log?wait=30&after=latest HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(code_of(got), "200");
  EXPECT_EQ(body_of(got), "");
}

TEST_F(PollsTest, answers_many_a_few_a_turn_and_nobody_twice) {
  publish("a");
  std::deque<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < clients_max; ++i) {
    clients.push_back(std::make_unique<RawClient>(net));
    EXPECT_EQ(clients.back()->ask(get("/log?wait=30&after=latest")), "");
  }
  publish("b");
  int turns = 0;
  for (std::size_t answered = 0; answered < clients_max; ++turns) {
    (void)net.poll();
    std::size_t now = 0;
    for (auto& client : clients) now += client->received.empty() ? 0 : 1;
    EXPECT_LE(now - answered, 16u);
    answered = now;
    ASSERT_LT(turns, 20);
    if (turns == 2) publish("c");
  }
  net.settle();
  for (auto& client : clients) {
    const std::string got = client->heard();
    EXPECT_NE(got.find(json(2, "b")), std::string::npos);
    EXPECT_EQ(got.find("HTTP/1.1", 1), std::string::npos);
  }
}

TEST_F(PollsTest, counts_a_message_that_fits_no_answer_as_missed) {
  // Half a block is the most that a topic takes; with long fields the rest is not enough.
  struct Verbose final : http::Filter {
    bool passes(const http::Received&, http::Responder&) override { return true; }
    void write_fields(const http::Responder&, http::MessageWriter& head) const override {
      head.field("Verbose", std::string(400, 'v'));
    }
  } verbose;
  http::Filter* const filters[] = {&verbose};
  http::ServerOptions options;
  options.filters = filters;
  server.use(options);
  publish(std::string(290, 'x'));
  publish("small");
  RawClient client(net);
  EXPECT_EQ(body_of(client.ask(get("/log"))), list(json(2, "small"), 2, 1));
}

TEST_F(PollsTest, never_cuts_an_answer_that_does_not_fit) {
  struct Verbose final : http::Filter {
    bool passes(const http::Received&, http::Responder&) override { return true; }
    void write_fields(const http::Responder&, http::MessageWriter& head) const override {
      head.field("Verbose", std::string(size, 'v'));
    }
    std::size_t size = 0;
  } verbose;
  http::Filter* const filters[] = {&verbose};
  http::ServerOptions options;
  options.filters = filters;
  server.use(options);
  publish("x");
  for (verbose.size = 500; verbose.size < 800; ++verbose.size) {
    RawClient client(net);
    const std::string got = client.ask(get("/log"));
    const std::string body = body_of(got);
    if (code_of(got) == "200") {
      EXPECT_TRUE(body == list(json(1, "x"), 1) || body == list("", 1, 1)) << verbose.size << body;
    } else {
      EXPECT_EQ(code_of(got), "500") << verbose.size;
    }
    client.tcp.abort();
    net.settle();
  }
}

using PublishingTest = FeedBench;

TEST_F(PublishingTest, publishes_what_is_posted) {
  RawClient client(net);
  const std::string got = client.ask(post("/log?event=door%20opened",
                                          "Gr\xC3\xBC\xC3\x9F"
                                          "e\n"));
  const std::string body = R"({"id":")" + id(1) + R"("})";
  EXPECT_EQ(got,
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(body_of(client.ask(post("/log", ""))), R"({"id":")" + id(2) + R"("})");
  EXPECT_EQ(body_of(client.ask(get("/log"))),
            list(json(1,
                      "Gr\xC3\xBC\xC3\x9F"
                      "e\\n",
                      "door opened") +
                     "," + json(2, ""),
                 2));
}

TEST_F(PublishingTest, refuses_what_it_cannot_carry) {
  const std::string text = "Content-Type: text/plain\r\n";
  const struct {
    const char* rule;
    std::string target, fields, body, code;
  } rows[] = {
      {"text of any kind", "/log", "Content-Type: Text/csv; header=absent\r\n", "a", "201"},
      {"JSON is text", "/log", "Content-Type: application/json\r\n", "{}", "201"},
      {"no type", "/log", "", "a", "201"},
      {"UTF-8", "/log", "Content-Type: text/plain;charset=\"UTF-8\"\r\n", "a", "201"},
      {"another charset", "/log", "Content-Type: text/plain; charset=latin1\r\n", "a", "415"},
      {"a form", "/log", "Content-Type: application/x-www-form-urlencoded\r\n", "a=b", "415"},
      {"bytes", "/log", "Content-Type: application/octet-stream\r\n", "a", "415"},
      {"not UTF-8", "/log", text, "\xFF", "400"},
      {"cut UTF-8", "/log", text, "\xE2\x82", "400"},
      {"longer than the topic's longest", "/log", text, std::string(300, 'x'), "413"},
      {"as long", "/log", text, std::string(293, 'x'), "201"},
      {"longer than a block", "/log", text, std::string(2000, 'x'), "413"},
      {"a reserved event", "/log?event=mote.missed", text, "a", "400"},
      {"an event with a line feed", "/log?event=a%0Ab", text, "a", "400"},
      {"an event with half an escape", "/log?event=a%0", text, "a", "400"},
      {"an event that is too long", "/log?event=" + std::string(65, 'e'), text, "a", "400"},
  };
  for (const auto& row : rows) {
    RawClient client(net);
    EXPECT_EQ(code_of(client.ask(post(row.target, row.body, row.fields))), row.code) << row.rule;
  }
}

TEST_F(PublishingTest, publishes_only_what_the_application_admits) {
  feed.publish.admits = [](std::string_view event, std::string_view) { return event == "chat"; };
  RawClient client(net);
  EXPECT_EQ(code_of(client.ask(post("/log", "x"))), "403");
  EXPECT_EQ(topic.count(), 0u);
  EXPECT_EQ(code_of(client.ask(post("/log?event=chat", "x"))), "201");
}

TEST_F(PublishingTest, the_application_may_end_everything_when_it_is_asked) {
  static std::optional<http::SizedServer<2>>* other;
  std::array<sim::Tcp, 2> tcps{sim::Tcp(net), sim::Tcp(net)};
  sim::Listener listener{net, tcps};
  std::optional<http::SizedServer<2>> short_lived{std::in_place, net, listener, routes};
  other = &short_lived;
  ASSERT_EQ(short_lived->listen(81), Status::ok);
  feed.publish.admits = [](std::string_view, std::string_view) {
    other->reset();
    return true;
  };
  RawClient client(net, 81);
  EXPECT_EQ(client.ask(post("/log", "x")), "");
  EXPECT_TRUE(client.closed);
  EXPECT_EQ(topic.count(), 0u);
}

TEST_F(PublishingTest, releases_those_who_wait) {
  RawClient one(net), two(net);
  EXPECT_EQ(one.ask(get("/log?wait=30")), "");
  EXPECT_EQ(code_of(two.ask(post("/log", "x"))), "201");
  EXPECT_EQ(body_of(one.heard()), list(json(1, "x"), 1));
}

}  // namespace
}  // namespace mote::topic
