// SPDX-License-Identifier: MIT
// Whom one end believes, and what it says of the others.
#include <mbedtls/ecp.h>
#include <mbedtls/rsa.h>
#include <mbedtls/x509.h>

#include "mbedtls/tls_bench.hpp"
#include "mbedtls/tls_refusal.hpp"

namespace mote::mbedtls {
namespace {

TEST(TlsTrust, names_the_most_fundamental_reason_first) {
  const struct {
    std::uint32_t flags;
    Status told;
  } rows[] = {
      {MBEDTLS_X509_BADCERT_NOT_TRUSTED | MBEDTLS_X509_BADCERT_EXPIRED |
           MBEDTLS_X509_BADCERT_CN_MISMATCH | MBEDTLS_X509_BADCERT_BAD_KEY | pin_flag,
       Status::untrusted_root},
      {issuer_flag | MBEDTLS_X509_BADCERT_BAD_MD, Status::wrong_usage},
      {MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_KEY_USAGE, Status::weak_certificate},
      {MBEDTLS_X509_BADCERT_EXT_KEY_USAGE | MBEDTLS_X509_BADCERT_FUTURE, Status::wrong_usage},
      {MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE, Status::expired},
      {MBEDTLS_X509_BADCERT_FUTURE | MBEDTLS_X509_BADCERT_CN_MISMATCH, Status::not_yet_valid},
      {MBEDTLS_X509_BADCERT_CN_MISMATCH | pin_flag, Status::wrong_name},
      {pin_flag, Status::wrong_pin},
      {0, Status::tls_failed},
  };
  for (const auto& row : rows)
    EXPECT_EQ(to_string(refusal_of(row.flags)), to_string(row.told)) << row.flags;
}

TEST(TlsTrust, tells_what_a_peer_did_from_what_went_wrong_here) {
  const struct {
    int result;
    Status told;
  } rows[] = {
      // Of TLS 1.2: a signature, a point or a Finished that is wrong; nothing in common.
      {MBEDTLS_ERR_ECP_VERIFY_FAILED, Status::protocol_error},
      {MBEDTLS_ERR_ECP_INVALID_KEY, Status::protocol_error},
      {MBEDTLS_ERR_ECP_BAD_INPUT_DATA, Status::protocol_error},
      {MBEDTLS_ERR_RSA_VERIFY_FAILED, Status::protocol_error},
      {MBEDTLS_ERR_RSA_INVALID_PADDING - 0x0C, Status::protocol_error},
      {MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE, Status::protocol_error},
      {MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, Status::protocol_error},
      {MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION, Status::protocol_error},
      {MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, Status::protocol_error},
      {MBEDTLS_ERR_SSL_INVALID_MAC, Status::protocol_error},
      {MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE, Status::protocol_error},  // compression
      {MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE, Status::weak_certificate},
      {MBEDTLS_ERR_X509_BAD_INPUT_DATA, Status::unreadable_certificate},
      {MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE, Status::no_certificate},
      {MBEDTLS_ERR_SSL_ALLOC_FAILED, Status::tls_memory},
      {MBEDTLS_ERR_RSA_PRIVATE_FAILED, Status::tls_failed},
      {MBEDTLS_ERR_ECP_RANDOM_FAILED, Status::tls_failed},
      {MBEDTLS_ERR_SSL_INTERNAL_ERROR, Status::tls_failed},
      {MBEDTLS_ERR_SSL_NO_RNG, Status::tls_failed},
  };
  for (const auto& row : rows)
    EXPECT_EQ(to_string(status_of(row.result)), to_string(row.told)) << row.result;
}

TEST(TlsTrust, tells_wrong_usage_weak_and_unreadable_certificates_apart) {
  const struct {
    const char *shown, *between;
    Status told;
    std::int32_t alert;  // RFC 8446 §6
  } rows[] = {
      {"issued_by_other", "other", Status::wrong_usage, 46},  // which is no authority
      {"sha1", "middle", Status::weak_certificate, 46},
      {"small", "middle", Status::weak_certificate, 43},
      {"unknown", "stranger", Status::untrusted_root, 48},
      {"expired", "middle", Status::expired, 45},
  };
  for (const int version : versions) {
    for (const auto& row : rows) {
      SCOPED_TRACE(row.shown);
      Bench bench(row.shown, 1, row.between);
      if (version == 12) bench.speak_tls_1_2();
      EXPECT_EQ(to_string(bench.outcome()), to_string(row.told));
      ASSERT_TRUE(bench.refused);
      EXPECT_EQ(to_string(bench.refused->status), to_string(Status::tls_alert));
      EXPECT_EQ(bench.refused->native, row.alert);
    }
  }
}

// A server of Mbed TLS shows no such certificate: tests with peers by others do.
TEST(TlsTrust, reads_no_certificate_with_a_critical_extension_that_it_does_not_evaluate) {
  const auto constrained = der("constrained");
  mbedtls_x509_crt certificate;
  mbedtls_x509_crt_init(&certificate);
  const int result =
      mbedtls_x509_crt_parse_der_nocopy(&certificate, constrained.data(), constrained.size());
  EXPECT_EQ(to_string(status_of(result)), to_string(Status::unreadable_certificate));
  mbedtls_x509_crt_free(&certificate);

  Bench bench("issued_by_constrained", 1, "constrained");
  EXPECT_EQ(bench.outcome(), Status::reset);
  ASSERT_TRUE(bench.refused);
  EXPECT_EQ(bench.refused->status, Status::bad_argument);
}

TEST(TlsTrust, leaves_out_roots_of_a_bundle_that_cannot_be_read) {
  const auto constrained = der("constrained");
  const std::uint8_t garbage[] = {0x30, 0x03, 0x02, 0x01, 0x05};
  {
    Bench bench;
    const ByteView bundle[] = {garbage, view(constrained), view(bench.root), garbage};
    bench.trust.use(bundle);
    EXPECT_EQ(bench.outcome(), Status::ok);
  }
  {
    Bench bench;
    const ByteView bundle[] = {garbage, view(constrained)};
    bench.trust.use(bundle);
    EXPECT_EQ(to_string(bench.outcome()), to_string(Status::no_roots));
  }
  Bench bench;
  const ByteView roots[] = {view(bench.root), garbage};
  Trust strict{roots};
  EXPECT_EQ(to_string(strict.open(bench.net)), to_string(Status::bad_argument));
}

TEST(TlsTrust, believes_nobody_without_roots) {
  Bench bench;
  Trust nobody;
  Tls tls{bench.net, bench.tcp, nobody};
  ASSERT_EQ(tls.connect({"server", 443, io::Security::tls}, bench.client_end), Status::ok);
  bench.net.settle();
  EXPECT_EQ(bench.ended_with(), Status::untrusted_root);
}

TEST(TlsTrust, expects_a_pinned_key_anywhere_in_the_verified_chain) {
  const struct {
    const char *shown, *pinned;
    Status told;
  } rows[] = {
      {"server", "server", Status::ok},
      {"server", "middle", Status::ok},
      {"server", "root", Status::ok},  // RFC 7469 §2.6: not shown, but part of the chain
      {"server", "stranger", Status::wrong_pin},
      {"other", "middle", Status::wrong_name},  // the pin comes in addition
      // The key was shown, but nothing in the chain leads to it.
      {"unknown", "middle", Status::untrusted_root},
      {"expired", "middle", Status::expired},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.shown) + " with the key of " + row.pinned);
    Bench bench(row.shown);
    const crypto::Sha256 pins[] = {crypto::Sha256{}, pin_of(row.pinned)};
    bench.trust.pin(pins);
    EXPECT_EQ(to_string(bench.outcome()), to_string(row.told));
  }
}

TEST(TlsTrust, goes_by_the_peers_own_key_where_there_are_pins_and_no_roots) {
  const struct {
    const char *shown, *pinned;
    Status told;
  } rows[] = {
      {"alone", "alone", Status::ok},
      {"expired", "expired", Status::ok},
      {"server", "middle", Status::wrong_pin},  // nobody has verified that it belongs to the chain
      {"server", "alone", Status::wrong_pin},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.shown) + " with the key of " + row.pinned);
    Bench bench(row.shown);
    bench.net.set_unix_seconds(0);
    const crypto::Sha256 pins[] = {pin_of(row.pinned)};
    Trust trust;
    trust.pin(pins);
    Tls tls{bench.net, bench.tcp, trust};
    ASSERT_EQ(tls.connect({"whoever", 443, io::Security::tls}, bench.client_end), Status::ok);
    bench.net.settle();
    EXPECT_EQ(to_string(bench.ended_with()), to_string(row.told));
    EXPECT_EQ(bench.client_end.connected, row.told == Status::ok);
  }
}

/// What on_certificate was asked, and what it answers.
struct Judge {
  struct Asked {
    int depth;
    Status found;
    std::string host;
    std::vector<std::uint8_t> der;
  };
  explicit Judge(Trust& trust) {
    trust.on_certificate = [this](const ShownCertificate& shown) {
      asked.push_back({shown.depth,
                       shown.found,
                       std::string(shown.host),
                       {shown.der.begin(), shown.der.end()}});
      if (during) during();
      return shown.depth == depth ? answer : shown.found;
    };
  }
  std::vector<Asked> asked;
  int depth = -1;
  Status answer = Status::ok;
  Callback<void()> during;
};

TEST(TlsTrust, asks_the_application_about_every_certificate_of_the_chain) {
  Bench bench;
  Judge judge(bench.trust);
  EXPECT_EQ(bench.outcome(), Status::ok);
  ASSERT_EQ(judge.asked.size(), 3u);
  const char* const chain[] = {"root", "middle", "server"};
  for (int at = 0; at < 3; ++at) {
    EXPECT_EQ(judge.asked[at].depth, 2 - at);
    EXPECT_EQ(judge.asked[at].found, Status::ok);
    EXPECT_EQ(judge.asked[at].host, "server");
    EXPECT_EQ(judge.asked[at].der, der(chain[at]));
  }
}

TEST(TlsTrust, accepts_what_the_application_accepts) {
  const struct {
    const char *shown, *host;
    int depth;
    Status found;
  } rows[] = {{"unknown", "server", 0, Status::untrusted_root},
              {"expired", "server", 0, Status::expired},
              {"other", "server", 0, Status::wrong_name},
              {"server", "127.0.0.9", 0, Status::wrong_name}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.shown);
    Bench bench(row.shown);
    Judge judge(bench.trust);
    judge.depth = row.depth;
    EXPECT_EQ(bench.outcome(row.host), Status::ok);
    EXPECT_TRUE(bench.client_end.connected);
    EXPECT_EQ(judge.asked.back().found, row.found);
  }
}

TEST(TlsTrust, tells_the_applications_own_refusal_before_any_other) {
  for (const Status said : {Status::refused_certificate, Status::unauthorised}) {
    Bench bench("expired");
    Judge judge(bench.trust);
    judge.depth = 1;  // the root; the other is expired
    judge.answer = said;
    EXPECT_EQ(to_string(bench.outcome()), to_string(said));
    EXPECT_EQ(bench.refused->native, 49);  // access_denied
  }
}

TEST(TlsTrust, may_be_aborted_while_it_asks_the_application) {
  const std::size_t before = arena_use().pieces;
  {
    Bench bench;
    static Bench* aborted;
    aborted = &bench;
    Judge judge(bench.trust);
    judge.during = [] {
      aborted->client.abort();
      (void)aborted->client.connect({"server", 443, io::Security::tls}, aborted->client_end);
      aborted->trust.on_certificate = {};
    };
    bench.connect();
    EXPECT_EQ(judge.asked.size(), 1u);
    EXPECT_TRUE(bench.client_end.connected);  // by the second
    EXPECT_FALSE(bench.client_end.closed);
  }
  EXPECT_EQ(arena_use().pieces, before);
}

// What a client shows.

std::vector<std::uint8_t> bytes(ByteView view) { return {view.begin(), view.end()}; }

/// A client that shows a certificate to a server that asks for one.
struct Mutual : Bench {
  explicit Mutual(const std::string& name, int version = 13, bool shows = true)
      : own(der(name)), own_key(der(name + ".key")) {
    if (shows) trust.show(shown);
    if (version == 12) speak_tls_1_2();
    identity.require(believed);
  }
  /// What the server says of it, when its handshake is over.
  Status judged() {
    (void)outcome();
    return refused ? refused->status : Status::ok;
  }
  std::vector<std::uint8_t> own, own_key;
  ByteView own_chain[2]{view(own), view(middle)};
  Identity shown{own_chain, view(own_key)};
  Trust believed{roots};
};

TEST(TlsTrust, lets_a_server_verify_what_a_client_shows) {
  const struct {
    const char* shown;
    Status told;
  } rows[] = {{"client", Status::ok},
              {"server", Status::ok},  // for anything
              {"for_servers", Status::wrong_usage},
              {"unknown", Status::untrusted_root},
              {"expired", Status::expired},
              {"small", Status::weak_certificate}};
  for (const auto& row : rows) {
    for (const int version : versions) {
      SCOPED_TRACE(row.shown);
      Mutual bench(row.shown, version);
      EXPECT_EQ(to_string(bench.judged()), to_string(row.told));
      EXPECT_EQ(bench.accepted != nullptr, row.told == Status::ok);
      if (row.told != Status::ok) {
        EXPECT_EQ(to_string(bench.ended_with()), to_string(Status::tls_alert));
        continue;
      }
      const auto& place = *static_cast<Tls*>(bench.accepted);
      EXPECT_EQ(bytes(place.peer_certificate()), der(row.shown));
      EXPECT_EQ(bytes(bench.client.peer_certificate()), der("server"));
      bench.client.abort();
      EXPECT_TRUE(bench.client.peer_certificate().empty());
    }
  }
}

TEST(TlsTrust, refuses_a_client_that_shows_nothing) {
  for (const int version : versions) {
    Mutual bench("client", version, false);
    EXPECT_EQ(to_string(bench.judged()), to_string(Status::no_certificate));
    EXPECT_EQ(to_string(bench.ended_with()), to_string(Status::tls_alert));
    EXPECT_FALSE(bench.accepted);
    // In TLS 1.3 a client is done before the server has seen what it shows (RFC 8446 §2).
    EXPECT_EQ(bench.client_end.connected, version == 13);
  }
}

TEST(TlsTrust, tells_a_client_why_it_is_refused_though_a_send_found_no_room) {
  for (const int version : versions) {
    bool met = true;
    int told = 0, sent = 0;
    for (std::uint32_t n = 1; met; ++n) {
      Mutual bench("unknown", version);
      bench.net.fail_operation(n, sim::Fault::would_block, sim::Side::accepted);
      EXPECT_EQ(to_string(bench.judged()), to_string(Status::untrusted_root)) << n;
      met = bench.net.operations() >= n;
      told += bench.ended_with() == Status::tls_alert && bench.client_end.closed->native == 48;
      sent += met;
    }
    EXPECT_GE(told, sent) << version;  // All but the one whose alert itself found no room.
  }
}

TEST(TlsTrust, shows_nothing_to_a_server_that_does_not_ask) {
  Bench bench;
  const auto own = der("client");
  const auto key = der("client.key");
  const ByteView chain[] = {view(own)};
  Identity shown{chain, view(key)};
  bench.trust.show(shown);
  EXPECT_EQ(bench.outcome(), Status::ok);
  EXPECT_TRUE(static_cast<Tls*>(bench.accepted)->peer_certificate().empty());
}

TEST(TlsTrust, lets_a_server_know_its_clients_by_their_keys) {
  for (const char* const known : {"alone", "client"}) {
    Mutual bench("alone");
    bench.net.set_unix_seconds(0);
    bench.trust.verify_nothing();
    Trust keys;
    const crypto::Sha256 pins[] = {pin_of(known)};
    keys.pin(pins);
    bench.identity.require(keys);
    EXPECT_EQ(bench.judged(), known == std::string("alone") ? Status::ok : Status::wrong_pin);
  }
}

TEST(TlsTrust, asks_a_servers_application_about_its_clients) {
  Mutual bench("client");
  Judge judge(bench.believed);
  judge.depth = 0;
  judge.answer = Status::refused_certificate;
  EXPECT_EQ(bench.judged(), Status::refused_certificate);
  ASSERT_EQ(judge.asked.size(), 3u);
  EXPECT_EQ(judge.asked[2].host, "");
  EXPECT_EQ(judge.asked[2].der, der("client"));
}

TEST(TlsTrust, cannot_be_talked_into_a_certificate_of_a_wrong_usage) {
  Mutual bench("for_servers");
  Judge judge(bench.believed);
  judge.depth = 0;
  EXPECT_EQ(bench.judged(), Status::wrong_usage);
  EXPECT_EQ(judge.asked.back().found, Status::wrong_usage);
}

TEST(TlsTrust, says_when_a_servers_time_is_not_known) {
  Mutual bench("client");
  bench.net.set_unix_seconds(0);
  bench.trust.verify_nothing();
  EXPECT_EQ(bench.judged(), Status::clock_unknown);
  EXPECT_EQ(bench.ended_with(), Status::reset);
}

TEST(TlsTrust, takes_any_certificate_of_a_client_only_when_told_so) {
  Mutual bench("unknown");
  bench.believed.verify_nothing();
  EXPECT_EQ(bench.judged(), Status::ok);
  EXPECT_FALSE(static_cast<Tls*>(bench.accepted)->peer_certificate().empty());
}

TEST(TlsTrust, tells_a_key_that_is_another_ones) {
  Mutual bench("client");
  const auto other = der("server.key");
  Identity wrong{bench.own_chain, view(other)};
  bench.trust.show(wrong);
  EXPECT_EQ(bench.outcome(), Status::bad_argument);
}

}  // namespace
}  // namespace mote::mbedtls
