// SPDX-License-Identifier: MIT
#include "mbedtls/tls_sessions_bench.hpp"

namespace mote::mbedtls {
namespace {

TEST(SessionFaults, damaged_bytes_are_found_out_and_not_offered) {
  for (const int version : versions) {
    static std::string kept;
    Kept bench(version);
    bench.sessions.on_kept = [](std::string_view, std::uint16_t, ByteView bytes) {
      kept = text_of(bytes);
    };
    EXPECT_FALSE(bench.again());
    const std::string whole = kept;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      // Most of them without a handshake: what is not offered is gone after it, full or not.
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
      for (const std::string& damaged : {bytes, whole.substr(0, at)}) {
        bench.sessions.forget();
        const Status status = bench.sessions.restore(bytes_of(damaged));
        EXPECT_EQ(status == Status::ok || status == Status::bad_argument, true);
        if (at % 16 == 3 && status == Status::ok) {
          EXPECT_FALSE(bench.again()) << at;
        }
      }
    }
    EXPECT_EQ(bench.sessions.restore(bytes_of(whole + "x")), Status::ok);
    EXPECT_EQ(bench.sessions.restore(bytes_of(std::string(513, 'x'))), Status::too_large);
    EXPECT_EQ(bench.sessions.restore({}), Status::bad_argument);
  }
}

TEST(SessionFaults, are_dropped_with_a_handshake_that_failed) {
  for (const int version : versions) {
    Kept bench(version);
    EXPECT_FALSE(bench.again());
    ASSERT_NE(bench.sessions.count(), 0u);
    bench.client_end = {};
    bench.net.fail_operation(2, sim::Fault::reset, sim::Side::made);
    bench.connect();
    bench.net.pass({20'000});
    EXPECT_FALSE(bench.client_end.connected);
    EXPECT_EQ(bench.sessions.count(), 0u);
    bench.net.fail_operation(0, sim::Fault::reset, sim::Side::made);
    EXPECT_FALSE(bench.again());
    EXPECT_TRUE(bench.again());
  }
}

TEST(SessionFaults, a_refused_allocation_leaves_nothing_and_the_next_connection_stands) {
  for (const int version : versions) {
    const std::size_t before = arena_use().pieces;
    std::uint32_t n = 1;
    for (bool met = true; met; n += 1 + n / 4) {
      ASSERT_LT(n, 1'000'000u);
      Kept bench(version);
      EXPECT_FALSE(bench.again());
      bench.client_end = {};
      const std::uint32_t at_start = allocations();
      refuse_allocation(n);
      bench.connect();
      if (bench.client_end.connected) bench.client.close();
      bench.net.pass({20'000});
      met = allocations() - at_start >= n;
      refuse_allocation(0);
      EXPECT_TRUE(bench.client_end.connected || bench.client_end.closed) << n;
      bench.client.abort();
      for (auto& place : bench.places) place.abort();
      bench.net.settle();
      (void)bench.again();
    }
    EXPECT_EQ(arena_use().pieces, before);
  }
}

TEST(SessionFaults, resume_in_single_bytes_and_through_a_narrow_window) {
  for (const int version : versions) {
    Kept bench(version);
    bench.net.wire.piece_bytes_max = 1;
    bench.net.wire.window_bytes = 50;
    for (const bool resumed : {false, true, true}) EXPECT_EQ(bench.again(), resumed);
  }
}

/// Sends more than the window takes as soon as it may: the ticket comes while that lies there.
struct Eager : End {
  void on_connected() override {
    End::on_connected();
    EXPECT_EQ(tls->send(bytes_of(text), {}, io::Urgency::data), Status::ok);
  }
  Tls* tls = nullptr;
  std::string text = std::string(1000, 'e');
};

TEST(SessionFaults, a_ticket_may_come_while_there_is_no_room_to_send) {
  for (const bool says_more : {false, true}) {
    Kept bench;
    bench.net.wire.window_bytes = 300;
    bench.server_end.uses_most = 0;
    Eager end;
    end.tls = &bench.client;
    ASSERT_EQ(bench.client.connect({"server", 443, io::Security::tls}, end), Status::ok);
    bench.net.settle();
    ASSERT_TRUE(end.connected && bench.accepted);
    if (says_more) {
      EXPECT_EQ(bench.accepted->send(bytes_of("more"), {}, io::Urgency::data), Status::ok);
    }
    bench.net.settle();
    const std::uint32_t before = bench.net.operations();
    bench.net.pass({1000});
    EXPECT_EQ(bench.net.operations(), before);  // Nobody is busy for nothing.
    bench.server_end.uses_most = 10'000;
    bench.accepted->resume();
    bench.net.settle();
    EXPECT_EQ(bench.server_end.received, end.text);
    EXPECT_EQ(end.received, says_more ? "more" : "");
    EXPECT_EQ(bench.sessions.count(), 1u);
    EXPECT_EQ(bench.client.send(bytes_of("!"), {}, io::Urgency::data), Status::ok);
    bench.net.settle();
    EXPECT_EQ(bench.server_end.received, end.text + "!");
    bench.client.abort();
    for (auto& place : bench.places) place.abort();
    bench.net.settle();
    bench.server_end.uses_most = 10'000;
    (void)bench.again();
    EXPECT_TRUE(bench.again());
  }
}

TEST(SessionFaults, every_send_of_either_side_may_find_no_room) {
  for (const int version : versions) {
    for (const sim::Side side : {sim::Side::made, sim::Side::accepted}) {
      std::uint32_t n = 1;
      for (bool met = true; met; n += n < 12 ? 1 : 3) {
        ASSERT_LT(n, 200u);
        Kept bench(version);
        bench.net.fail_operation(n, sim::Fault::would_block, side);
        for (const bool resumed : {false, true}) EXPECT_EQ(bench.again(), resumed) << n;
        met = bench.net.operations() >= n;
      }
    }
  }
}

TEST(SessionFaults, every_operation_of_a_resumed_connection_may_meet_a_reset) {
  for (const int version : versions) {
    for (const sim::Side side : {sim::Side::made, sim::Side::accepted}) {
      std::uint32_t n = 1;
      for (bool met = true; met; n += n < 12 ? 1 : 3) {
        ASSERT_LT(n, 200u);
        Kept bench(version);
        EXPECT_FALSE(bench.again());
        bench.client_end = {};
        bench.net.fail_operation(n, sim::Fault::reset, side);
        bench.connect();
        (void)bench.client.send(bytes_of("ping"), {}, io::Urgency::data);
        bench.net.settle();
        bench.client.close();
        bench.net.pass({20'000});
        met = bench.net.operations() >= n;
        bench.net.fail_operation(0, sim::Fault::reset, side);
        EXPECT_TRUE(bench.client.is_idle()) << n;
        for (auto& place : bench.places) place.abort();
        bench.net.settle();
        (void)bench.again();
        EXPECT_TRUE(bench.again()) << n;
      }
    }
  }
}

TEST(SessionFaults, bytes_that_are_whole_but_wrong_do_no_harm) {
  for (const int version : versions) {
    static std::string kept;
    Kept bench(version);
    bench.sessions.on_kept = [](std::string_view, std::uint16_t, ByteView bytes) {
      kept = text_of(bytes);
    };
    EXPECT_FALSE(bench.again());
    const std::string whole = kept;
    for (std::size_t at = 24; at < whole.size(); at += 5) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 0xFF);
      const crypto::Sha256 checksum = crypto::sha256(bytes_of(bytes).from(24));
      bytes.replace(16, 8, reinterpret_cast<const char*>(checksum.data()), 8);
      bench.sessions.forget();
      EXPECT_EQ(bench.sessions.restore(bytes_of(bytes)), Status::ok);
      bench.begin();
      EXPECT_TRUE(bench.client_end.connected || bench.client_end.closed) << at;
      bench.finish();
    }
    bench.sessions.forget();
    EXPECT_FALSE(bench.again());
  }
}

}  // namespace
}  // namespace mote::mbedtls
