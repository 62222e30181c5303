// SPDX-License-Identifier: MIT
// Whatever happens from inside whatever callback, and whichever operation of the transport fails:
// nothing is touched that is gone, no block and no place is lost, and the next client is served.
#include "http/steered_bench.hpp"

namespace mote::http {
namespace {

const std::string chunked =
    "POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
const std::string expecting =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
std::size_t pulled;

/// Answers in each way that there is, by path.
void answer(const Received& request, Responder& responder) {
  static const std::string large(10'000, 'x');
  const Responder::More more = [](ByteSpan room) -> std::size_t {
    if (pulled >= 12) return 0;
    ++pulled;
    std::fill(room.begin(), room.end(), std::uint8_t('p'));
    return room.size();
  };
  pulled = 0;
  if (request.path == "/constant") {
    (void)responder.answer_constant(200, {}, bytes_of(large));
  } else if (request.path == "/stream") {
    (void)responder.stream(200, {}, more);
  } else if (request.path == "/hold") {
    responder.hold({1'000});
  } else if (request.path == "/echo") {
    become_echo(responder);
  } else {
    (void)responder.answer(200, {}, request.body.empty() ? "none" : text_of(request.body));
  }
}

/// Everything that a client may do, one behind the other.
const std::string conversation = get("/a") + post("hello") + chunked + get("/constant") +
                                 get("/stream") + get("/hold") + expecting + "abc" + get("/none") +
                                 get("/echo") + "hello";

TEST(ServerFaults, survives_the_failure_of_each_operation) {
  for (const sim::Fault fault : {sim::Fault::reset, sim::Fault::would_block}) {
    for (const bool in_parts : {false, true}) {
      std::uint32_t n = 1;
      for (bool met = true; met; ++n) {
        SCOPED_TRACE("operation " + std::to_string(n));
        SteeredBench<3> bench;
        bench.handler.in_parts = in_parts;
        bench.handler.asked = answer;
        bench.net.wire.piece_bytes_max = 300;
        bench.net.fail_operation(n, fault, sim::Side::accepted);
        RawClient client(bench.net);
        client.send(conversation);
        bench.wait(5);
        if (fault == sim::Fault::would_block && !in_parts) {
          std::string codes = codes_of(client.heard());
          // Whether that is needed depends on the cut.
          if (const auto at = codes.find("100 "); at != std::string::npos) codes.erase(at, 4);
          EXPECT_EQ(codes.substr(0, 32), "200 200 200 200 200 204 200 200 ");
          const std::string last = codes.substr(32);
          EXPECT_TRUE(last == "101 " || last == "500 ") << "no room for its head";
        }
        bench.wait(100);
        met = bench.net.operations() >= n;
        bench.net.fail_operation(0, fault, sim::Side::accepted);
        client.tcp.abort();
        bench.net.settle();
        EXPECT_EQ(bench.net.blocks().used(), 0);
        EXPECT_EQ(bench.server->connections(), 0u);
        RawClient next(bench.net);
        EXPECT_EQ(codes_of(next.ask(get())), "200 ");
      }
      EXPECT_GT(n, 20u);
    }
  }
}

TEST(ServerFaults, survives_a_client_that_goes_after_each_byte) {
  for (std::size_t size = 0; size <= conversation.size(); ++size) {
    for (const bool abort : {false, true}) {
      SteeredBench<3> bench;
      bench.handler.asked = answer;
      RawClient client(bench.net);
      client.send(conversation.substr(0, size));
      bench.net.settle();
      abort ? client.tcp.abort() : client.tcp.close();
      bench.wait(5);
      EXPECT_EQ(bench.server->connections(), 0u) << size;
      EXPECT_EQ(bench.net.blocks().used(), 0) << size;
    }
  }
}

/// What may be done from inside a callback.
enum class Deed { abort, abort_loudly, wind_up, answer, ticket, become, shut_down, destroy };
constexpr Deed deeds[] = {Deed::abort,
                          Deed::abort_loudly,
                          Deed::wind_up,
                          Deed::answer,
                          Deed::ticket,
                          Deed::become,
                          Deed::shut_down,
                          Deed::destroy};

void act(Deed deed, SteeredBench<3>& bench, Responder& responder) {
  switch (deed) {
    case Deed::abort: return responder.abort(false);
    case Deed::abort_loudly: return responder.abort(true);
    case Deed::wind_up: return responder.wind_up();
    case Deed::answer: return (void)responder.answer(403, {}, "no");
    case Deed::ticket: return (void)responder.ticket();
    case Deed::become: return become_echo(responder);
    case Deed::shut_down: return bench.server->shut_down({1'000});
    case Deed::destroy: return bench.server.reset();
  }
}

/// The callbacks, by number, so that each has its turn.
void put(SteeredBench<3>& bench, int callback, Deed deed) {
  Steered& handler = bench.handler;
  const auto now = [&bench, deed](Responder& responder) { act(deed, bench, responder); };
  switch (callback) {
    case 0:
      bench.filter.pass = [now](const Received&, Responder& responder) {
        return now(responder), true;
      };
      break;
    case 1:
      bench.filter.pass = [now](const Received&, Responder& responder) {
        return now(responder), false;
      };
      break;
    case 2:
      handler.head = [now](const Received&, Responder& responder) { return now(responder), true; };
      break;
    case 3:
      handler.head = [now](const Received&, Responder& responder) { return now(responder), false; };
      break;
    case 4:
      handler.in_parts = true;
      handler.part_came = [now](Responder& r, ByteView part) { return now(r), part.size(); };
      break;
    case 5:
      handler.in_parts = true;
      handler.part_came = [now](Responder& r, ByteView) { return now(r), std::size_t{0}; };
      break;
    case 6: handler.asked = [now](const Received&, Responder& responder) { now(responder); }; break;
    case 7:
      handler.asked = [](const Received&, Responder& responder) { (void)responder.ticket(); };
      handler.half_closed = now;
      break;
    case 8:
      handler.asked = [](const Received&, Responder& responder) { (void)responder.ticket(); };
      handler.gone = now;
      break;
    case 9:
      handler.in_parts = true;
      handler.gone = now;
      break;
    default: break;
  }
}

TEST(ServerCallbacks, may_do_anything_from_inside_of_any) {
  for (int callback = 0; callback < 10; ++callback) {
    for (const Deed deed : deeds) {
      for (const std::string& request : {get(),
                                         post("hello"),
                                         chunked,
                                         expecting,
                                         std::string("POST / HTTP/1.1\r\nHost: a\r\n"
                                                     "Content-Length: 9\r\n\r\nabc"),
                                         std::string("POST / HTTP/1.1\r\nHost: a\r\n"
                                                     "Transfer-Encoding: chunked\r\n\r\nx")}) {
        for (const bool ends : {false, true}) {
          SCOPED_TRACE(std::to_string(callback) + ", " + std::to_string(static_cast<int>(deed)));
          SteeredBench<3> bench;
          bench.handler.asked = answer;
          put(bench, callback, deed);
          RawClient client(bench.net);
          client.send(request + get("/b"));
          if (ends) client.tcp.half_close();
          bench.wait(1);
          client.tcp.abort();
          bench.wait(100);
          EXPECT_EQ(bench.net.blocks().used(), 0);
          if (bench.server) {
            EXPECT_EQ(bench.server->connections(), 0u);
          }
        }
      }
    }
  }
}

TEST(ServerCallbacks, may_do_anything_from_inside_of_a_body_that_is_asked_for) {
  static SteeredBench<3>* bench;
  static Ticket ticket;
  static Deed deed;
  for (const Deed each : deeds) {
    if (each == Deed::become) continue;  // its answer is under way
    for (const bool first : {true, false}) {
      SteeredBench<3> here;
      bench = &here;
      deed = each;
      pulled = first;
      here.handler.asked = [](const Received&, Responder& responder) {
        ticket = responder.ticket();
        const Responder::More more = [](ByteSpan room) -> std::size_t {
          std::fill(room.begin(), room.end(), std::uint8_t('p'));
          if (++pulled == 2) act(deed, *bench, *ticket.responder());
          return pulled >= 5 ? 0 : room.size();
        };
        EXPECT_EQ(responder.stream(200, {}, more), Status::ok);
      };
      RawClient client(here.net);
      client.send(get() + get());
      here.wait(5);
      client.tcp.abort();
      here.wait(5);
      EXPECT_EQ(here.net.blocks().used(), 0);
    }
  }
}

TEST(ServerCallbacks, may_do_anything_when_a_held_request_is_due) {
  for (const Deed deed : deeds) {
    SteeredBench<3> bench;
    bench.handler.asked = [](const Received&, Responder& responder) { responder.hold({1'000}); };
    bench.handler.held_out = [&](Responder& responder) { act(deed, bench, responder); };
    RawClient client(bench.net), other(bench.net);
    client.send(get());
    other.send(get());
    bench.wait(5);
    client.tcp.abort();
    other.tcp.abort();
    bench.wait(5);
    EXPECT_EQ(bench.net.blocks().used(), 0);
  }
}

TEST(ServerCallbacks, may_become_something_else_that_gets_the_bytes_behind_the_request) {
  SteeredBench<3> bench;
  bench.handler.asked = answer;
  RawClient client(bench.net);
  EXPECT_EQ(client.ask(get("/echo") + "hello"),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\nhello");
  EXPECT_EQ(client.ask("again"), "again");
  EXPECT_EQ(bench.net.blocks().used(), 0);
  client.tcp.close();
  bench.wait(5);
  EXPECT_EQ(bench.server->connections(), 0u);
}

}  // namespace
}  // namespace mote::http
