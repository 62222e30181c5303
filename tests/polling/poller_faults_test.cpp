// SPDX-License-Identifier: MIT
// What a dying network and a careless application do to a poller.
#include <functional>

#include "polling/poller_fixture.hpp"

namespace mote::polling {
namespace {

using test::Reply;
using test::response;
using test::Then;

struct PollerFaults : PollerFixture {
  /// A run with everything in it. The server tells each of three things to those who have not got
  /// it by their tag, fails once, and says 410 in the end.
  void play(Duration held) {
    bool failed = false;
    server.on_request = [this, &failed, held](const std::string&) {
      const std::string tag = asked(server.requests.size() - 1, "If-None-Match");
      const int next = tag == "none" ? 1 : tag[1] - '0' + 1;
      if (next == 2 && !std::exchange(failed, true)) return Reply{response(503, "")};
      if (next == 4) return Reply{response(410, "")};
      return Reply{
          response(200, std::to_string(next), "ETag: \"" + std::to_string(next) + "\"\r\n"),
          next == 3 ? Then::close : Then::keep,
          false,
          held};
    };
    net.pass(200_s);
  }
};

TEST_F(PollerFaults, survives_any_operation_failing) {
  for (const bool held : {false, true}) {
    for (const auto fault : {sim::Fault::reset, sim::Fault::would_block, sim::Fault::no_slot}) {
      for (std::uint32_t n = 1;; ++n) {
        SCOPED_TRACE(n);
        make();
        said.clear();
        const std::uint32_t before = net.operations();
        net.fail_operation(n, fault);
        ASSERT_EQ(held ? poller->hold(10_s, "http://example.org/")
                       : poller->every(10_s, "http://example.org/"),
                  Status::ok);
        play(held ? 5_s : 0_s);
        // Each told once: a tag moves on when its answer was told.
        std::string told = said;
        for (std::size_t at; (at = told.find("retry[")) != std::string::npos;)
          told.erase(at, told.find(' ', told.find(']', at)) - at + 1);
        EXPECT_EQ(told, "200[1] 200[2] 200[3] closed[unexpected HTTP status 410] ") << said;
        if (n > net.operations() - before) break;
      }
      net.fail_operation(0, fault);
    }
  }
}

TEST_F(PollerFaults, lets_everything_be_done_in_every_callback) {
  const struct {
    const char* name;
    std::function<void()> act;
  } acts[] = {
      {"stop", [this] { poller->stop(); }},
      {"abort", [this] { poller->abort(); }},
      {"restart",
       [this] {
         poller->abort();
         EXPECT_EQ(poller->hold(10_s, "http://example.org/"), Status::ok);
       }},
      {"stop and replace",
       [this] {
         poller->stop();
         poller->on_news = {};
         poller->on_closed = {};
       }},
      {"pause and resume",
       [this] {
         poller->pause();
         poller->resume();
       }},
      {"destroy", [this] { poller.reset(); }},
      {"make anew", [this] { make(); }},
  };
  for (const auto& action : acts) {
    for (int where = 0; where < 4; ++where) {
      for (int nth = 1; nth <= 3; ++nth) {
        SCOPED_TRACE(std::string(action.name) + " in callback " + std::to_string(where));
        net.wire.piece_bytes_max = nth == 2 ? 7 : 10000;
        make();
        struct Trap {
          int left;
          const std::function<void()>& act;
          void spring() {
            if (--left == 0) act();
          }
        } trap{nth, action.act};
        if (where == 0) poller->on_news = [&trap](const http::Response&) { trap.spring(); };
        if (where == 1) poller->on_retry = [&trap](Failure, Duration) { trap.spring(); };
        if (where == 2) poller->on_closed = [&trap](Failure) { trap.spring(); };
        if (where == 3)
          poller->ends_at = [&trap](std::uint16_t code) {
            trap.spring();
            return code == 410;
          };
        ASSERT_EQ(poller->every(5_s, "http://example.org/"), Status::ok);
        play({0});
        poller.reset();
        net.settle();
        EXPECT_TRUE(tcp.is_idle());
      }
    }
  }
}

TEST_F(PollerFaults, says_nothing_after_abort) {
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  net.settle();
  poller->abort();
  EXPECT_EQ(after(100_s), "");
}

TEST_F(PollerFaults, notices_that_the_server_of_a_held_request_is_gone) {
  ASSERT_EQ(poller->hold(10_s, "http://example.org/"), Status::ok);
  net.settle();
  server.vanish();
  server.stop_listening();
  EXPECT_EQ(after({15'100}), "retry[connection refused] ");
}

TEST_F(PollerFaults, survives_a_kept_connection_that_the_server_closed) {
  server.on_request = [](const std::string&) { return Reply{response(200, "a"), Then::close}; };
  ASSERT_EQ(poller->every(1_s, "http://example.org/"), Status::ok);
  EXPECT_EQ(after({3'500}), "200[a] 200[a] 200[a] 200[a] ");
}

}  // namespace
}  // namespace mote::polling
