// SPDX-License-Identifier: MIT
// What WHATWG HTML §9.2 asks of an EventSource, and what a device needs beyond it.
#include "mote/sse/source.hpp"

#include "sse/source_fixture.hpp"

namespace mote::sse {
namespace {

using test::chunked;
using test::Reply;
using test::response;
using test::Then;

struct Source_ : SourceFixture {};

TEST_F(Source_, asks_for_an_event_stream) {
  open();
  EXPECT_EQ(server.requests.at(0),
            "GET /events HTTP/1.1\r\nHost: example.org\r\nAccept: text/event-stream\r\n"
            "Cache-Control: no-cache\r\n\r\n");
}

TEST_F(Source_, tells_events_as_they_come) {
  open();
  EXPECT_EQ(after("data: 1\n\nevent: add\ndata: 2\n"), "open message:1 ");
  EXPECT_EQ(after(": heartbeat\n"), "");
  EXPECT_EQ(after("id: 7\n\n"), "add:2#7 ");
}

TEST_F(Source_, reads_a_chunked_stream_byte_by_byte) {
  net.wire.piece_bytes_max = 1;
  const std::string stream = "id: 1\ndata: a\ndata: b\n\ndata: c\r\n\r\n";
  server.on_request = [&](const std::string&) {
    return Reply{chunked(200, stream, "content-type: Text/Event-Stream; charset=utf-8\r\n")};
  };
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.settle();
  EXPECT_EQ(heard(), "open message:a\nb#1 message:c#1 lost[closed 200] retry[closed 200] ");
}

TEST_F(Source_, comes_back_with_the_last_id) {
  open();
  EXPECT_EQ(after("id: 7\ndata: 1\n\nid: 8\ndata: 2\n"), "open message:1#7 ");
  EXPECT_EQ(asked("Last-Event-ID"), "none");
  server.close();
  net.settle();
  EXPECT_EQ(heard(), "lost[closed 200] retry[closed 200] ");
  net.pass(3_s);
  EXPECT_EQ(heard(), "open ");
  EXPECT_EQ(asked("Last-Event-ID"), "7");
  EXPECT_EQ(after("data: 3\n\n"), "message:3#7 ");
}

TEST_F(Source_, begins_behind_an_id_that_the_application_kept) {
  ASSERT_EQ(source->open("http://example.org/", "5f3a-42"), Status::ok);
  net.settle();
  EXPECT_EQ(asked("Last-Event-ID"), "5f3a-42");
  EXPECT_EQ(after("data: 3\n\n"), "open message:3#5f3a-42 ");
}

TEST_F(Source_, sends_no_id_that_would_not_be_a_field) {
  open();
  EXPECT_EQ(after("id: a\x01z\ndata: 1\n\n"), "open message:1#a\x01z ");
  server.close();
  net.pass(4_s);
  EXPECT_EQ(asked("Last-Event-ID"), "none");
  EXPECT_TRUE(source->is_open());
}

TEST_F(Source_, waits_once_to_twice_as_long_as_the_server_said) {
  open();
  (void)after("retry: 10000\n");
  for (int i = 0; i < 20; ++i) {
    (void)after("data: 1\n\n");
    server.close();
    net.settle();
    EXPECT_GE(wait.ms, 10'000u);
    EXPECT_LE(wait.ms, 20'000u);
    net.pass(wait);
    net.settle();
    ASSERT_TRUE(source->is_open());
  }
}

TEST_F(Source_, does_not_storm_a_server_that_says_retry_0) {
  server.on_request = [](const std::string&) {
    return Reply{stream_head + "retry: 0\n\n", Then::close};
  };
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.pass(60_s);
  EXPECT_LE(server.requests.size(), 12u);
}

TEST_F(Source_, waits_ever_longer_only_after_failures) {
  server.stop_listening();
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  std::uint32_t least[] = {1500, 3000, 6000, 12000, 24000};
  for (const std::uint32_t ms : least) {
    net.settle();
    EXPECT_EQ(heard(), "retry[connection refused] ");
    EXPECT_GE(wait.ms, ms);
    EXPECT_LE(wait.ms, 2 * ms);
    net.pass(wait);
  }
}

TEST_F(Source_, waits_no_longer_than_the_longest_backoff) {
  server.stop_listening();
  static constexpr Options options{{}, {{1'000}, {8'000}}};
  source->use(options);
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.pass(600_s);
  EXPECT_LE(wait.ms, 8000u);
  EXPECT_GE(wait.ms, 4000u);
}

TEST_F(Source_, starts_with_the_shortest_wait_again_after_an_event) {
  int asked_times = 0;
  server.on_request = [&](const std::string&) {
    return ++asked_times < 5 ? Reply{response(503, "busy")}
                             : Reply{stream_head + "data: 1\n\n", Then::close};
  };
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.pass(100_s);
  EXPECT_NE(said.find("message:1 lost[closed 200]"), std::string::npos) << said;
  EXPECT_LE(wait.ms, 3000u);
}

TEST_F(Source_, ends_at_204) {
  server.on_request = [](const std::string&) { return Reply{response(204, "")}; };
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.pass(100_s);
  EXPECT_EQ(heard(), "closed[closed 204] ");
  EXPECT_EQ(server.requests.size(), 1u);
}

TEST_F(Source_, ends_at_204_when_it_comes_back) {
  open();
  server.on_request = [](const std::string&) { return Reply{response(204, "")}; };
  server.close();
  net.pass(100_s);
  EXPECT_EQ(heard(), "open lost[closed 200] retry[closed 200] closed[closed 204] ");
}

TEST_F(Source_, ends_at_answers_that_are_no_event_stream) {
  const struct {
    std::string reply;
    const char* expected;
  } cases[] = {
      {response(200, "data: 1\n\n", "Content-Type: text/plain\r\n"),
       "closed[unexpected content type 200] "},
      {response(200, "data: 1\n\n", "Content-Type: text/event-streams\r\n"),
       "closed[unexpected content type 200] "},
      {response(200, "data: 1\n\n"), "closed[unexpected content type 200] "},
      {response(404, "data: 1\n\n", "Content-Type: text/event-stream\r\n"),
       "closed[unexpected HTTP status 404] "},
      {response(401, ""), "closed[unexpected HTTP status 401] "},
      {response(205, "", "Content-Type: text/event-stream\r\n"),
       "closed[unexpected HTTP status 205] "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reply);
    server.on_request = [&](const std::string&) { return Reply{c.reply}; };
    ASSERT_EQ(source->open("http://example.org/"), Status::ok);
    net.pass(100_s);
    EXPECT_EQ(heard(), c.expected);
  }
  EXPECT_EQ(server.requests.size(), std::size(cases));
}

TEST_F(Source_, waits_out_a_refusal_as_long_as_the_server_asks) {
  server.replies = {{response(503, "busy", "Retry-After: 120\r\n")},
                    {response(429, "", "Retry-After: 60\r\n")},
                    {response(500, "")},
                    {stream_head}};
  server.on_request = {};
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.pass(119_s);
  EXPECT_EQ(heard(), "retry[unexpected HTTP status 503] ");
  net.pass(59_s);
  EXPECT_EQ(server.requests.size(), 2u);
  net.pass(60_s);
  EXPECT_EQ(heard(), "retry[unexpected HTTP status 429] retry[unexpected HTTP status 500] open ");
}

TEST_F(Source_, reads_retry_after_as_a_date) {
  net.set_unix_seconds(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
  server.replies = {{response(503, "", "Retry-After: Sun, 06 Nov 1994 08:59:37 GMT\r\n")},
                    {stream_head}};
  server.on_request = {};
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.settle();
  EXPECT_EQ(wait.ms, 600'000u);
}

TEST_F(Source_, ends_at_any_refusal_if_it_is_to_do_as_the_standard) {
  static constexpr Options options{{}, {{1'000}, {8'000}}, {60'000}, Refusals::end};
  source->use(options);
  server.on_request = [](const std::string&) { return Reply{response(503, "")}; };
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.settle();
  EXPECT_EQ(heard(), "closed[unexpected HTTP status 503] ");
}

TEST_F(Source_, follows_redirects_and_begins_at_the_first_url_again) {
  for (const int code : {301, 302, 303, 307, 308}) {
    server.on_request = [&](const std::string& request) {
      if (request.find("GET /events ") == 0)
        return Reply{response(code, "", "Location: /there\r\n")};
      return Reply{stream_head};
    };
    open();
    EXPECT_EQ(after("id: 7\ndata: 1\n\n"), "open message:1#7 ");
    EXPECT_EQ(server.requests.back().substr(0, 11), "GET /there ");
    server.close();
    net.pass(4_s);
    EXPECT_EQ(server.requests.at(server.requests.size() - 2).substr(0, 12), "GET /events ");
    EXPECT_EQ(asked("Last-Event-ID"), "7");
    source->abort();
    (void)heard();
  }
}

TEST_F(Source_, ends_where_redirects_do_not_end) {
  server.on_request = [](const std::string&) {
    return Reply{response(302, "", "Location: /events\r\n")};
  };
  ASSERT_EQ(source->open("http://example.org/events"), Status::ok);
  net.pass(100_s);
  EXPECT_EQ(heard(), "closed[too many redirects 302] ");
}

TEST_F(Source_, loses_a_stream_that_stalls) {
  open();
  (void)heard();
  for (int i = 0; i < 5; ++i) {
    net.pass(59_s);
    EXPECT_EQ(after(":\n"), "");
  }
  net.pass(61_s);
  EXPECT_EQ(heard(), "lost[timed out 200] retry[timed out 200] ");
  net.pass(3_s);
  EXPECT_TRUE(source->is_open());
}

TEST_F(Source_, passes_over_events_that_do_not_fit) {
  open();
  const std::string large(600, 'x');
  EXPECT_EQ(after("event: a\nid: 7\ndata: " + large + "\n\ndata: 1\n\n"),
            "open large[a:#7] message:1#7 ");
}

TEST_F(Source_, tells_nothing_while_it_is_paused) {
  open();
  source->on_event = [this](const Event& event) {
    said += show(event) + " ";
    source->pause();
  };
  EXPECT_EQ(after("data: 1\n\ndata: 2\n\ndata: 3\n\n"), "open message:1 ");
  net.pass(200_s);  // Nobody stalls but us.
  EXPECT_EQ(heard(), "");
  source->resume();
  net.settle();
  EXPECT_EQ(heard(), "message:2 ");
  source->on_event = [this](const Event& event) { said += show(event) + " "; };
  source->resume();
  net.settle();
  EXPECT_EQ(heard(), "message:3 ");
}

TEST_F(Source_, holds_the_server_back_while_it_is_paused) {
  open();
  source->pause();
  for (int i = 0; i < 2000; ++i) server.send("data: 0123456789\n\n");
  net.pass(10_s);
  EXPECT_EQ(heard(), "open ");
  int events = 0;
  source->on_event = [&](const Event&) { ++events; };
  source->resume();
  net.pass(10_s);
  EXPECT_EQ(events, 2000);
}

TEST_F(Source_, stays_paused_when_it_comes_back) {
  open();
  source->pause();
  server.reset();
  server.on_request = [](const std::string&) { return Reply{stream_head + "data: 1\n\n"}; };
  net.pass(10_s);
  EXPECT_EQ(heard(), "open lost[connection reset] retry[connection reset] open ");
  source->resume();
  net.settle();
  EXPECT_EQ(heard(), "message:1 ");
}

TEST_F(Source_, closes_with_lost_and_closed) {
  open();
  source->close();
  EXPECT_EQ(heard(), "open ");
  net.settle();
  EXPECT_EQ(heard(), "lost[closed] closed[closed] ");
  EXPECT_EQ(server.open_connections(), 0u);
  source->close();
  net.settle();
  EXPECT_EQ(heard(), "");
}

TEST_F(Source_, gives_up_opening_when_it_is_closed) {
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  source->close();
  net.pass(100_s);
  EXPECT_EQ(heard(), "closed[closed] ");
  server.stop_listening();
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.settle();
  source->close();
  net.pass(100_s);
  EXPECT_EQ(heard(), "retry[connection refused] closed[closed] ");
}

TEST_F(Source_, refuses_what_it_cannot_open) {
  EXPECT_EQ(source->open("ftp://example.org/"), Status::bad_url);
  EXPECT_EQ(source->open("/events"), Status::bad_url);
  EXPECT_EQ(source->open("https://example.org/"), Status::insecure);
  EXPECT_EQ(source->open("http://example.org/", "a\nb"), Status::bad_argument);
  EXPECT_EQ(source->open("http://example.org/", std::string(129, 'x')), Status::too_large);
  net.settle();
  open();
  EXPECT_EQ(source->open("http://example.org/"), Status::busy);
}

TEST_F(Source_, sends_own_fields) {
  static constexpr http::Field fields[] = {http::bearer("t0k3n"), {"X-Device", "7"}};
  static constexpr Options options{fields};
  source->use(options);
  open();
  EXPECT_EQ(asked("Authorization"), "Bearer t0k3n");
  EXPECT_EQ(asked("X-Device"), "7");
}

TEST_F(Source_, tries_at_once_when_the_network_is_back) {
  open();
  net.set_network(false);
  net.pass(200_s);
  (void)heard();
  net.set_network(true);
  net.pass(2_s);
  EXPECT_TRUE(source->is_open()) << said;
}

}  // namespace
}  // namespace mote::sse
