// SPDX-License-Identifier: MIT
#include <mbedtls/platform.h>

#include "mbedtls/tls_bench.hpp"

namespace mote::mbedtls {
namespace {

/// A connection from beginning to end: a word each way, and close.
bool runs_through(Bench& bench) {
  bench.connect();
  if (bench.client_end.connected && !bench.client_end.closed) {
    (void)bench.client.send(bytes_of("ping"), {}, io::Urgency::data);
    bench.net.settle();
    if (bench.accepted) (void)bench.accepted->send(bytes_of("pong"), {}, io::Urgency::data);
    bench.net.settle();
    bench.client.close();
  }
  bench.net.pass({15'000});
  return bench.client_end.received == "pong";
}

TEST(TlsFaults, every_operation_of_either_side_may_meet_a_reset) {
  for (const sim::Side side : {sim::Side::made, sim::Side::accepted}) {
    std::uint32_t n = 1;
    for (bool met = true; met; ++n) {
      ASSERT_LT(n, 200u);
      Bench bench;
      bench.net.fail_operation(n, sim::Fault::reset, side);
      (void)runs_through(bench);
      met = bench.net.operations() >= n;
      bench.net.fail_operation(0, sim::Fault::reset, side);
      EXPECT_TRUE(bench.client_end.closed) << n;
      EXPECT_TRUE(bench.client.is_idle()) << n;
      bench.client_end = {};
      bench.connect();  // No place was lost, and nothing of the arena.
      EXPECT_TRUE(bench.client_end.connected) << n;
    }
  }
}

// Every 23rd byte, from another one for each side: each of them takes minutes.
TEST(TlsFaults, a_reset_at_any_byte_is_told_and_leaves_nothing) {
  const std::size_t before = arena_use().pieces;
  int met = 0;
  for (const sim::Side side : {sim::Side::made, sim::Side::accepted}) {
    std::uint32_t n = side == sim::Side::made ? 5 : 11;
    for (bool meets = true; meets; n += 23) {
      ASSERT_LT(n, 10'000u);
      Bench bench;
      bench.net.wire.piece_bytes_max = 1;
      bench.net.fail_operation(n, sim::Fault::reset, side);
      (void)runs_through(bench);
      meets = bench.net.operations() >= n;
      met += meets;
      ASSERT_TRUE(bench.client_end.closed) << n;
      EXPECT_EQ(bench.ended_with() == Status::reset || bench.ended_with() == Status::closed, true)
          << n << ": " << to_string(bench.ended_with());
    }
  }
  EXPECT_EQ(arena_use().pieces, before);
  std::printf("%d connections were reset, each at another byte\n", met);
}

TEST(TlsFaults, every_send_of_either_side_may_find_no_room) {
  for (const sim::Side side : {sim::Side::made, sim::Side::accepted}) {
    std::uint32_t n = 1;
    for (bool met = true; met; ++n) {
      ASSERT_LT(n, 200u);
      Bench bench;
      bench.net.fail_operation(n, sim::Fault::would_block, side);
      EXPECT_TRUE(runs_through(bench)) << n;
      met = bench.net.operations() >= n;
    }
  }
}

TEST(TlsFaults, a_server_gives_up_a_client_that_stalls_at_any_byte_of_its_handshake) {
  for (std::size_t window = 170; window < 2000; window += 97) {
    Bench bench;
    bench.net.wire.window_bytes = window;
    bench.net.wire.delay_least = bench.net.wire.delay_most = {10};
    EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end),
              Status::ok);
    bench.net.pass({static_cast<std::uint32_t>(window / 10)});
    bench.tcp.vanish();
    bench.net.pass({20'000});
    if (!bench.accepted) {  // Else its last words were on their way already.
      EXPECT_TRUE(bench.places[0].is_idle()) << window;
    }
    bench.client.abort();
    EXPECT_TRUE(bench.client.is_idle());
  }
}

TEST(TlsFaults, tests_refuse_the_allocations_that_they_name) {
  Bench bench;  // whose arena is open
  EXPECT_EQ(bench.trust.open(bench.net), Status::ok);
  refuse_allocation(3, 2);
  for (const bool granted : {true, true, false, false, true}) {
    void* const piece = mbedtls_calloc(1, 8);
    EXPECT_EQ(piece != nullptr, granted);
    mbedtls_free(piece);
  }
  refuse_allocation(0);
}

TEST(TlsFaults, a_refused_allocation_is_told_as_want_of_memory) {
  const std::size_t before = arena_use().pieces;
  std::uint32_t told = 0;
  std::uint32_t n = 1;
  for (bool met = true; met; ++n) {
    ASSERT_LT(n, 1'000'000u);
    Bench bench;
    const std::uint32_t at_start = allocations();
    refuse_allocation(n);
    (void)runs_through(bench);
    met = allocations() - at_start >= n;
    refuse_allocation(0);
    if (met && bench.ended_with() == Status::tls_memory) ++told;
    EXPECT_NE(bench.ended_with(), Status::untrusted_root) << n;
    bench.client.abort();
    for (auto& place : bench.places) place.abort();
    n += n / 24;  // Each at first, then fewer: ./dev soak has the time for all.
  }
  EXPECT_EQ(arena_use().pieces, before);
  EXPECT_GT(told, 20u);
  std::printf("allocations of a connection, both ends: %u; told as tls_memory: %u\n", n, told);
}

TEST(TlsFaults, reconnecting_does_not_fragment_the_arena) {
  Bench bench;
  sim::Tcp tcp(bench.net);
  Tls other(bench.net, tcp, bench.trust);
  End other_end;
  std::size_t at_the_tenth = 0;
  forget_bytes_most();
  for (int round = 0; round < 60; ++round) {
    const bool first = round % 2 == 0;
    Tls& tls = first ? bench.client : other;
    End& end = first ? bench.client_end : other_end;
    tls.abort();
    bench.net.settle();
    end = {};
    ASSERT_EQ(tls.connect({"server", 443, io::Security::tls}, end), Status::ok);
    bench.net.settle();
    ASSERT_TRUE(end.connected) << round;
    if (round == 9) at_the_tenth = arena_use().bytes_most;
  }
  EXPECT_EQ(arena_use().bytes_most, at_the_tenth);
  std::printf("arena: %zu B at most for two connections that reconnect, both ends\n", at_the_tenth);
}

}  // namespace
}  // namespace mote::mbedtls
