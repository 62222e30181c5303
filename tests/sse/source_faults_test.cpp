// SPDX-License-Identifier: MIT
// What a dying network and a careless application do to a source.
#include <functional>
#include <utility>

#include "sse/source_fixture.hpp"

namespace mote::sse {
namespace {

using test::Reply;
using test::response;
using test::Then;

struct SourceFaults : SourceFixture {
  /// A run with everything in it: a refusal, two streams, events large and small, a 204. The server
  /// goes by what it is told to have been received.
  void play() {
    bool refused = false;
    server.on_request = [this, &refused](const std::string&) {
      if (!std::exchange(refused, true)) return Reply{response(503, "")};
      const std::string id = asked("Last-Event-ID");
      if (id == "2") return Reply{response(204, "")};
      const std::string large = "data: " + std::string(600, 'x') + "\n\n";
      const std::string events = id == "1" ? "id: 2\ndata: b\n\n" : large + "id: 1\ndata: a\n\n";
      return Reply{stream_head + events, Then::close};
    };
    net.pass(200_s);
  }
};

TEST_F(SourceFaults, survives_any_operation_failing) {
  for (const auto fault : {sim::Fault::reset, sim::Fault::would_block, sim::Fault::no_slot}) {
    for (std::uint32_t n = 1;; ++n) {
      SCOPED_TRACE(n);
      make();
      marks.clear();
      const std::uint32_t before = net.operations();
      net.fail_operation(n, fault);
      ASSERT_EQ(source->open("http://example.org/events"), Status::ok);
      play();
      const std::string text = heard();
      SCOPED_TRACE(text);
      // on_open and on_lost alternate; on_closed comes once, and last.
      while (marks.rfind("ol", 0) == 0) marks.erase(0, 2);
      EXPECT_EQ(marks, "c");
      EXPECT_NE(text.find("message:a#1 "), std::string::npos);
      EXPECT_NE(text.find("message:b#2 "), std::string::npos);
      if (n > net.operations() - before) break;
    }
    net.fail_operation(0, fault);
  }
}

TEST_F(SourceFaults, lets_everything_be_done_in_every_callback) {
  const struct {
    const char* name;
    std::function<void()> act;
  } acts[] = {
      {"close", [this] { source->close(); }},
      {"abort", [this] { source->abort(); }},
      {"reopen",
       [this] {
         source->abort();
         EXPECT_EQ(source->open("http://example.org/events"), Status::ok);
       }},
      {"close and replace",
       [this] {
         source->close();
         source->on_event = {};
         source->on_lost = {};
       }},
      {"destroy", [this] { source.reset(); }},
      {"make anew", [this] { make(); }},
  };
  for (const auto& action : acts) {
    for (int where = 0; where < 6; ++where) {
      for (int nth = 1; nth <= 3; ++nth) {
        SCOPED_TRACE(std::string(action.name) + " in callback " + std::to_string(where));
        net.wire.piece_bytes_max = nth == 2 ? 7 : 10000;
        make();
        int left = nth;
        // Owned by this frame: a callback may capture one word.
        struct Trap {
          int& left;
          const std::function<void()>& act;
          void spring() {
            if (--left == 0) {
              const auto copy = act;
              copy();
            }
          }
        } trap{left, action.act};
        if (where == 0) source->on_open = [&trap] { trap.spring(); };
        if (where == 1) source->on_event = [&trap](const Event&) { trap.spring(); };
        if (where == 2) source->on_too_large = [&trap](const Event&) { trap.spring(); };
        if (where == 3) source->on_lost = [&trap](Failure) { trap.spring(); };
        if (where == 4) source->on_retry = [&trap](Failure, Duration) { trap.spring(); };
        if (where == 5) source->on_closed = [&trap](Failure) { trap.spring(); };
        ASSERT_EQ(source->open("http://example.org/events"), Status::ok);
        play();
        source.reset();
        net.settle();
        EXPECT_TRUE(tcp.is_idle());
        EXPECT_EQ(net.blocks().used(), 0);
      }
    }
  }
}

TEST_F(SourceFaults, says_nothing_after_abort) {
  open();
  source->abort();
  (void)heard();
  net.pass(100_s);
  EXPECT_EQ(heard(), "");
}

TEST_F(SourceFaults, notices_a_server_that_vanished) {
  open();
  server.vanish();
  net.pass(61_s);
  EXPECT_EQ(heard(), "open lost[timed out 200] retry[timed out 200] ");
}

TEST_F(SourceFaults, waits_for_a_server_that_does_not_answer_no_longer_than_it_must) {
  server.on_request = {};
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.pass(31_s);
  EXPECT_EQ(heard(), "retry[timed out] ");
}

TEST_F(SourceFaults, is_not_held_by_the_endless_body_of_a_refusal) {
  server.on_request = [](const std::string&) {
    return Reply{"HTTP/1.1 503 x\r\n\r\n" + std::string(5000, 'x')};
  };
  ASSERT_EQ(source->open("http://example.org/"), Status::ok);
  net.settle();
  EXPECT_EQ(heard(), "retry[unexpected HTTP status 503] ");
  EXPECT_EQ(server.open_connections(), 0u);
}

}  // namespace
}  // namespace mote::sse
