// SPDX-License-Identifier: MIT
// The same connection again and again, from beginning to end, each time with another mishap. Chance
// begins anew with each, so that the n-th byte and the n-th allocation are the same ones every
// time.
#pragma once

#include <chrono>
#include <cstdio>
#include <map>

#include "mbedtls/tls_bench.hpp"

namespace mote::mbedtls {

/// Which of all cases this run has: every `of`-th, beginning with `index`. Set by the command line.
struct Share {
  std::uint32_t index = 0, of = 1;
  bool has(std::uint64_t n) const { return n % of == index; }
};
inline Share share;

/// Says every few seconds how far it is.
class Progress {
 public:
  Progress(std::string what, std::uint64_t all) : what_(std::move(what)), all_(all) {}
  void at(std::uint64_t n) {
    const auto now = std::chrono::steady_clock::now();
    if (now - said_ < std::chrono::seconds(10)) return;
    said_ = now;
    std::printf("%s: %llu of %llu\n",
                what_.c_str(),
                static_cast<unsigned long long>(n),
                static_cast<unsigned long long>(all_));
    std::fflush(stdout);
  }

 private:
  std::string what_;
  std::uint64_t all_;
  std::chrono::steady_clock::time_point said_ = std::chrono::steady_clock::now();
};

struct Scenario {
  const char* name;
  int version;   // 12 or 13
  bool resumed;  // with a session of an earlier connection
  bool mutual;   // the client shows a certificate, too
};

constexpr Scenario scenarios[] = {{"TLS 1.3", 13, false, false},
                                  {"TLS 1.2", 12, false, false},
                                  {"TLS 1.3 resumed", 13, true, false},
                                  {"TLS 1.2 resumed", 12, true, false},
                                  {"TLS 1.3 mutual", 13, false, true},
                                  {"TLS 1.2 mutual", 12, false, true}};

constexpr std::string_view question = "a question of so many bytes as a small record has";
constexpr std::string_view answer = "and an answer that is a little longer than the question was";

class Course : public Bench {
 public:
  explicit Course(const Scenario& scenario) : resumed_(scenario.resumed) {
    if (resumed_) {
      trust.keep(sessions_);
      identity.issue(tickets_);
    }
    if (scenario.mutual) {
      trust.show(shown_);
      identity.require(believed_);
    }
    EXPECT_EQ(trust.open(net), Status::ok);
    if (scenario.version == 12)
      mbedtls_ssl_conf_max_tls_version(&(trust.*Inside::config()), MBEDTLS_SSL_VERSION_TLS1_2);
    if (resumed_) get_session();
    for (int i = 0; i < 2; ++i) run();
    EXPECT_EQ(resumed, scenario.resumed);
    pieces_ = arena_use().pieces;
  }

  /// One connection: a question, an answer, the end. Nothing of it is left afterwards.
  void run() {
    if (resumed_) {
      sessions_.forget();
      EXPECT_EQ(sessions_.restore(bytes_of(session)), Status::ok);
    }
    once(1, 60);
  }

  /// Chance and time are what they were when it was called so before.
  void begin_anew(std::uint32_t seed, unsigned at_second) {
    net.reseed(seed);
    // TLS 1.2 sends the time along, and what is signed decides how long signatures are.
    net.set_unix_seconds(certificates_made + 3600 + at_second);
  }
  /// Whether question and answer went through.
  bool went_well() const {
    return server_end.received == question && client_end.received == answer;
  }
  bool is_true() const {
    return question.substr(0, server_end.received.size()) == server_end.received &&
           answer.substr(0, client_end.received.size()) == client_end.received;
  }
  /// Whether one of the ends, or whoever looks after handshakes, was told that.
  bool anybody_heard(Status of) const {
    return (client_end.closed && client_end.closed->status == of) ||
           (server_end.closed && server_end.closed->status == of) ||
           (refused && refused->status == of);
  }
  /// Everything is as before the connection: memory and places.
  void expect_nothing_left() {
    EXPECT_TRUE(client.is_idle());
    for (const sim::Tcp& place : places) EXPECT_TRUE(place.is_idle());
    EXPECT_EQ(arena_use().pieces, pieces_);
    EXPECT_EQ(net.blocks().used(), 0);
  }

 private:
  struct Inside : Trust {
    static mbedtls_ssl_config Settings::*config() { return &Inside::config_; }
  };

  void get_session() {
    sessions_.forget();
    sessions_.on_kept = [](std::string_view, std::uint16_t, ByteView bytes) {
      session = text_of(bytes);
    };
    session.clear();
    once(2, 0);
    EXPECT_FALSE(session.empty());
    sessions_.on_kept = {};
  }

  void once(std::uint32_t seed, unsigned at_second) {
    begin_anew(seed, at_second);
    client_end = server_end = {};
    accepted = nullptr;
    refused.reset();
    EXPECT_EQ(client.connect({"server", 443, io::Security::tls}, client_end), Status::ok);
    net.settle();
    resumed = client.resumed();
    if (client.version() != "") (void)client.send(bytes_of(question), {}, io::Urgency::data);
    net.settle();
    if (accepted && !server_end.closed)
      (void)accepted->send(bytes_of(answer), {}, io::Urgency::data);
    net.settle();
    client.close();
    net.settle();
    if (accepted && !server_end.closed) accepted->close();
    net.pass({11'000});  // A server waits so long for a handshake, and either for its last bytes.
    told_ = client_end.closed.has_value();
    client.abort();
    if (accepted && !server_end.closed) accepted->abort();
    net.settle();
  }

  static inline std::string session;
  SizedSessions<2> sessions_;
  Identity shown_{chain, view(key)};
  Trust believed_{roots};
  Tickets tickets_{Duration{7 * 86'400'000}};
  bool resumed_;
  bool told_ = false;
  std::size_t pieces_ = 0;

 public:
  /// Whether the client was told of the end by itself.
  bool told() const { return told_; }
  bool resumed = false;
};

/// How connections ended, for the eye.
class Tally {
 public:
  void count(const Course& course) {
    ++counts_[course.went_well() ? "went well"
              : course.told()    ? std::string(to_string(course.ended_with()))
                                 : "silence"];
  }
  void print(const std::string& what) const {
    std::printf("%s:", what.c_str());
    for (const auto& [how, times] : counts_) std::printf(" %d %s,", times, how.c_str());
    std::printf("\n");
    std::fflush(stdout);
  }

 private:
  std::map<std::string, int> counts_;
};

}  // namespace mote::mbedtls
