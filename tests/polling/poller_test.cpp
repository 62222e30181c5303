// SPDX-License-Identifier: MIT
// Short polling with conditional requests (RFC 9110 §13), long polling (RFC 6202 §2), and the waits
// of both.
#include "mote/polling/poller.hpp"

#include "polling/poller_fixture.hpp"

namespace mote::polling {
namespace {

using test::chunked;
using test::Reply;
using test::response;
using test::Then;

struct ShortPoller : PollerFixture {};
struct LongPoller : PollerFixture {};

TEST_F(ShortPoller, asks_at_a_steady_pace) {
  server.on_request = [n = 0](const std::string&) mutable {
    return Reply{response(200, std::to_string(++n), "Content-Type: text/plain\r\n")};
  };
  ASSERT_EQ(poller->every(10_s, "http://example.org/state?x=1"), Status::ok);
  EXPECT_EQ(after({9'999}), "200[1] ");
  EXPECT_EQ(after({1}), "200[2] ");
  EXPECT_EQ(after(30_s), "200[3] 200[4] 200[5] ");
  EXPECT_EQ(type, "text/plain");
  EXPECT_EQ(server.accepted, 1u);
  EXPECT_EQ(server.requests.at(0), "GET /state?x=1 HTTP/1.1\r\nHost: example.org\r\n\r\n");
}

TEST_F(ShortPoller, keeps_no_connection_that_it_will_not_need_in_time) {
  server.on_request = [](const std::string&) { return Reply{response(200, "x")}; };
  ASSERT_EQ(poller->every(60_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(59_s), "200[x] ");
  EXPECT_EQ(server.open_connections(), 1u);
  poller->stop();
  EXPECT_EQ(after(1_s), "closed[closed] ");
  ASSERT_EQ(poller->every(61_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(1_s), "200[x] ");
  EXPECT_EQ(server.open_connections(), 0u);
  EXPECT_EQ(after(60_s), "200[x] ");
}

TEST_F(ShortPoller, measures_its_pace_from_request_to_request) {
  server.on_request = [](const std::string&) {
    return Reply{response(200, ""), Then::keep, false, 3_s};
  };
  ASSERT_EQ(poller->every(10_s, "http://example.org/"), Status::ok);
  (void)after(100_s);
  EXPECT_EQ(server.requests.size(), 11u);
}

TEST_F(ShortPoller, does_not_read_the_same_state_twice) {
  server.replies = {{response(200, "a", "ETag: \"1\"\r\n")},
                    {"HTTP/1.1 304 x\r\nETag: \"1\"\r\n\r\n"},
                    {"HTTP/1.1 304 x\r\n\r\n"},
                    {response(200, "b", "ETag: W/\"2\"\r\n")},
                    {response(200, "c")},
                    {response(204, "")}};
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({5'500}), "200[a] 200[b] 200[c] ");
  EXPECT_EQ(asked(0, "If-None-Match"), "none");
  EXPECT_EQ(asked(1, "If-None-Match"), "\"1\"");
  EXPECT_EQ(asked(2, "If-None-Match"), "\"1\"");
  EXPECT_EQ(asked(3, "If-None-Match"), "\"1\"");
  EXPECT_EQ(asked(4, "If-None-Match"), "W/\"2\"");
  EXPECT_EQ(asked(5, "If-None-Match"), "none");
}

TEST_F(ShortPoller, asks_by_date_where_there_is_no_tag) {
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  server.replies = {{response(200, "a", "Last-Modified: " + date + "\r\n")},
                    {"HTTP/1.1 304 x\r\n\r\n"},
                    {response(200, "b", "Last-Modified: " + date + "\r\nETag: \"1\"\r\n")},
                    {response(200, "c", "ETag: \"2\"\r\nLast-Modified: " + date + "\r\n")},
                    {response(204, "")}};
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({4'500}), "200[a] 200[b] 200[c] ");
  EXPECT_EQ(asked(1, "If-Modified-Since"), date);
  EXPECT_EQ(asked(2, "If-Modified-Since"), date);
  EXPECT_EQ(asked(3, "If-None-Match"), "\"1\"");
  EXPECT_EQ(asked(3, "If-Modified-Since"), "none");
  EXPECT_EQ(asked(4, "If-None-Match"), "\"2\"");
}

TEST_F(ShortPoller, does_not_move_on_behind_an_answer_that_broke_off) {
  server.replies = {{response(200, "a", "ETag: \"1\"\r\n")},
                    {"HTTP/1.1 200 x\r\nETag: \"2\"\r\nContent-Length: 5\r\n\r\nabc", Then::close},
                    {response(200, "abcde", "ETag: \"2\"\r\n")},
                    {response(204, "")}};
  ASSERT_EQ(poller->every(5_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(20_s), "200[a] retry[stream truncated 200] 200[abcde] ");
  EXPECT_EQ(asked(2, "If-None-Match"), "\"1\"");
  EXPECT_EQ(asked(3, "If-None-Match"), "\"2\"");
}

TEST_F(ShortPoller, forgets_a_tag_that_is_too_long_for_it) {
  const std::string tag = "\"" + std::string(140, 'x') + "\"";
  server.on_request = [&](const std::string&) {
    return Reply{response(200, "a", "ETag: " + tag + "\r\n")};
  };
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({1'500}), "200[a] 200[a] ");
  EXPECT_EQ(asked(1, "If-None-Match"), "none");
}

TEST_F(ShortPoller, waits_as_long_as_the_server_asks) {
  net.set_unix_seconds(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
  const struct {
    const char* field;
    std::uint32_t ms;
  } cases[] = {
      {"Retry-After: 120\r\n", 120'000},
      {"Retry-After: Sun, 06 Nov 1994 08:59:37 GMT\r\n", 600'000},
      {"Retry-After: 99999999999999999999\r\n", 4'294'967'000},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    net.set_unix_seconds(784111777);
    server.replies = {{response(503, "", c.field)}};
    ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
    EXPECT_EQ(after({0}), "retry[unexpected HTTP status 503] ");
    EXPECT_EQ(wait.ms, c.ms);
    poller->abort();
  }
}

TEST_F(ShortPoller, slows_down_when_a_good_answer_asks_for_it) {
  server.replies = {{response(200, "a", "Retry-After: 30\r\n")}, {response(200, "b")}};
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({29'900}), "200[a] ");
  EXPECT_EQ(after({200}), "200[b] ");
}

TEST_F(ShortPoller, waits_ever_longer_after_failures_and_recovers) {
  bool fails = true;
  server.on_request = [&](const std::string&) { return Reply{response(fails ? 500 : 200, "")}; };
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  for (const std::uint32_t most : {1'000u, 2'000u, 4'000u, 8'000u, 16'000u}) {
    EXPECT_EQ(after({0}), "retry[unexpected HTTP status 500] ");
    EXPECT_LE(wait.ms, most);
    EXPECT_GE(wait.ms, most / 2);
    EXPECT_EQ(after({wait.ms - 1}), "");
    net.pass({1});
  }
  fails = false;
  (void)after(60_s);
  EXPECT_EQ(after(1_s), "200[] ");
  fails = true;
  while (said.empty()) net.pass({100});
  EXPECT_LE(wait.ms, 1'000u);
}

TEST_F(ShortPoller, ends_at_410_unless_told_otherwise) {
  server.replies = {{response(404, "")}, {response(410, "")}};
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(100_s), "retry[unexpected HTTP status 404] closed[unexpected HTTP status 410] ");
  EXPECT_EQ(server.requests.size(), 2u);
}

TEST_F(ShortPoller, ends_where_the_application_says) {
  server.replies = {{response(200, "a")}, {response(204, "")}};
  poller->ends_at = [](std::uint16_t code) { return code == 204; };
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(100_s), "200[a] closed[closed 204] ");
}

TEST_F(ShortPoller, tells_answers_that_do_not_fit) {
  server.replies = {{response(200, std::string(385, 'x'))},
                    {chunked(200, std::string(385, 'y'))},
                    {response(200, std::string(384, 'z'))}};
  ASSERT_EQ(poller->every(10_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(9_s),
            "retry[too large 200] retry[too large 200] 200[" + std::string(384, 'z') + "] ");
}

TEST_F(ShortPoller, stops_from_inside_of_its_news) {
  server.on_request = [](const std::string&) { return Reply{response(200, "a")}; };
  poller->on_news = [this](const http::Response&) {
    said += "news ";
    poller->stop();
  };
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(100_s), "news closed[closed] ");
  EXPECT_EQ(server.requests.size(), 1u);
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(100_s), "news closed[closed] ");
}

TEST_F(ShortPoller, asks_nothing_while_it_is_paused) {
  server.on_request = [](const std::string&) { return Reply{response(200, "a")}; };
  poller->on_news = [this](const http::Response&) {
    said += "news ";
    poller->pause();
  };
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(100_s), "news ");
  poller->resume();
  EXPECT_EQ(after(100_s), "news ");
  EXPECT_EQ(server.requests.size(), 2u);
}

TEST_F(ShortPoller, refuses_what_it_cannot_ask) {
  EXPECT_EQ(poller->every(1_s, "ftp://example.org/"), Status::bad_url);
  EXPECT_EQ(poller->every(1_s, ""), Status::bad_url);
  EXPECT_EQ(poller->every(1_s, "https://example.org/"), Status::insecure);
  const std::string url = "http://example.org/" + std::string(600, 'x');
  EXPECT_EQ(poller->every(1_s, Lasting::of(url)), Status::too_large);
  EXPECT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(poller->every(1_s, "http://example.org/"), Status::busy);
  EXPECT_EQ(poller->hold(1_s, "http://example.org/"), Status::busy);
}

TEST_F(LongPoller, asks_again_at_once_after_news) {
  server.on_request = [n = 0](const std::string&) mutable {
    return Reply{response(200, std::to_string(++n)), Then::keep, false, 20_s};
  };
  ASSERT_EQ(poller->hold(55_s, "http://example.org/updates"), Status::ok);
  EXPECT_EQ(after({60'100}), "200[1] 200[2] 200[3] ");
  EXPECT_EQ(server.requests.size(), 4u);
}

TEST_F(LongPoller, asks_again_at_once_when_there_was_nothing) {
  for (const char* nothing : {"HTTP/1.1 204 x\r\n\r\n", "HTTP/1.1 304 x\r\n\r\n"}) {
    server.on_request = [&](const std::string&) { return Reply{nothing, Then::keep, false, 30_s}; };
    const std::size_t before = server.requests.size();
    ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
    EXPECT_EQ(after({90'100}), "");
    EXPECT_EQ(server.requests.size() - before, 4u);
    poller->abort();
  }
}

TEST_F(LongPoller, asks_again_at_once_when_no_answer_came_in_time) {
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({180'100}), "");
  EXPECT_EQ(server.requests.size(), 4u);
}

TEST_F(LongPoller, is_not_driven_by_a_server_that_does_not_hold) {
  server.on_request = [](const std::string&) { return Reply{response(204, "")}; };
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({60'100}), "");
  EXPECT_EQ(server.requests.size(), 61u);
  poller->abort();
  server.requests.clear();
  server.on_request = [](const std::string&) { return Reply{response(200, "a")}; };
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  (void)after({10'050});
  EXPECT_EQ(server.requests.size(), 101u);
}

TEST_F(LongPoller, sends_the_cursor_back) {
  static constexpr Options options{{}, "X-Cursor"};
  poller->use(options);
  server.replies = {
      {response(200, "a", "x-cursor: 5f3a-1\r\n")},
      {response(204, "")},
      {"HTTP/1.1 200 x\r\nX-Cursor: 5f3a-2\r\nContent-Length: 5\r\n\r\nabc", Then::close},
      {response(200, "b", "X-Cursor: 5f3a-2\r\n")},
      {response(204, "", "X-Cursor: 5f3a-33\r\n")}};
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(10_s), "200[a] retry[stream truncated 200] 200[b] ");
  EXPECT_EQ(asked(0, "X-Cursor"), "none");
  EXPECT_EQ(asked(1, "X-Cursor"), "5f3a-1");
  EXPECT_EQ(asked(2, "X-Cursor"), "5f3a-1");
  EXPECT_EQ(asked(3, "X-Cursor"), "5f3a-1");
  EXPECT_EQ(asked(4, "X-Cursor"), "5f3a-2");
  EXPECT_EQ(asked(5, "X-Cursor"), "5f3a-33");
}

TEST_F(LongPoller, sends_the_cursor_back_under_another_name_beside_a_tag) {
  static constexpr Options options{{}, "X-Next", "X-After"};
  poller->use(options);
  server.replies = {{response(200, "a", "X-Next: 7\r\nETag: \"t\"\r\n")}};
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after(1_s), "200[a] ");
  EXPECT_EQ(asked(1, "X-After"), "7");
  EXPECT_EQ(asked(1, "If-None-Match"), "\"t\"");
}

TEST_F(LongPoller, tells_when_a_cursor_does_not_fit) {
  static constexpr Options options{{}, "X-Cursor"};
  poller->use(options);
  server.replies = {{response(200, "a", "X-Cursor: " + std::string(129, 'x') + "\r\n")}};
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({100}), "retry[too large 200] ");
}

TEST_F(LongPoller, asks_the_application_for_each_url) {
  int offset = 0;
  poller->next_url = [&offset](ByteWriter& url) {
    url.put("http://example.org/updates?offset=").number(static_cast<std::uint64_t>(offset));
  };
  poller->on_news = [&offset](const http::Response&) { offset += 10; };
  server.replies = {{response(200, "a", "ETag: \"t\"\r\n")}, {response(200, "b")}};
  ASSERT_EQ(poller->hold(55_s), Status::ok);
  (void)after(1_s);
  EXPECT_EQ(server.requests.at(0).substr(0, 22), "GET /updates?offset=0 ");
  EXPECT_EQ(server.requests.at(1).substr(0, 23), "GET /updates?offset=10 ");
  EXPECT_EQ(server.requests.at(2).substr(0, 23), "GET /updates?offset=20 ");
}

TEST_F(LongPoller, ends_when_the_application_makes_no_url) {
  static bool works = true;
  poller->next_url = [](ByteWriter& url) { url.put(works ? "http://example.org/" : "nowhere"); };
  server.on_request = [](const std::string&) { return Reply{response(200, "a")}; };
  ASSERT_EQ(poller->hold(55_s), Status::ok);
  net.settle();
  works = false;
  EXPECT_EQ(after(1_s), "200[a] closed[bad URL] ");
  works = true;
}

TEST_F(LongPoller, tries_at_once_when_the_network_is_back) {
  server.on_request = [](const std::string&) {
    return Reply{response(200, "a"), Then::keep, false, 20_s};
  };
  ASSERT_EQ(poller->hold(55_s, "http://example.org/"), Status::ok);
  net.settle();
  net.set_network(false);
  (void)after(300_s);
  net.set_network(true);
  const std::size_t before = server.requests.size();
  net.pass(2_s);
  EXPECT_EQ(server.requests.size(), before + 1);
}

}  // namespace
}  // namespace mote::polling
