// SPDX-License-Identifier: MIT
// What a dying network and a careless application do to a server.
#include <functional>

#include "ws/server_bench.hpp"

namespace mote::ws {
namespace {

using test::masked;
using test::masked_close;
using test::opening;
using test::RawSocket;

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) ++found;
  return found;
}

struct WsServerFaults : test::ServerBench {
  void expect_next_is_served() {
    RawSocket next(net);
    EXPECT_EQ(next.head.substr(9, 3), "101");
    next.send(masked(0x81, "next"));
    EXPECT_EQ(heard().substr(0, 9), "open text");
  }
};

const std::string conversation = opening() + masked(0x81, "a") + masked(0x01, "b") +
                                 masked(0x89, "p") + masked(0x80, "c") + masked(0x82, "pull") +
                                 masked(0x8A, "") + masked(0x81, "broadcast");

/// A life with everything in it, during which the n-th operation fails.
TEST_F(WsServerFaults, survives_the_failure_of_each_operation) {
  static int pulls;
  static Server* all;
  for (const auto fault : {sim::Fault::reset, sim::Fault::would_block}) {
    for (const int way : {0, 1, 2}) {
      const bool server_closes = way == 1, in_pieces = way == 2;
      std::uint32_t n = 1;
      for (bool met = true; met; ++n) {
        SCOPED_TRACE("operation " + std::to_string(n));
        restart();
        all = server.get();
        server->on_text = [this](Session& session, std::string_view text) {
          said += "text ";
          if (text == "broadcast") all->broadcast(text);
          (void)session.send_text(text);
        };
        server->on_binary = [](Session& session, ByteView) {
          pulls = 0;
          (void)session.send_pieces(Opcode::binary, [](ByteSpan room) -> std::size_t {
            return ++pulls > 10 ? 0 : room.size();
          });
        };
        if (in_pieces)
          server->on_piece = [](Session& session, ByteView piece, bool) {
            (void)session.send_binary(piece);
          };
        net.wire.piece_bytes_max = 50;
        net.fail_operation(n, fault, sim::Side::accepted);
        const std::uint32_t before = net.operations();
        http::RawClient client(net);
        client.send(conversation);
        net.pass(3_s);
        if (server_closes && last) (void)last->close();
        if (client.tcp.is_open()) client.send(masked_close(1000, "bye"));
        net.pass(3_s);
        if (fault == sim::Fault::would_block) {
          EXPECT_LE(count(said, "open "), 1u);
        }
        client.tcp.abort();
        net.pass(70_s);
        met = net.operations() - before >= n;
        net.fail_operation(0, fault, sim::Side::accepted);
        EXPECT_EQ(count(said, "open "), count(said, "closed[")) << said;
        EXPECT_EQ(connections(), 0u);
        EXPECT_EQ(net.blocks().used(), 0);
        said.clear();
        server->on_piece = {};
        expect_next_is_served();
      }
      EXPECT_GT(n, 15u);
    }
  }
}

TEST_F(WsServerFaults, survives_a_client_that_goes_after_each_byte) {
  const std::string all = conversation + masked_close(1000, "bye");
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    SCOPED_TRACE(cut);
    for (const bool hard : {false, true}) {
      http::RawClient client(net);
      if (cut > 0) client.send(all.substr(0, cut));
      net.settle();
      if (hard) {
        client.tcp.abort();
      } else {
        client.tcp.close();
      }
      net.pass(3_s);
      EXPECT_EQ(count(said, "open "), count(said, "closed[")) << said;
      EXPECT_EQ(connections(), 0u);
      EXPECT_EQ(net.blocks().used(), 0);
      said.clear();
    }
  }
}

/// What an application may do inside of any callback; there is no session in `accepts`.
struct Act {
  const char* name;
  std::function<void(WsServerFaults&, Session*)> does;
};

const Act acts[] = {
    {"close",
     [](auto&, Session* session) {
       if (session) (void)session->close();
     }},
    {"abort",
     [](auto&, Session* session) {
       if (session) session->abort(true);
     }},
    {"abort silently",
     [](auto&, Session* session) {
       if (session) session->abort(false);
     }},
    {"destroy", [](auto& t, Session*) { t.server.reset(); }},
    {"shut down", [](auto& t, Session*) { t.server->shut_down(1_s); }},
    {"stop", [](auto& t, Session*) { t.server->http().stop(); }},
    {"broadcast", [](auto& t, Session*) { t.server->broadcast("to all"); }},
    {"close the slow",
     [](auto& t, Session*) {
       t.server->slow_client = SlowClient::is_closed;
       t.server->broadcast(std::string(3000, 'x'));
       t.server->broadcast(std::string(3000, 'x'));
       t.server->broadcast(std::string(3000, 'x'));
     }},
    {"send",
     [](auto&, Session* session) {
       if (session) (void)session->send_binary(bytes_of(std::string(2000, 'x')));
     }},
    {"send in pieces",
     [](auto&, Session* session) {
       static int pulls;
       pulls = 0;
       if (session)
         (void)session->send_pieces(Opcode::text, [](ByteSpan room) -> std::size_t {
           return ++pulls > 3 ? 0 : room.size();
         });
     }},
    {"pause",
     [](auto&, Session* session) {
       if (session) session->pause();
     }},
    {"pause and resume",
     [](auto&, Session* session) {
       if (!session) return;
       session->pause();
       session->resume();
     }},
    {"close all others",
     [](auto& t, Session* session) {
       auto& http = t.server->http();
       for (std::size_t place = 0; place < http.places(); ++place) {
         http::Occupant* const each = http.occupant(place);
         if (each && static_cast<http::Occupant*>(session) != each) each->abort(true);
         if (!t.server) return;
       }
     }},
    {"replace",
     [](auto& t, Session*) {
       t.server->accepts = {};
       t.server->on_open = {};
       t.server->on_text = {};
       t.server->on_binary = {};
       t.server->on_piece = {};
       t.server->on_writable = {};
       t.server->on_closed = {};
     }},
};

TEST_F(WsServerFaults, may_do_anything_in_every_callback) {
  const char* events[] = {
      "accepts", "open", "text", "gathered", "binary", "piece", "writable", "closed", "pull"};
  static WsServerFaults* self;
  static const Act* act;
  static Session* current;
  static int calls;
  static const auto once = [](Session* session) {
    if (calls++ == 0) act->does(*self, session);
  };
  self = this;
  for (const Act& each : acts)
    for (const std::string event : events)
      for (const std::size_t most : {3u, 10'000u}) {
        SCOPED_TRACE(event + ": " + each.name);
        restart();
        RawSocket guest(net);
        said.clear();
        act = &each;
        calls = 0;
        net.wire.piece_bytes_max = most;
        server->on_open = [](Session& session) { current = &session; };
        if (event == "accepts")
          server->accepts = [](const http::Received&, http::Responder&) {
            once(nullptr);
            return true;
          };
        if (event == "open") server->on_open = [](Session& session) { once(&session); };
        if (event == "text" || event == "gathered")
          server->on_text = [](Session& session, std::string_view) { once(&session); };
        if (event == "binary")
          server->on_binary = [](Session& session, ByteView) { once(&session); };
        if (event == "piece")
          server->on_piece = [](Session& session, ByteView, bool) { once(&session); };
        if (event == "writable") server->on_writable = [](Session& session) { once(&session); };
        server->on_closed = event == "closed"
                                ? Callback<void(Session&, const Close&)>(
                                      [](Session& session, const Close&) { once(&session); })
                                : Callback<void(Session&, const Close&)>(
                                      [](Session&, const Close&) { current = nullptr; });
        current = nullptr;
        http::RawClient client(net);
        client.send(opening());
        net.settle();
        if (event == "pull" && current)
          (void)current->send_pieces(Opcode::text, [](ByteSpan) {
            once(current);
            return std::size_t{0};
          });
        if (event == "writable" && current) {
          net.fail_operation(1, sim::Fault::would_block, sim::Side::accepted);
          EXPECT_EQ(current->send_text("no room"), Status::would_block);
        }
        if (client.tcp.is_open() && event != "gathered") client.send(masked(0x81, "a"));
        if (client.tcp.is_open())
          client.send(masked(0x01, "b") + masked(0x80, "c") + masked(0x82, "d") +
                      masked(0x89, "e"));
        net.pass(100_ms);
        if (client.tcp.is_open()) client.send(masked_close(1000, "bye"));
        net.pass(1_ms);
        client.tcp.abort();
        guest.tcp.abort();
        net.pass(100_s);
        EXPECT_GE(calls, 1);
        if (server) {
          EXPECT_EQ(connections(), 0u);
        }
        EXPECT_EQ(net.blocks().used(), 0);
        server.reset();
        net.settle();
        EXPECT_EQ(net.blocks().used(), 0);
      }
}

TEST_F(WsServerFaults, answers_500_when_the_head_of_its_answer_has_no_room) {
  net.fail_operation(2, sim::Fault::would_block, sim::Side::accepted);
  RawSocket client(net);
  EXPECT_EQ(client.head.substr(9, 3), "500");
  EXPECT_EQ(heard(), "");
  expect_next_is_served();
}

TEST_F(WsServerFaults, keeps_its_deadlines_when_the_clock_of_32_bits_starts_over) {
  for (std::uint32_t passed = 0; passed < 0xFFFFFFFFu / 1'000'000 - 1; ++passed)
    net.pass({1'000'000});
  RawSocket slow(net), silent(net), dead(net), idle(net);
  heard();
  dead.tcp.vanish();
  slow.send(masked(0x01, "half"));
  // Both sides of 2^32 ms, and the clients that are there answer pings.
  std::uint64_t before_end = 0x100000000ull - net.passed().ms;
  while (before_end > 5'000) {
    const auto step =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(before_end - 5'000, 9'000));
    net.pass({step});
    before_end -= step;
    for (RawSocket* each : {&silent, &idle})
      if (each->frames().find("ping") != std::string::npos) each->send(masked(0x8A, ""));
  }
  EXPECT_EQ(server->sessions(), 2u) << "the slow one and the dead one are gone";
  EXPECT_EQ(heard(), "closed[timed out 1008] closed[timed out 1006] ");
  RawSocket late(net);
  late.send(masked(0x01, "half"));
  net.pass(9'900_ms);
  EXPECT_EQ(server->sessions(), 3u);
  net.pass(200_ms);
  EXPECT_EQ(heard(), "open closed[timed out 1008] ");
  idle.send(masked(0x81, "here"));
  EXPECT_EQ(heard(), "text[here] ");
  silent.tcp.vanish();
  net.pass(50_s);
  EXPECT_EQ(heard().substr(0, 23), "closed[timed out 1006] ");
}

}  // namespace
}  // namespace mote::ws
