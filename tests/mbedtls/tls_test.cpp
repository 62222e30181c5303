// SPDX-License-Identifier: MIT
#include "mbedtls/tls.hpp"

#include "mbedtls/arena.hpp"
#include "mbedtls/tls_bench.hpp"

namespace mote::mbedtls {
namespace {

TEST(Tls, carries_bytes_both_ways_in_tls_1_3) {
  Bench bench;
  forget_bytes_most();
  bench.connect();
  ASSERT_TRUE(bench.client_end.connected) << to_string(bench.ended_with());
  EXPECT_EQ(bench.client.version(), "TLSv1.3");
  const ArenaUse use = arena_use();
  std::printf("arena: %zu B at most for both ends' handshake, %zu pieces while open, of %zu B\n",
              use.bytes_most,
              use.pieces,
              arena_bytes);
  ASSERT_EQ(bench.client.send(bytes_of("GET "), bytes_of("/"), io::Urgency::data), Status::ok);
  ASSERT_EQ(bench.accepted->send(bytes_of("200"), {}, io::Urgency::data), Status::ok);
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, "GET /");
  EXPECT_EQ(bench.client_end.received, "200");
}

TEST(Tls, closes_with_close_notify_and_gives_back_all_memory) {
  Bench bench;
  bench.connect();
  const std::size_t open = arena_use().pieces;
  ASSERT_EQ(bench.client.send(bytes_of("last"), {}, io::Urgency::data), Status::ok);
  bench.client.close();
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, "last");
  EXPECT_TRUE(bench.server_end.ended);
  EXPECT_FALSE(bench.server_end.closed);
  ASSERT_EQ(bench.accepted->send(bytes_of("late"), {}, io::Urgency::data), Status::ok);
  bench.accepted->close();
  bench.net.pass({3000});
  ASSERT_TRUE(bench.client_end.closed);
  EXPECT_EQ(bench.client_end.closed->status, Status::closed);
  EXPECT_EQ(bench.server_end.closed->status, Status::closed);
  EXPECT_LT(arena_use().pieces, open);
}

TEST(Tls, tells_an_end_without_close_notify_as_truncated) {
  Bench bench;
  bench.connect();
  bench.places[0].half_close();
  bench.net.pass({3000});
  EXPECT_EQ(bench.ended_with(), Status::truncated);
  EXPECT_FALSE(bench.client_end.ended);
}

TEST(Tls, gives_every_refused_certificate_its_own_status) {
  const struct {
    const char *shown, *host;
    Status told;
  } rows[] = {
      {"server", "server", Status::ok},
      {"server", "localhost", Status::ok},
      {"server", "a.example.org", Status::ok},
      {"server", "a.b.example.org", Status::wrong_name},  // RFC 6125 §6.4.3: one label
      {"server", "127.0.0.1", Status::ok},                // RFC 2818 §3.1
      {"server", "127.0.0.2", Status::wrong_name},
      {"server", "::1", Status::wrong_name},
      {"other", "server", Status::wrong_name},
      {"expired", "server", Status::expired},
      {"unknown", "server", Status::untrusted_root},
      {"alone", "server", Status::untrusted_root},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.shown) + " for " + row.host);
    Bench bench(row.shown);
    bench.connect(row.host);
    bench.net.pass({3000});
    EXPECT_EQ(to_string(bench.ended_with()), to_string(row.told));
    EXPECT_EQ(bench.client_end.connected, row.told == Status::ok);
    if (row.told != Status::ok) {
      EXPECT_EQ(bench.client_end.closed->layer, Layer::tls);
    }
  }
}

TEST(Tls, refuses_a_chain_without_its_middle) {
  Bench bench;
  bench.chain[1] = bench.chain[0];
  bench.connect();
  bench.net.pass({3000});
  EXPECT_EQ(bench.ended_with(), Status::untrusted_root);
}

TEST(Tls, takes_certificates_only_at_their_time) {
  const struct {
    std::int64_t off;
    Status told;
  } rows[] = {{-7'200, Status::not_yet_valid}, {366ll * 86'400, Status::expired}};
  for (const auto& row : rows) {
    Bench bench;
    const auto now = std::int64_t{certificates_made} + row.off;
    bench.net.set_unix_seconds(static_cast<std::uint64_t>(now));
    EXPECT_EQ(to_string(bench.outcome()), to_string(row.told));
  }
}

TEST(Tls, says_when_the_time_is_not_known) {
  Bench bench;
  bench.net.set_unix_seconds(0);
  bench.connect();
  bench.net.pass({3000});
  EXPECT_EQ(bench.ended_with(), Status::clock_unknown);
}

TEST(Tls, verifies_nothing_only_when_told_so) {
  Bench bench("unknown");
  bench.net.set_unix_seconds(0);
  bench.trust.verify_nothing();
  bench.connect("somebody-else");
  EXPECT_TRUE(bench.client_end.connected);
}

TEST(Tls, is_nothing_but_its_transport_when_no_tls_is_asked_for) {
  Bench bench;
  sim::Tcp places[] = {sim::Tcp{bench.net}};
  sim::Listener plain(bench.net, places);
  ASSERT_EQ(plain.listen(80, bench), Status::ok);
  ASSERT_EQ(bench.client.connect({"server", 80, io::Security::none}, bench.client_end), Status::ok);
  bench.net.settle();
  ASSERT_EQ(bench.client.send(bytes_of("plain"), {}, io::Urgency::data), Status::ok);
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, "plain");
  EXPECT_EQ(bench.client.connect({"server", 443, io::Security::tls}, bench.client_end),
            Status::busy);
  bench.client.abort();
  bench.connect();
  EXPECT_TRUE(bench.client_end.connected);
}

TEST(Tls, works_in_single_bytes_and_through_a_narrow_window) {
  Bench bench;
  bench.net.wire.piece_bytes_max = 1;
  bench.net.wire.window_bytes = 300;
  bench.connect();
  ASSERT_TRUE(bench.client_end.connected);
  const std::string text(1000, 'x');
  // The window takes less than the record: what is left lies in Mbed TLS's buffer.
  ASSERT_EQ(bench.client.send(bytes_of(text), {}, io::Urgency::data), Status::ok);
  EXPECT_EQ(bench.client.room(io::Urgency::control), 0u);
  EXPECT_EQ(bench.client.send(bytes_of("y"), {}, io::Urgency::data), Status::would_block);
  bench.net.settle();
  EXPECT_EQ(bench.client_end.writables, 1);
  EXPECT_EQ(bench.client.send(bytes_of(text), bytes_of(text), io::Urgency::data),
            Status::too_large);  // than a block
  ASSERT_EQ(bench.client.send(bytes_of("y"), {}, io::Urgency::data), Status::ok);
  bench.client.close();
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, text + "y");
  EXPECT_TRUE(bench.server_end.ended);
}

TEST(Tls, keeps_bytes_that_were_not_used_until_it_is_resumed) {
  Bench bench;
  bench.connect();
  bench.server_end.uses_most = 3;
  for (const char* text : {"abcdef", "ghi"})
    ASSERT_EQ(bench.client.send(bytes_of(text), {}, io::Urgency::data), Status::ok);
  bench.client.close();
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, "abc");
  EXPECT_FALSE(bench.server_end.ended);
  bench.accepted->resume();
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, "abcdefghi");
  EXPECT_TRUE(bench.server_end.ended);
}

TEST(Tls, sends_constants_as_there_is_room) {
  Bench bench;
  bench.net.wire.window_bytes = 4096;
  bench.connect();
  const std::string text(100'000, 'c');
  std::size_t sent = 0;
  for (int rounds = 0; sent < text.size() && rounds < 1000; ++rounds) {
    sent += bench.client.send_constant(bytes_of(text).from(sent));
    bench.net.settle();
  }
  EXPECT_EQ(bench.server_end.received, text);
}

TEST(Tls, waits_for_a_block_to_join_two_pieces_in) {
  Bench bench;
  bench.connect();
  std::vector<ByteSpan> taken;
  while (bench.net.blocks().can_compose()) taken.push_back(bench.net.blocks().take_to_compose());
  EXPECT_EQ(bench.client.room(io::Urgency::data), 0u);
  EXPECT_EQ(bench.client.send(bytes_of("a"), bytes_of("b"), io::Urgency::data),
            Status::would_block);
  bench.net.settle();
  EXPECT_EQ(bench.client_end.writables, 0);
  for (const ByteSpan block : taken) bench.net.blocks().give_back(block);
  bench.net.settle();
  EXPECT_EQ(bench.client_end.writables, 1);
}

TEST(Tls, sends_in_several_records_what_is_longer_than_one) {
  for (const std::size_t window : {300u, 20'000u, 100'000u}) {
    SizedBench<65536> bench;
    bench.connect();
    ASSERT_TRUE(bench.client_end.connected);
    bench.net.wire.window_bytes = window;
    const std::string message(65000, 'm');
    EXPECT_EQ(bench.client.room(io::Urgency::data), 65536u);
    ASSERT_EQ(bench.client.send(bytes_of(message), {}, io::Urgency::data), Status::ok);
    if (window < message.size()) {
      EXPECT_EQ(bench.client.room(io::Urgency::data), 0u);
      EXPECT_EQ(bench.client.send(bytes_of("no"), {}, io::Urgency::data), Status::would_block);
    }
    ASSERT_EQ(bench.accepted->send(bytes_of("answer"), {}, io::Urgency::data), Status::ok);
    bench.net.settle();
    EXPECT_EQ(bench.server_end.received, message);
    EXPECT_EQ(bench.client_end.writables, window < message.size() ? 1 : 0);
    // Head and body, joined in a block, and the goodbye behind both.
    ASSERT_EQ(bench.client.send(bytes_of("h"), bytes_of(message), io::Urgency::data), Status::ok);
    bench.client.close();
    bench.net.pass({1000});
    EXPECT_EQ(bench.server_end.received, message + "h" + message);
    EXPECT_TRUE(bench.server_end.ended);
    EXPECT_EQ(bench.client.send(bytes_of("h"), {}, io::Urgency::data), Status::not_open);
    EXPECT_EQ(bench.net.blocks().used(), 0);
  }
}

TEST(Tls, gives_back_the_block_of_a_message_that_never_went_out) {
  SizedBench<65536> bench;
  bench.connect();
  bench.net.wire.window_bytes = 300;
  const std::string message(65000, 'm');
  bench.server_end.uses_most = 0;
  ASSERT_EQ(bench.client.send(bytes_of(message), {}, io::Urgency::data), Status::ok);
  EXPECT_EQ(bench.net.blocks().used(), 1);
  bench.client.abort();
  EXPECT_EQ(bench.net.blocks().used(), 0);
}

TEST(Tls, waits_for_a_block_where_the_rest_of_a_message_may_need_one) {
  SizedBench<65536> bench;
  bench.connect();
  const std::string message(65000, 'm');
  io::Blocks& blocks = bench.net.blocks();
  std::vector<ByteSpan> taken;
  while (blocks.can_keep()) taken.push_back(blocks.take_to_keep());
  EXPECT_EQ(bench.client.send(bytes_of("short"), {}, io::Urgency::data), Status::ok);
  EXPECT_EQ(bench.client.send(bytes_of(message), {}, io::Urgency::data), Status::would_block);
  EXPECT_LT(bench.client.room(io::Urgency::data), message.size());
  bench.net.settle();
  EXPECT_EQ(bench.client_end.writables, 0);
  for (const ByteSpan block : taken) blocks.give_back(block);
  bench.net.settle();
  EXPECT_EQ(bench.client_end.writables, 1);
  ASSERT_EQ(bench.client.send(bytes_of(message), {}, io::Urgency::data), Status::ok);
  bench.net.settle();
  EXPECT_EQ(bench.server_end.received, "short" + message);
}

}  // namespace
}  // namespace mote::mbedtls
