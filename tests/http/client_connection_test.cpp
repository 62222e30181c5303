// SPDX-License-Identifier: MIT
// How a Client keeps, loses and replaces its connection, and how long it waits.
#include <gtest/gtest.h>

#include "http/client_bench.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::Reply;
using test::response;
using test::Then;

class ClientConnectionTest : public testing::Test, protected Bench {
 protected:
  /// Has the client keep a connection.
  void keep() {
    server.replies = {{response(200, "kept")}};
    ASSERT_EQ(get("http://a.example/"), "200 [kept] ok;");
    ASSERT_TRUE(tcp.is_open());
  }
};

TEST_F(ClientConnectionTest, is_kept_for_the_same_origin_only) {
  test::ScriptedServer other(net, 81), secure(net, 443);
  net.offers_tls = true;
  const struct {
    const char* url;
    test::ScriptedServer& at;
    std::size_t accepted;  // by that server, afterwards
  } cases[] = {
      {"http://a.example/1", server, 1},
      {"http://A.EXAMPLE/2", server, 1},
      {"http://a.example:80/", server, 1},
      {"http://b.example/3", server, 2},
      {"http://b.exampl/3", server, 3},
      {"http://b.exampl:81/", other, 1},
      {"https://b.exampl/", secure, 1},
      {"https://b.exampl/", secure, 1},
      {"http://b.exampl/", server, 4},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    c.at.replies = {{response(200, "x")}};
    EXPECT_EQ(get(c.url), "200 [x] ok;");
    EXPECT_EQ(c.at.accepted, c.accepted);
  }
}

TEST_F(ClientConnectionTest, is_closed_when_unused_for_long) {
  keep();
  net.pass(59_s);
  EXPECT_TRUE(tcp.is_open());
  net.pass(2_s);
  EXPECT_TRUE(tcp.is_idle());
  EXPECT_EQ(heard(), "");
  server.replies = {{response(200, "x")}};
  EXPECT_EQ(get("http://a.example/"), "200 [x] ok;");
  EXPECT_EQ(server.accepted, 2u);
}

TEST_F(ClientConnectionTest, ends_when_the_server_ends_it_or_says_what_nobody_asked) {
  const struct {
    const char* what;
    void (*act)(test::ScriptedServer&);
  } cases[] = {
      {"close", [](test::ScriptedServer& at) { at.close(); }},
      {"reset", [](test::ScriptedServer& at) { at.reset(); }},
      {"bytes",
       [](test::ScriptedServer& at) {
         at.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
       }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    keep();
    const std::size_t accepted = server.accepted;
    c.act(server);
    net.pass(3_s);
    EXPECT_TRUE(tcp.is_idle());
    EXPECT_EQ(heard(), "");
    server.replies = {{response(200, "x")}};
    EXPECT_EQ(get("http://a.example/"), "200 [x] ok;");
    EXPECT_EQ(server.accepted, accepted + 1);
  }
}

TEST_F(ClientConnectionTest, is_not_waited_for_while_it_closes) {
  server.replies = {{response(200, "1", "Connection: close\r\n")}, {response(200, "2")}};
  net.wire.delay_least = net.wire.delay_most = 100_ms;
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  for (int i = 0; i < 1000 && done == 0; ++i) net.pass(1_ms);
  EXPECT_EQ(heard(), "200 [1] ok;");
  ASSERT_FALSE(tcp.is_open());
  ASSERT_FALSE(tcp.is_idle()) << "it lingers";
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.pass(1_s);
  EXPECT_EQ(heard(), "200 [2] ok;");
}

// The race of RFC 9112 §9.3.1: the server's end and the next request cross on the way.
enum class Ending { close, reset };

struct Race {
  const char* rule;
  const char* method;
  const char* data;
  bool pulls, rewinds;
  bool repeated;
  bool may_repeat = false;
};

class KeepAliveRace : public testing::TestWithParam<Ending> {};

TEST_P(KeepAliveRace, is_lost_by_what_cannot_be_repeated_only) {
  const Race races[] = {
      {"idempotent", "GET", "", false, false, true},
      {"idempotent", "DELETE", "", false, false, true},
      {"idempotent with a body", "PUT", "data", false, false, true},
      {"not idempotent", "POST", "data", false, false, false},
      {"an unknown method", "BREW", "", false, false, false},
      {"the caller says it may", "POST", "data", false, true, true},
      {"the caller says it may, plainly", "POST", "data", false, false, true, true},
      {"a body that cannot begin again", "PUT", "data", true, false, false},
      {"a body that cannot, whatever the caller says", "PUT", "data", true, false, false, true},
      {"a body that can", "PUT", "data", true, true, true},
      {"a body that can, the caller says it may", "POST", "data", true, true, true},
  };
  for (const Race& race : races) {
    SCOPED_TRACE(race.rule);
    Bench bench;
    bench.server.replies = {{response(200, "kept")}};
    ASSERT_EQ(bench.get("http://a.example/"), "200 [kept] ok;");
    bench.net.wire.delay_least = bench.net.wire.delay_most = 100_ms;
    struct Source {
      std::string_view whole, left;
      int rewinds = 0;
    } source{race.data, race.data};
    Request request{race.method, "http://a.example/"};
    request.may_repeat = race.may_repeat;
    if (race.pulls) {
      request.more = [&source](ByteSpan room) -> std::size_t {
        const std::size_t size = std::min(room.size(), source.left.size());
        std::copy_n(source.left.data(), size, room.begin());
        source.left.remove_prefix(size);
        return size;
      };
    } else {
      request.body = bytes_of(race.data);
    }
    if (race.rewinds)
      request.rewind = [&source] {
        source.left = source.whole;
        ++source.rewinds;
      };
    if (GetParam() == Ending::close) bench.server.close();
    ASSERT_EQ(bench.client.send(request), Status::ok);
    bench.net.pass(10_ms);
    bench.server.replies = {{response(200, "again")}};
    if (GetParam() == Ending::reset) bench.server.reset();
    bench.net.pass(5_s);
    EXPECT_EQ(bench.heard(), race.repeated ? "200 [again] ok;" : "[] cannot be sent again;");
    EXPECT_EQ(bench.done, 2);
    EXPECT_EQ(source.rewinds, race.repeated && race.rewinds ? 1 : 0);
    EXPECT_EQ(bench.server.accepted, race.repeated ? 2u : 1u);
    if (!race.repeated) continue;
    const std::string& sent = bench.server.requests.back();
    EXPECT_EQ(sent.find(race.method), 0u);
    EXPECT_EQ(sent.find("data") != std::string::npos, *race.data != 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Endings, KeepAliveRace, testing::Values(Ending::close, Ending::reset));

TEST_F(ClientConnectionTest, is_replaced_once_and_not_again) {
  keep();
  net.wire.delay_least = net.wire.delay_most = 100_ms;
  server.close();
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.pass(150_ms);
  server.stop_listening();
  net.pass(5_s);
  EXPECT_EQ(heard(), "[] connection refused;");
  EXPECT_EQ(done, 2);
}

TEST_F(ClientConnectionTest, is_not_replaced_when_the_answer_has_begun) {
  keep();
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.settle();
  server.send("H");
  net.settle();
  server.close();
  net.settle();
  EXPECT_EQ(heard(), "[] stream truncated;");
  EXPECT_EQ(server.accepted, 1u);
}

TEST_F(ClientConnectionTest, takes_a_farewell_for_no_answer) {
  keep();
  net.wire.delay_least = net.wire.delay_most = 100_ms;
  // Sent before the request was: it arrives in the poll() that would send it.
  server.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  net.pass(99_ms);
  server.replies = {{response(200, "again")}};
  ASSERT_EQ(client.send({"POST", "http://a.example/"}), Status::ok);
  net.pass(5_s);
  // The clock stood still between send() and the arrival, or did not: both end well.
  const std::string said_then = heard();
  EXPECT_TRUE(said_then == "200 [again] ok;" || said_then == "408 [] ok;") << said_then;
}

TEST_F(ClientConnectionTest, tells_why_none_came_to_be) {
  net.unknown_names = {"nowhere.example"};
  EXPECT_EQ(get("http://nowhere.example/"), "[] name not resolved;");
  EXPECT_EQ(outcome.layer, Layer::resolver);
  EXPECT_EQ(get("http://a.example:82/"), "[] connection refused;");
  net.set_network(false);
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.pass(15_s);
  EXPECT_EQ(heard(), "[] timed out;");
  EXPECT_EQ(outcome.layer, Layer::tcp);
  net.set_network(true);
  server.replies = {{response(200, "x")}};
  EXPECT_EQ(get("http://a.example/"), "200 [x] ok;");
}

TEST_F(ClientConnectionTest, waits_as_long_as_its_limits_say) {
  Limits one;
  one.connect = 1_s, one.head = 2_s, one.idle = 3_s;
  Limits whole;
  whole.whole = 5_s;
  const std::string ok = response(200, "hello");
  const struct {
    const char* rule;
    Limits limits;
    Reply reply;
    Duration wire;  // each way
    Duration until;
    const char* heard;
  } cases[] = {
      {"connect", one, {ok}, 1001_ms, 1_s, "[] timed out;"},
      {"head, silent", one, {"", Then::stay_silent}, {0}, 2_s, "[] timed out;"},
      {"head, byte by byte",
       one,
       {ok, Then::keep, false, {0}, 1, 100_ms},
       {0},
       2_s,
       "[] timed out;"},
      {"head, interim responses",
       one,
       {"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n",
        Then::keep,
        false,
        {0},
        18,
        900_ms},
       {0},
       2_s,
       "[] timed out;"},
      {"idle body",
       one,
       {ok.substr(0, ok.size() - 1), Then::stay_silent},
       {0},
       3_s,
       "200 [hell] timed out;"},
      {"idle body, in time",
       one,
       {"HTTP/1.1 200 OK\r\n\r\nabcdef", Then::close, false, {0}, 20, 1900_ms},
       {0},
       1900_ms,
       "200 [abcdef] ok;"},
      {"whole, connecting", whole, {ok}, 6_s, 5_s, "[] timed out;"},
      {"whole, head", whole, {"", Then::stay_silent}, {0}, 5_s, "[] timed out;"},
      {"whole, body, though it flows",
       whole,
       {"HTTP/1.1 200 OK\r\n\r\n" + std::string(100, 'x'), Then::keep, false, {0}, 20, 1_s},
       {0},
       5_s,
       nullptr},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    Bench bench;
    bench.net.wire.delay_least = bench.net.wire.delay_most = c.wire;
    bench.client.limits = c.limits;
    bench.server.replies = {c.reply};
    ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
    bench.net.pass({c.until.ms - 1});
    EXPECT_EQ(bench.done, 0) << bench.said;
    bench.net.pass(1_ms);
    EXPECT_EQ(bench.done, 1);
    if (c.heard) {
      EXPECT_EQ(bench.heard(), c.heard);
    }
    if (bench.outcome.status != Status::ok) {
      EXPECT_EQ(bench.outcome.status, Status::timed_out);
    }
    EXPECT_FALSE(bench.client.is_busy());
  }
}

TEST_F(ClientConnectionTest, waits_across_the_wrap_of_the_clock) {
  client.limits.head = 120_s;  // the clock wraps after 60 s
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.pass(119_s);
  EXPECT_EQ(done, 0);
  net.pass(1_s);
  EXPECT_EQ(heard(), "[] timed out;");
}

TEST_F(ClientConnectionTest, notices_a_server_that_vanished) {
  keep();
  server.vanish();
  ASSERT_EQ(client.get("http://a.example/"), Status::ok);
  net.pass(30_s);
  EXPECT_EQ(heard(), "[] timed out;");
  server.replies = {{response(200, "x")}};
  EXPECT_EQ(get("http://a.example/"), "200 [x] ok;");
}

/// Every kind of exchange in turn, with as many requests as there are.
int run_all(Bench& bench) {
  const std::string large(3000, 'u');
  struct Source {
    std::size_t left = 1000;
  } source;
  Request upload{"PUT", "http://a.example/"};
  upload.more = [&source](ByteSpan room) -> std::size_t {
    const std::size_t size = std::min(room.size(), source.left);
    std::fill_n(room.begin(), size, std::uint8_t{'u'});
    source.left -= size;
    return size;
  };
  upload.rewind = [&source] { source.left = 1000; };
  const Request requests[] = {
      {"GET", "http://a.example/"},
      {"GET", "http://a.example/"},
      {"POST", "http://a.example/", {}, bytes_of(large)},
      upload,
      {"GET", "http://b.example/"},
  };
  bench.server.on_request = [](const std::string& request) -> Reply {
    if (request.find("GET /new") == 0) return {response(200, "here", "Connection: close\r\n")};
    if (request.find("Host: b") != std::string::npos)
      return {response(302, "gone", "Location: /new\r\n")};
    return {chunked(200, "hello")};
  };
  int taken = 0;
  for (const Request& request : requests) {
    const int before = bench.done;
    if (bench.client.send(request) == Status::ok) ++taken;
    bench.net.pass(100_s);
    EXPECT_EQ(bench.done - before, taken - before) << "on_done came once for each send()";
    EXPECT_FALSE(bench.client.is_busy());
  }
  return taken;
}

class ClientFault : public testing::TestWithParam<sim::Fault> {};

TEST_P(ClientFault, at_any_operation_ends_in_one_named_outcome) {
  std::uint32_t operations = 0;
  for (std::uint32_t n = 1; n == 1 || n <= operations; ++n) {
    SCOPED_TRACE(n);
    Bench bench(n);
    bench.net.wire.piece_bytes_max = 64;
    bench.net.wire.window_bytes = 1024;
    bench.net.fail_operation(n, GetParam());
    const int taken = run_all(bench);
    operations = bench.net.operations();
    EXPECT_EQ(bench.done, taken);
    (void)bench.heard();
    // The client is as good as new.
    bench.net.fail_operation(0, GetParam());
    bench.client.cancel();
    EXPECT_EQ(bench.get("http://c.example/"), "200 [hello] ok;");
  }
  EXPECT_GT(operations, 40u);
}

INSTANTIATE_TEST_SUITE_P(Faults,
                         ClientFault,
                         testing::Values(sim::Fault::reset,
                                         sim::Fault::would_block,
                                         sim::Fault::no_slot));

}  // namespace
}  // namespace mote::http
