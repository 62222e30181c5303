// SPDX-License-Identifier: MIT
// Whatever an application does to a Client from inside whichever of its callbacks.
#include <gtest/gtest.h>

#include <optional>

#include "http/client_bench.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::Reply;
using test::response;

enum class Event { field, head, body, done, more, rewind };
enum class Act { cancel, destroy, send, cancel_and_send, pause_and_resume, replace };

const char* name_of(Event event) {
  const char* const names[] = {"field", "head", "body", "done", "more", "rewind"};
  return names[static_cast<int>(event)];
}

/// An application that does one thing once, in one of the events.
struct Application {
  Application(Event the_event, Act the_act) : event(the_event), act(the_act) {
    client.emplace(net, tcp);
    listen();
  }

  void listen() {
    client->on_field = [this](const Field&) { happens(Event::field); };
    client->on_head = [this](std::uint16_t) { happens(Event::head); };
    client->on_body = [this](ByteView) { happens(Event::body); };
    client->on_done = [this](Failure why) {
      ++done;
      last = why.status;
      happens(Event::done);
    };
  }

  Request request() {
    Request made{"PUT", "http://a.example/"};
    made.more = [this](ByteSpan room) -> std::size_t {
      const std::size_t size = std::min<std::size_t>({room.size(), 10, left});
      std::fill_n(room.begin(), size, std::uint8_t{'u'});
      left -= size;
      happens(Event::more);
      return size;
    };
    made.rewind = [this] {
      left = 100;
      happens(Event::rewind);
    };
    return made;
  }

  void happens(Event what) {
    if (what != event || acted) return;
    acted = true;
    left = 100;
    switch (act) {
      case Act::cancel: return client->cancel();
      case Act::destroy: return client.reset();
      case Act::send: EXPECT_EQ(client->send(request()) == Status::ok, event == Event::done); break;
      case Act::cancel_and_send:
        client->cancel();
        EXPECT_EQ(client->send(request()), Status::ok);
        break;
      case Act::pause_and_resume:
        client->pause();
        client->resume();
        break;
      case Act::replace:
        client->on_field = {};
        client->on_head = {};
        client->on_body = {};
        break;
    }
  }

  Event event;
  Act act;
  bool acted = false;
  int done = 0;
  Status last = Status::ok;
  std::size_t left = 100;
  sim::SizedNet<4, 1024> net;
  sim::Tcp tcp{net};
  test::ScriptedServer server{net};
  std::optional<SizedClient<256, 512>> client;
};

TEST(ClientLifeCycle, allows_everything_in_every_callback) {
  for (const Event event :
       {Event::field, Event::head, Event::body, Event::done, Event::more, Event::rewind}) {
    for (const Act act : {Act::cancel,
                          Act::destroy,
                          Act::send,
                          Act::cancel_and_send,
                          Act::pause_and_resume,
                          Act::replace}) {
      for (const bool cut : {false, true}) {
        for (const bool redirected : {false, true}) {
          SCOPED_TRACE(name_of(event));
          SCOPED_TRACE(static_cast<int>(act));
          Application app(event, act);
          if (cut) app.net.wire.piece_bytes_max = 3;
          app.server.on_request = [&](const std::string& request) -> Reply {
            if (redirected && request.find("PUT /new") != 0)
              return {response(307, "gone", "Location: /new\r\n")};
            return {chunked(200, "hello")};
          };
          ASSERT_EQ(app.client->send(app.request()), Status::ok);
          app.net.pass(100_s);
          // The second one uses the kept connection, which the server has ended meanwhile.
          const bool second = app.client && !app.client->is_busy() && app.tcp.is_open();
          EXPECT_EQ(app.acted, event != Event::rewind || redirected);
          const bool ends = act == Act::cancel || act == Act::destroy;
          const bool anew = act == Act::cancel_and_send || act == Act::send;
          if (event == Event::done) {
            EXPECT_EQ(app.done, anew ? 2 : 1);
          } else if (app.acted) {
            EXPECT_EQ(app.done, ends ? 0 : 1);
          }
          EXPECT_EQ(app.last, Status::ok);
          (void)second;
        }
      }
    }
  }
}

TEST(ClientLifeCycle, allows_everything_when_an_exchange_fails) {
  for (const Act act : {Act::cancel, Act::destroy, Act::send, Act::cancel_and_send}) {
    for (const char* what : {"refused", "reset", "closed", "garbage", "timed out", "race"}) {
      SCOPED_TRACE(what);
      SCOPED_TRACE(static_cast<int>(act));
      const bool race = what == std::string("race");
      Application app(race ? Event::rewind : Event::done, act);
      const auto is = [what](const char* one) { return std::string(what) == one; };
      if (is("refused")) app.server.stop_listening();
      if (race) {
        app.server.replies = {{response(200, "kept")}};
        ASSERT_EQ(app.client->get("http://a.example/"), Status::ok);
        app.net.settle();
        ASSERT_EQ(app.done, 1);
        app.done = 0;
      }
      ASSERT_EQ(app.client->send(app.request()), Status::ok);
      if (!is("refused")) {
        app.net.settle();
        if (is("reset")) app.server.reset();
        if (is("closed") || race) app.server.close();
        if (is("garbage")) app.server.send("SSH-2.0\r\n");
      }
      if (!is("refused")) app.server.replies = {{response(200, "again")}};
      app.net.pass(is("timed out") ? 30_s : 0_s);
      const bool anew = act == Act::send || act == Act::cancel_and_send;
      EXPECT_TRUE(app.acted);
      if (race && act == Act::send) {
        EXPECT_EQ(app.done, 1) << "busy: the race goes on";
      } else {
        EXPECT_EQ(app.done, race ? (anew ? 1 : 0) : (anew ? 2 : 1));
      }
    }
  }
}

TEST(ClientLifeCycle, cancels_at_any_moment_without_a_word) {
  for (std::uint32_t ms = 0; ms < 80; ++ms) {
    Bench bench;
    bench.net.wire.delay_least = bench.net.wire.delay_most = 10_ms;
    bench.server.replies = {{response(307, "x", "Location: /b\r\n")},
                            {chunked(200, "hello"), test::Then::keep, false, {0}, 5, 1_ms}};
    ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
    bench.net.pass({ms});
    const int done = bench.done;
    bench.client.cancel();
    EXPECT_TRUE(bench.tcp.is_idle());
    EXPECT_FALSE(bench.client.is_busy());
    bench.net.pass(100_s);
    ASSERT_EQ(bench.done, done);
    bench.server.replies = {{response(200, "next")}};
    ASSERT_EQ(bench.client.get("http://a.example/"), Status::ok);
    bench.net.pass(1_s);
    ASSERT_EQ(bench.outcome.status, Status::ok);
    ASSERT_EQ(bench.done, done + 1);
  }
}

TEST(ClientLifeCycle, dies_at_any_moment_without_a_word) {
  for (std::uint32_t ms = 0; ms < 80; ++ms) {
    Bench bench;
    bench.net.wire.delay_least = bench.net.wire.delay_most = 10_ms;
    bench.server.replies = {{response(200, "hello"), test::Then::keep, false, {0}, 5, 1_ms}};
    {
      SizedClient<256, 512> client(bench.net, bench.tcp);
      bench.listen_to(client);
      ASSERT_EQ(client.get("http://a.example/"), Status::ok);
      bench.net.pass({ms});
    }
    const int done = bench.done;
    EXPECT_TRUE(bench.tcp.is_idle());
    bench.net.pass(100_s);
    ASSERT_EQ(bench.done, done);
  }
}

}  // namespace
}  // namespace mote::http
