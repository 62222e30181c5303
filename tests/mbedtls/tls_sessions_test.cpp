// SPDX-License-Identifier: MIT
#include "mbedtls/tls_sessions.hpp"

#include "mbedtls/tls_sessions_bench.hpp"

namespace mote::mbedtls {
namespace {

TEST(Sessions, nine_of_ten_connections_are_resumed) {
  for (const int version : versions) {
    Kept bench(version);
    int resumed = 0;
    for (int n = 0; n < 10; ++n) resumed += bench.again();
    EXPECT_EQ(resumed, 9) << version;
    std::printf(
        "TLS %d: a session of our own server takes %zu B\n", version, bench.sessions.bytes_most());
  }
}

TEST(Sessions, without_them_or_without_tickets_every_handshake_is_full) {
  Bench bench;
  for (int n = 0; n < 3; ++n) {
    bench.connect();
    ASSERT_TRUE(bench.client_end.connected);
    EXPECT_FALSE(bench.client.resumed());
    bench.client.abort();
    bench.net.settle();
    bench.client_end = {};
  }
  SizedSessions<1> sessions;
  bench.trust.keep(sessions);
  bench.connect();
  EXPECT_EQ(sessions.count(), 0u);
}

TEST(Sessions, outlive_a_restart_by_the_bytes_that_on_kept_told) {
  for (const int version : versions) {
    static std::string kept;
    Kept bench(version);
    bench.sessions.on_kept = [](std::string_view host, std::uint16_t port, ByteView bytes) {
      EXPECT_EQ(host, "server");
      EXPECT_EQ(port, 443);
      kept = text_of(bytes);
    };
    EXPECT_FALSE(bench.again());
    bench.sessions.forget();
    EXPECT_EQ(bench.sessions.restore(bytes_of(kept)), Status::ok);
    EXPECT_TRUE(bench.again());
  }
}

TEST(Sessions, serve_only_the_host_and_the_port_they_are_of) {
  Kept bench;
  sim::Tcp places[] = {sim::Tcp{bench.net}};
  sim::Listener below(bench.net, places);
  SizedTlsListener<1> other(bench.net, below, bench.identity);
  ASSERT_EQ(other.listen(444, bench), Status::ok);
  EXPECT_FALSE(bench.again("server"));
  EXPECT_FALSE(bench.again("localhost"));
  EXPECT_FALSE(bench.again("server", 444));
  EXPECT_FALSE(bench.again("127.0.0.1"));  // The first one's slot is taken.
  EXPECT_TRUE(bench.again("localhost"));
  EXPECT_TRUE(bench.again("server", 444));
  EXPECT_TRUE(bench.again("127.0.0.1"));
  EXPECT_FALSE(bench.again("server"));
}

TEST(Sessions, are_not_used_by_who_verifies_otherwise_or_is_somebody_else) {
  const auto stranger = der("stranger");
  Kept bench;
  const ByteView both[] = {bench.roots[0], view(stranger)};
  const crypto::Sha256 pins[] = {pin_of("server")};
  Trust none{bench.roots}, more{both}, pinned{bench.roots}, asking{bench.roots}, shown{bench.roots};
  none.verify_nothing();
  pinned.pin(pins);
  asking.on_certificate = [](const ShownCertificate& certificate) { return certificate.found; };
  shown.show(bench.identity);
  for (Trust* const trust : {&none, &more, &pinned, &asking, &shown, &bench.trust}) {
    trust->keep(bench.sessions);
    Tls tls(bench.net, bench.tcp, *trust);
    for (const bool resumed : {false, true}) {
      End end;
      ASSERT_EQ(tls.connect({"server", 443, io::Security::tls}, end), Status::ok);
      bench.net.settle();
      ASSERT_TRUE(end.connected);
      EXPECT_EQ(tls.resumed(), resumed);
      tls.abort();
      bench.net.settle();
    }
  }
}

TEST(Sessions, are_not_resumed_where_clients_must_show_certificates) {
  // Who resumes shows none, so that it would not be known whether it still may come in.
  for (const int version : versions) {
    Kept bench;
    bench.trust.show(bench.identity);
    Trust clients{bench.roots};
    bench.identity.require(clients);
    if (version == 12) bench.speak_tls_1_2();
    for (int n = 0; n < 3; ++n) EXPECT_FALSE(bench.again());
  }
}

TEST(Sessions, end_with_their_tickets_lifetime) {
  for (const int version : versions) {
    Kept bench(version, {3'600'000});
    EXPECT_FALSE(bench.again());
    bench.net.pass({3'500'000});
    EXPECT_TRUE(bench.again());
    bench.net.pass({3'650'000});
    EXPECT_FALSE(bench.again()) << version;
  }
}

TEST(Sessions, end_when_the_certificate_was_not_seen_for_seven_days) {
  Kept bench(13, {6u * 86'400'000});
  EXPECT_FALSE(bench.again());
  bench.pass_days(3);
  EXPECT_TRUE(bench.again());
  bench.pass_days(3);
  EXPECT_TRUE(bench.again());
  bench.pass_days(3);
  EXPECT_FALSE(bench.again());
}

TEST(Sessions, end_with_the_certificate) {
  Kept bench;
  bench.net.set_unix_seconds(certificates_made + 365 * 86'400 - 3600);
  EXPECT_FALSE(bench.again());
  EXPECT_TRUE(bench.again());
  bench.net.pass({4'000'000});
  bench.client_end = {};
  bench.connect();
  bench.net.pass({3000});
  EXPECT_EQ(bench.ended_with(), Status::expired);
}

TEST(Sessions, that_are_too_large_are_counted_and_measured) {
  for (const int version : versions) {
    Kept bench(version);
    SizedSessions<2, 128> small;
    bench.trust.keep(small);
    EXPECT_FALSE(bench.again());
    EXPECT_FALSE(bench.again());
    EXPECT_EQ(small.count(), 0u);
    EXPECT_GE(small.too_large(), 2u);
    EXPECT_GT(small.bytes_most(), 128u);
  }
}

TEST(Sessions, a_server_with_new_keys_makes_a_full_handshake_of_it) {
  for (const int version : versions) {
    Kept bench(version);
    EXPECT_FALSE(bench.again());
    Tickets tickets;
    Identity identity(bench.chain, view(bench.key));
    identity.issue(tickets);
    bench.listener.stop();
    sim::Listener below(bench.net, bench.places);
    SizedTlsListener<2> listener(bench.net, below, identity);
    ASSERT_EQ(listener.listen(443, bench), Status::ok);
    EXPECT_FALSE(bench.again());
    EXPECT_TRUE(bench.again());
    for (auto& place : bench.places) place.abort();
    bench.net.settle();
  }
}

TEST(Sessions, on_kept_may_end_the_connection) {
  for (const int version : versions) {
    Kept bench(version);
    static Kept* now;
    now = &bench;
    bench.sessions.on_kept = [](std::string_view, std::uint16_t, ByteView) {
      now->client.abort();
      now->sessions.forget();
    };
    bench.connect();
    bench.net.settle();
    EXPECT_TRUE(bench.client.is_idle());
    EXPECT_EQ(bench.client_end.connected, version == 13);
    bench.sessions.on_kept = [](std::string_view, std::uint16_t, ByteView bytes) {
      EXPECT_EQ(now->sessions.restore(bytes), Status::ok);
      now->client.close();
    };
    bench.client_end = {};
    bench.connect();
    bench.net.pass({20'000});
    EXPECT_TRUE(bench.client.is_idle());
    bench.sessions.on_kept = {};
    EXPECT_TRUE(bench.again());
  }
}

TEST(Sessions, two_clients_of_one_host_resume_each_their_own) {
  for (const int version : versions) {
    Kept bench(version);
    sim::Tcp tcp(bench.net);
    Tls other(bench.net, tcp, bench.trust);
    for (const bool resumed : {false, true, true}) {
      End end;
      bench.client_end = {};
      ASSERT_EQ(other.connect({"server", 443, io::Security::tls}, end), Status::ok);
      bench.connect();
      ASSERT_TRUE(bench.client_end.connected && end.connected);
      EXPECT_EQ(other.resumed(), resumed);
      EXPECT_EQ(bench.client.resumed(), resumed);
      bench.client.abort();
      other.abort();
      bench.net.settle();
    }
  }
}

TEST(Sessions, of_tls_1_3_fail_once_where_only_1_2_is_spoken_meanwhile) {
  Kept bench;
  EXPECT_FALSE(bench.again());
  Identity older(bench.chain, view(bench.key));
  ASSERT_EQ(older.open(bench.net), Status::ok);
  mbedtls_ssl_conf_max_tls_version(&(older.*Inside::config()), MBEDTLS_SSL_VERSION_TLS1_2);
  bench.listener.stop();
  sim::Listener below(bench.net, bench.places);
  SizedTlsListener<2> listener(bench.net, below, older);
  ASSERT_EQ(listener.listen(443, bench), Status::ok);
  bench.client_end = {};
  bench.connect();
  bench.net.pass({20'000});
  EXPECT_FALSE(bench.client_end.connected);
  EXPECT_FALSE(bench.again());
  for (auto& place : bench.places) place.abort();
  bench.net.settle();
}

TEST(Tickets, keys_change_also_without_a_clock_and_those_of_the_last_one_are_read) {
  Kept bench(13, {600'000});  // of ten minutes, and the server knows no time
  bench.net.set_unix_seconds(0);
  bench.trust.verify_nothing();
  EXPECT_FALSE(bench.again());
  bench.net.pass({500'000});
  EXPECT_TRUE(bench.again());
  bench.net.pass({500'000});  // Meanwhile a new key is due: that ticket was the old one's.
  EXPECT_TRUE(bench.again());
  bench.net.pass({650'000});
  EXPECT_FALSE(bench.again());
}

}  // namespace
}  // namespace mote::mbedtls
