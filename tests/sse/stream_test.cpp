// SPDX-License-Identifier: MIT
// Event streams of a server on the simulated network.
#include "mote/sse/stream.hpp"

#include <memory>

#include "http/server_bench.hpp"
#include "mote/sse/event_writer.hpp"
#include "mote/sse/source.hpp"

namespace mote::sse {
namespace {

using http::RawClient;
using http::Received;
using http::Responder;

constexpr std::string_view ask = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\nConnection: close\r\n\r\n";

/// A server with a route of events, and a note of what the application is told.
struct StreamTest : ::testing::Test {
  StreamTest() {
    events.on_open = [this](Stream& one, std::string_view id) {
      told += "open(" + std::string(id) + ") ";
      last = &one;
      if (in_open) in_open(one);
    };
    events.on_writable = [this](Stream& one) {
      told += "writable(" + std::to_string(one.missed()) + ") ";
      if (in_writable) in_writable(one);
    };
    events.on_closed = [this](Stream& one, Failure why) {
      told += "closed:" + std::string(to_string(why.status)) + " ";
      if (last == &one) last = nullptr;
      if (in_closed) in_closed(one);
    };
    EXPECT_EQ(server->listen(80), Status::ok);
  }

  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 4> places{sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  Streams events;
  http::CallbackHandler large{[](const Received&, Responder& responder) {
    static const std::string body(7'900, '*');
    (void)responder.answer_constant(200, "text/plain", bytes_of(body));
  }};
  http::CallbackHandler hold{
      [](const Received&, Responder& responder) { (void)responder.ticket(); }};
  const http::Route routes[3] = {
      {"GET", "/events", events}, {"GET", "/large", large}, {"GET", "/hold", hold}};
  std::unique_ptr<http::SizedServer<3>> server =
      std::make_unique<http::SizedServer<3>>(net, door, routes);
  std::string told;
  Stream* last = nullptr;
  Callback<void(Stream&)> in_open, in_writable, in_closed;
};

TEST_F(StreamTest, answers_with_an_event_stream_that_ends_with_its_connection) {
  RawClient client(net);
  EXPECT_EQ(client.ask(ask), head);
  EXPECT_EQ(told, "open() ");
  EXPECT_EQ(last->send({"add", "1\n2", "7"}), Status::ok);
  EXPECT_EQ(client.heard(), "id: 7\nevent: add\ndata: 1\ndata: 2\n\n");
  last->close();
  EXPECT_EQ(client.heard(), "");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(told, "open() closed:closed ");
}

TEST_F(StreamTest, tells_the_id_that_the_client_had_last) {
  RawClient one(net), two(net);
  (void)one.ask("GET /events HTTP/1.1\r\nHost: a\r\nlast-event-id: 5f-42\r\n\r\n");
  (void)two.ask("GET /events HTTP/1.0\r\nLast-Event-ID: " + std::string(65, 'x') + "\r\n\r\n");
  EXPECT_EQ(told, "open(5f-42) open(" + std::string(64, 'x') + ") ");
}

TEST_F(StreamTest, answers_head_without_a_stream) {
  RawClient client(net);
  const std::string answer = client.ask("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.substr(0, 51),
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            "T");
  EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
  EXPECT_EQ(client.ask(ask), head);
}

TEST_F(StreamTest, says_how_long_to_wait_before_coming_back) {
  static constexpr StreamOptions options{{15'000}, {30'000}, {2'000}};
  events.use(options);
  RawClient client(net);
  EXPECT_EQ(client.ask(ask), std::string(head) + "retry: 2000\n\n");
}

TEST_F(StreamTest, an_idle_stream_holds_no_block) {
  RawClient client(net);
  (void)client.ask(ask);
  EXPECT_EQ(net.blocks().used(), 0);
  EXPECT_EQ(last->send({"", "1", {}}), Status::ok);
  EXPECT_EQ(net.blocks().used(), 0);
  EXPECT_LE(sizeof(Stream), http::Place::bytes);
}

TEST_F(StreamTest, sends_a_comment_when_there_was_nothing_else) {
  RawClient client(net);
  (void)client.ask(ask);
  net.pass({14'000});
  EXPECT_EQ(client.heard(), "");
  EXPECT_EQ(last->send({"", "1", {}}), Status::ok);
  EXPECT_EQ(client.heard(), "data: 1\n\n");
  net.pass({13'000});
  EXPECT_EQ(client.heard(), "");
  net.pass({2'100});
  EXPECT_EQ(client.heard(), ":\n\n");
  net.pass({60'000});
  EXPECT_EQ(client.heard(), ":\n\n:\n\n:\n\n:\n\n");
}

TEST_F(StreamTest, refuses_an_event_that_is_not_one) {
  RawClient client(net);
  (void)client.ask(ask);
  EXPECT_EQ(last->send({"a\nb", "1", {}}), Status::bad_argument);
  EXPECT_EQ(last->send({"", "1", "7\r\n\r\ndata: evil"}), Status::bad_argument);
  EXPECT_EQ(last->send({"", std::string(2'000, 'x'), {}}), Status::too_large);
  EXPECT_EQ(events.broadcast({"a\rb", "1", {}}), Status::bad_argument);
  EXPECT_EQ(client.heard(), "");
  EXPECT_TRUE(last->writable());
}

TEST_F(StreamTest, broadcasts_one_event_to_all) {
  EXPECT_EQ(events.broadcast({"", "0", {}}), Status::ok);
  RawClient one(net), two(net), three(net);
  for (RawClient* each : {&one, &two, &three}) (void)each->ask(ask);
  EXPECT_EQ(events.broadcast({"", "1", "1"}), Status::ok);
  for (RawClient* each : {&one, &two, &three}) EXPECT_EQ(each->heard(), "id: 1\ndata: 1\n\n");
}

TEST_F(StreamTest, sends_an_event_whole_or_tells_when_there_is_room) {
  RawClient client(net);
  (void)client.ask(ask);
  client.stop_reading();
  const std::string data(500, 'x');
  int sent = 0;
  while (last->send({"", data, {}}) == Status::ok) ++sent;
  EXPECT_FALSE(last->writable());
  EXPECT_EQ(told, "open() ");
  client.read_on();
  EXPECT_EQ(client.heard().size(), static_cast<std::size_t>(sent) * (500 + 8));
  EXPECT_EQ(told, "open() writable(0) ");
  EXPECT_EQ(last->send({"", "1", {}}), Status::ok);
  EXPECT_EQ(client.heard(), "data: 1\n\n");
}

TEST_F(StreamTest, tells_how_many_broadcasts_a_slow_client_missed) {
  RawClient slow(net), quick(net);
  (void)slow.ask(ask);
  (void)quick.ask(ask);
  slow.stop_reading();
  const std::string data(500, 'x');
  std::size_t got = 0;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(events.broadcast({"", data, {}}), Status::ok);
    got += quick.heard().size();
  }
  EXPECT_EQ(got, 30 * 508u);
  slow.read_on();
  const std::size_t all = slow.heard().size() / 508;
  EXPECT_EQ(told, "open() open() writable(" + std::to_string(30 - all) + ") ");
  EXPECT_EQ(events.first()->missed(), 0);
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(StreamTest, never_forgets_that_broadcasts_were_missed) {
  RawClient slow(net);
  (void)slow.ask(ask);
  slow.stop_reading();
  while (events.first()->missed() == 0) EXPECT_EQ(events.broadcast({"", "news", {}}), Status::ok);
  for (int i = 1; i < 0x10000; ++i) (void)events.broadcast_written(bytes_of(":\n\n"));
  EXPECT_EQ(events.first()->missed(), 0xFFFF);
}

TEST_F(StreamTest, says_when_a_broadcast_is_larger_than_any_piece) {
  net.wire.window_bytes = 1024;  // The least that a port has: see ports/port.md, rule 2.
  RawClient client(net);
  (void)client.ask(ask);
  const std::string data(900, 'x');
  EXPECT_EQ(last->send({"", data, {}}), Status::too_large);
  EXPECT_EQ(events.broadcast({"", data, {}}), Status::too_large);
  EXPECT_EQ(events.first()->missed(), 0);
}

TEST_F(StreamTest, says_that_it_has_ended_also_without_a_block) {
  RawClient client(net);
  (void)client.ask(ask);
  last->close();
  std::vector<ByteSpan> taken;
  while (net.blocks().can_compose()) taken.push_back(net.blocks().take_to_compose());
  EXPECT_EQ(last->send({"", "x", {}}), Status::not_open);
  for (const ByteSpan each : taken) net.blocks().give_back(each);
}

TEST_F(StreamTest, ends_a_client_that_takes_nothing) {
  RawClient slow(net);
  (void)slow.ask(ask);
  slow.stop_reading();
  while (last->send({"", std::string(500, 'x'), {}}) == Status::ok) {
  }
  net.pass({29'900});
  EXPECT_EQ(told, "open() ");
  net.pass({200});
  EXPECT_EQ(told, "open() closed:peer too slow ");
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(StreamTest, tells_that_a_client_has_gone) {
  const struct {
    const char* how;
    void (*leave)(RawClient&);
    const char* told;
  } cases[] = {
      {"its end", [](RawClient& client) { client.tcp.close(); }, "open() closed:closed "},
      {"a reset", [](RawClient& client) { client.tcp.abort(); }, "open() closed:connection reset "},
  };
  for (const auto& c : cases) {
    told.clear();
    RawClient client(net);
    (void)client.ask(ask);
    c.leave(client);
    net.pass({3'000});
    EXPECT_EQ(told, c.told) << c.how;
    EXPECT_EQ(server->connections(), 0u);
    EXPECT_EQ(events.first(), nullptr);
  }
}

TEST_F(StreamTest, passes_over_what_the_client_still_sends) {
  RawClient client(net);
  (void)client.ask(std::string(ask) + "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
  client.send(std::string(5'000, 'x'));
  EXPECT_EQ(events.broadcast({"", "1", {}}), Status::ok);
  EXPECT_EQ(client.heard(), "data: 1\n\n");
}

TEST_F(StreamTest, is_503_to_a_client_that_does_not_read_what_it_asked_for) {
  RawClient client(net);
  client.stop_reading();
  EXPECT_EQ(client.ask("GET /large HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(ask)), "");
  client.read_on();
  const std::string got = client.heard();
  EXPECT_EQ(std::count(got.begin(), got.end(), '*'), 7'900);
  EXPECT_NE(got.find("HTTP/1.1 503 "), got.npos);
  EXPECT_EQ(told, "");
  EXPECT_EQ(client.ask(ask), head);
}

TEST_F(StreamTest, waits_for_a_block_when_there_is_none) {
  RawClient client(net);
  (void)client.ask(ask);
  std::vector<ByteSpan> taken;
  while (net.blocks().can_compose()) taken.push_back(net.blocks().take_to_compose());
  EXPECT_EQ(last->send({"", "1", {}}), Status::would_block);
  EXPECT_EQ(events.broadcast({"", "1", {}}), Status::would_block);
  net.pass({60'000});
  EXPECT_EQ(told, "open() ");
  for (const ByteSpan block : taken) net.blocks().give_back(block);
  net.settle();
  EXPECT_EQ(told, "open() writable(0) ");
  EXPECT_EQ(last->send({"", "1", {}}), Status::ok);
}

TEST_F(StreamTest, closes_when_the_server_shuts_down) {
  RawClient client(net);
  (void)client.ask(ask);
  server->shut_down();
  net.pass({100});
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(told, "open() closed:closed ");
}

TEST_F(StreamTest, gives_the_application_its_own_word) {
  static int thing;
  struct Choosing final : http::Handler {
    explicit Choosing(Streams& all) : streams(all) {}
    void on_request(const Received& request, Responder& responder) override {
      if (request.query == "no") return (void)responder.answer(204);
      responder.user = &thing;
      EXPECT_EQ(streams.open(request, responder), Status::ok);
    }
    Streams& streams;
  } choosing{events};
  const http::Route all[] = {{"GET", "/", choosing}};
  std::array<sim::Tcp, 1> place{sim::Tcp(net)};
  sim::Listener other{net, place};
  http::SizedServer<1> chooser{net, other, all};
  ASSERT_EQ(chooser.listen(81), Status::ok);
  RawClient client(net, 81);
  EXPECT_EQ(client.ask("GET /?no HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), head);
  EXPECT_EQ(last->user, &thing);
}

TEST_F(StreamTest, may_be_closed_and_the_server_destroyed_in_every_callback) {
  for (const bool destroys : {false, true}) {
    for (int which = 0; which < 3; ++which) {
      SCOPED_TRACE(std::to_string(which) + (destroys ? " destroys" : " closes"));
      if (!server) server = std::make_unique<http::SizedServer<3>>(net, door, routes);
      (void)server->listen(80);
      in_open = in_writable = in_closed = {};
      auto& event = which == 0 ? in_open : which == 1 ? in_writable : in_closed;
      if (destroys) {
        event = [this](Stream&) { server.reset(); };
      } else {
        event = [](Stream& one) {
          one.close();
          EXPECT_EQ(one.send({"", "1", {}}), Status::not_open);
        };
      }
      RawClient client(net);
      (void)client.ask(ask);
      if (which == 1 && last) {
        client.stop_reading();
        while (last->send({"", std::string(500, 'x'), {}}) == Status::ok) {
        }
        client.read_on();
      }
      (void)client.heard();
      if (which == 2) client.tcp.abort();
      net.pass({3'000});
      EXPECT_EQ(events.first(), nullptr);
      EXPECT_EQ(net.blocks().used(), 0);
      EXPECT_EQ(server ? server->connections() : 0, 0u);
    }
  }
}

TEST_F(StreamTest, survives_any_operation_of_the_server_failing) {
  in_open = [](Stream& one) { (void)one.send({"", "hello", {}}); };
  for (const sim::Fault fault : {sim::Fault::would_block, sim::Fault::reset}) {
    for (std::uint32_t n = 1; n < 12; ++n) {
      SCOPED_TRACE(n);
      told.clear();
      net.fail_operation(n, fault, sim::Side::accepted);
      {
        RawClient client(net);
        (void)client.ask(ask);
        for (int i = 0; i < 4; ++i) {
          EXPECT_EQ(events.broadcast({"", "1", {}}), Status::ok);
          net.pass({15'000});
        }
        const std::string got = client.heard();
        if (fault == sim::Fault::would_block && n > 2) {
          EXPECT_NE(got.find(":\n\n"), got.npos);
        }
      }
      net.fail_operation(0, fault, sim::Side::accepted);
      net.pass({3'000});
      const bool opened = told.find("open") != told.npos;
      EXPECT_EQ(told.find("closed:") != told.npos, opened) << told;
      EXPECT_EQ(server->connections(), 0u);
      EXPECT_EQ(events.first(), nullptr);
      EXPECT_EQ(net.blocks().used(), 0);
    }
  }
}

TEST_F(StreamTest, is_what_an_event_source_reads_and_comes_back_to) {
  in_open = [](Stream& one) { EXPECT_EQ(one.send({"", "hello", "1"}), Status::ok); };
  std::string got;
  sim::Tcp tcp{net};
  SizedSource<512, 512> source{net, tcp};
  source.on_event = [&got](const Event& event) { got += std::string(event.data) + ";"; };
  ASSERT_EQ(source.open("http://server/events"), Status::ok);
  net.pass({10});
  for (int cut = 1; cut < 4; ++cut) {
    net.wire.piece_bytes_max = static_cast<std::size_t>(cut);
    EXPECT_EQ(events.broadcast({"", "a\r\nb", "2"}), Status::ok);
    net.pass({10});
  }
  EXPECT_EQ(got, "hello;a\nb;a\nb;a\nb;");
  last->close();
  net.pass({60'000});
  EXPECT_EQ(told, "open() closed:closed open(2) ");
  EXPECT_EQ(got, "hello;a\nb;a\nb;a\nb;hello;");
}

}  // namespace
}  // namespace mote::sse
