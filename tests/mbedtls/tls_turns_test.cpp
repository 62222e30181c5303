// SPDX-License-Identifier: MIT
// How a handshake shares the loop, and when and of whom a failure is told.
#include "mbedtls/tls_bench.hpp"

namespace mote::mbedtls {
namespace {

/// Connects, and counts the turns of the loop until the client says how it went.
int turns_of_handshake(Bench& bench, Callback<void()> each = {}) {
  EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end), Status::ok);
  int turns = 0;
  while (!bench.client_end.connected && !bench.client_end.closed && turns < 1000) {
    (void)bench.net.poll({10});
    if (each) each();
    ++turns;
  }
  return turns;
}

TEST(TlsTurns, others_on_the_loop_live_on_between_two_steps_of_a_handshake) {
  Bench bench;
  static int ticks;
  static io::Timer* ticking;
  ticks = 0;
  io::Timer other{bench.net, [] {
                    ++ticks;
                    ticking->start({0});
                  }};
  ticking = &other;
  other.start({0});
  const std::uint32_t start = allocations();
  static std::uint32_t last, most;
  last = start;
  most = 0;
  const int turns = turns_of_handshake(bench, [] {
    most = std::max(most, allocations() - last);
    last = allocations();
  });
  other.stop();
  EXPECT_TRUE(bench.client_end.connected);
  EXPECT_GE(turns, 20);
  EXPECT_EQ(ticks, turns);
  // Work is counted by what it allocates: no turn has most of it.
  EXPECT_LT(most, (last - start) / 2);
  std::printf("a handshake of both ends: %d turns; %u allocations, at most %u in one turn\n",
              turns,
              last - start,
              most);
}

TEST(TlsTurns, a_handshake_that_waits_takes_no_turns) {
  Bench bench;
  bench.net.wire.delay_least = bench.net.wire.delay_most = {100};
  int turns = turns_of_handshake(bench);
  EXPECT_TRUE(bench.client_end.connected);
  // The poll of this network jumps to what is next: were something due all the time, it would not.
  EXPECT_LE(turns, 100);
  EXPECT_LE(bench.net.passed().ms, 1000u);

  Bench stalled;
  stalled.net.wire.delay_least = stalled.net.wire.delay_most = {100};
  EXPECT_EQ(stalled.client.connect({"server", 443, io::Security::tls}, stalled.client_end),
            Status::ok);
  stalled.net.pass({150});
  stalled.places[0].vanish();
  stalled.net.pass({1000});
  for (turns = 0; turns < 100 && stalled.net.poll().ms == 0;) ++turns;
  EXPECT_LT(turns, 3);
  EXPECT_FALSE(stalled.client_end.closed);  // Whoever connects has the deadline.
}

TEST(TlsTurns, a_failure_is_told_at_once_though_the_peer_is_silent) {
  Bench bench("expired");
  bench.net.wire.delay_least = bench.net.wire.delay_most = {10};
  EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end), Status::ok);
  bench.net.pass({25});  // It connects, and its first words have arrived.
  bench.places[0].vanish();
  bench.net.pass({10});
  ASSERT_TRUE(bench.client_end.closed);
  EXPECT_EQ(bench.ended_with(), Status::expired);
  EXPECT_TRUE(bench.client.is_lingering());
  EXPECT_FALSE(bench.client.is_idle());
  bench.net.pass({2500});
  EXPECT_TRUE(bench.client.is_idle());
}

/// Connects anew when it is told of the end, with another certificate on the other side.
class Stubborn : public End {
 public:
  explicit Stubborn(Bench& bench) : bench_(bench) {}
  void on_closed(Failure why) override {
    ++failures;
    first = why.status;
    bench_.trust.verify_nothing();
    (void)bench_.client.connect({"server", 443, io::Security::tls}, bench_.client_end);
  }
  int failures = 0;
  Status first{};

 private:
  Bench& bench_;
};

TEST(TlsTurns, a_transport_that_lingers_connects_anew_at_once) {
  for (const bool at_once : {true, false}) {
    Bench bench("expired");
    Stubborn end(bench);
    bench.net.wire.delay_least = bench.net.wire.delay_most = {10};
    if (at_once) {
      EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, end), Status::ok);
      bench.net.pass({500});
      EXPECT_EQ(end.failures, 1);
      EXPECT_EQ(end.first, Status::expired);
      EXPECT_TRUE(bench.client_end.connected);
    } else {
      (void)bench.outcome();
      EXPECT_EQ(bench.ended_with(), Status::expired);
      EXPECT_EQ(bench.refused->status, Status::tls_alert);
      EXPECT_EQ(bench.refused->native, 45);  // certificate_expired
      bench.client_end = {};
      EXPECT_EQ(bench.outcome(), Status::expired);
    }
  }
}

TEST(TlsTurns, a_failed_handshake_gives_back_its_memory_when_it_is_told) {
  Bench bench("expired");
  (void)bench.outcome();  // Opens Trust and Identity, which stay.
  const std::size_t before = arena_use().pieces;
  bench.client_end = {};
  bench.net.wire.delay_least = bench.net.wire.delay_most = {10};
  EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end), Status::ok);
  bench.net.pass({25});
  bench.places[0].vanish();
  while (!bench.client_end.closed) bench.net.pass({1});
  bench.net.pass({1});
  EXPECT_TRUE(bench.client.is_lingering());
  bench.net.pass({20'000});  // The server's place has its deadline.
  EXPECT_EQ(arena_use().pieces, before);
}

TEST(TlsTurns, a_servers_places_that_linger_are_taken_by_the_next) {
  Bench bench("expired");
  bench.net.wire.delay_least = bench.net.wire.delay_most = {10};
  sim::Tcp tcps[3]{sim::Tcp{bench.net}, sim::Tcp{bench.net}, sim::Tcp{bench.net}};
  for (sim::Tcp& tcp : tcps) {
    End end;
    Tls client{bench.net, tcp, bench.trust};
    EXPECT_EQ(client.connect({"server", 443, io::Security::tls}, end), Status::ok);
    bench.net.pass({60});
    EXPECT_EQ(to_string(end.closed ? end.closed->status : Status::ok), to_string(Status::expired));
  }
}

TEST(TlsTurns, want_of_memory_is_told_to_the_connection_that_has_it) {
  int told = 0;
  bool met = true;
  for (std::uint32_t n = 1; met; n += 1 + n / 12) {
    Bench bench("other");
    sim::Tcp tcp{bench.net};
    Tls second{bench.net, tcp, bench.trust};
    End second_end;
    int refusals = 0;
    static int* counted;
    counted = &refusals;
    bench.listener.on_refused = [](Failure why) { *counted += why.status == Status::tls_memory; };
    (void)bench.outcome();
    bench.client_end = {};
    // Their steps go in turns.
    EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end),
              Status::ok);
    EXPECT_EQ(second.connect({"server", 443, io::Security::tls}, second_end), Status::ok);
    const std::uint32_t before = allocations();
    refuse_allocation(n);
    bench.net.pass({2000});
    met = allocations() - before >= n;
    refuse_allocation(0);
    ASSERT_TRUE(second_end.closed) << n;
    // Of two clients and two places of a server it was one, and the other pair heard nothing of it.
    const bool first_told = bench.ended_with() == Status::tls_memory;
    const bool second_told = second_end.closed->status == Status::tls_memory;
    EXPECT_LE(first_told + second_told + refusals, 1) << n;
    told += first_told + second_told + refusals;
    EXPECT_TRUE(bench.ended_with() == Status::wrong_name ||
                second_end.closed->status == Status::wrong_name)
        << n << to_string(bench.ended_with()) << to_string(second_end.closed->status);
  }
  EXPECT_GT(told, 10);
}

TEST(TlsTurns, two_loops_and_two_trusts_live_and_die_in_any_order) {
  const std::size_t before = arena_use().pieces;
  {
    std::optional<Bench> one, other;
    one.emplace();
    one->connect();
    other.emplace("server", 2);
    other->connect();
    EXPECT_EQ(one->client.send(bytes_of("one"), {}, io::Urgency::data), Status::ok);
    one->net.settle();
    EXPECT_EQ(one->server_end.received, "one");
    one.reset();
    EXPECT_EQ(other->client.send(bytes_of("other"), {}, io::Urgency::data), Status::ok);
    other->net.settle();
    EXPECT_EQ(other->server_end.received, "other");
    // A Trust may outlive the loop that it was opened on.
    static std::vector<std::uint8_t> root;
    root = der("root");
    static const ByteView roots[] = {view(root)};
    Trust trust{roots};
    for (std::uint32_t seed = 3; seed < 5; ++seed) {
      Bench bench("server", seed);
      Tls tls{bench.net, bench.tcp, trust};
      ASSERT_EQ(tls.connect({"server", 443, io::Security::tls}, bench.client_end), Status::ok);
      bench.net.settle();
      EXPECT_TRUE(bench.client_end.connected);
    }
  }
  EXPECT_EQ(arena_use().pieces, before);
}

TEST(TlsTurns, closing_in_the_midst_of_a_handshake_ends_in_order) {
  for (std::uint32_t after = 0; after < 60; after += 5) {
    Bench bench;
    bench.net.wire.delay_least = bench.net.wire.delay_most = {10};
    EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end),
              Status::ok);
    bench.net.pass({after});
    bench.client.close();
    bench.net.pass({15'000});
    ASSERT_TRUE(bench.client_end.closed) << after;
    EXPECT_EQ(to_string(bench.ended_with()), to_string(Status::closed)) << after;
    EXPECT_TRUE(bench.client.is_idle());
  }
}

TEST(TlsTurns, a_listener_that_stops_ends_the_handshakes_that_its_acceptor_has_not_heard_of) {
  Bench bench;
  bench.connect();
  sim::Tcp tcp{bench.net};
  Tls second{bench.net, tcp, bench.trust};
  End second_end;
  EXPECT_EQ(second.connect({"server", 443, io::Security::tls}, second_end), Status::ok);
  for (int turns = 0; turns < 5; ++turns) (void)bench.net.poll();
  bench.accepted = nullptr;
  bench.listener.stop();
  bench.net.pass({1000});
  EXPECT_FALSE(bench.accepted);
  EXPECT_EQ(second_end.closed->status, Status::reset);
  EXPECT_TRUE(bench.client_end.connected);  // What stands goes on.
  EXPECT_FALSE(bench.client_end.closed);
}

}  // namespace
}  // namespace mote::mbedtls
