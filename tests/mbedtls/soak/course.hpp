// SPDX-License-Identifier: MIT
// The same connection again and again, from beginning to end, each time with another mishap. Chance
// begins anew with each, so that the n-th byte and the n-th allocation are the same ones every
// time.
#pragma once

#include <map>

#include "mbedtls/soak/share.hpp"
#include "mbedtls/tls_bench.hpp"

namespace mote::mbedtls {

struct Scenario {
  const char* name;
  int version;       // 12 or 13
  bool resumed;      // with a session of an earlier connection
  bool mutual;       // the client shows a certificate, too
  bool server_ends;  // it closes first; else the client does
};

constexpr Scenario scenarios[] = {{"TLS 1.3", 13, false, false, false},
                                  {"TLS 1.2", 12, false, false, false},
                                  {"TLS 1.3 resumed", 13, true, false, true},
                                  {"TLS 1.2 resumed", 12, true, false, true},
                                  {"TLS 1.3 mutual", 13, false, true, false},
                                  {"TLS 1.2 mutual", 12, false, true, false}};

constexpr std::string_view question = "a question of so many bytes as a small record has";
constexpr std::string_view answer = "and an answer that is a little longer than the question was";

constexpr bool is_about_a_certificate(Status status) {
  return status >= Status::untrusted_root && status <= Status::no_certificate;
}

class Course : public Bench {
 public:
  explicit Course(const Scenario& its_scenario) : scenario(its_scenario) {
    if (scenario.resumed) {
      trust.keep(sessions_);
      identity.issue(tickets_);
    }
    if (scenario.mutual) {
      trust.show(shown_);
      identity.require(believed_);
    }
    EXPECT_EQ(trust.open(net), Status::ok);
    if (scenario.version == 12) speak_tls_1_2();
    if (scenario.resumed) get_session();
    for (int i = 0; i < 2; ++i) run();
    EXPECT_EQ(resumed, scenario.resumed);
    pieces_ = arena_use().pieces;
  }

  /// One connection: a question, an answer, the end. Nothing of it is left afterwards.
  void run() {
    if (scenario.resumed) {
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
  /// What those heard who must hear how it ended: the client, the server, and whoever looks after
  /// handshakes that failed.
  std::vector<Status> heard() const {
    std::vector<Status> all;
    for (const auto& why : {client_end.closed, server_end.closed, refused})
      if (why) all.push_back(why->status);
    return all;
  }
  bool anybody_heard(Status status) const {
    const std::vector<Status> all = heard();
    return std::find(all.begin(), all.end(), status) != all.end();
  }
  /// Whatever the mishap was: nobody got what was not sent, or took a part for the whole; each has
  /// its reason; and nothing of it is left, neither memory nor a place.
  void expect_truth() {
    EXPECT_EQ(question.substr(0, server_end.received.size()), server_end.received);
    EXPECT_EQ(answer.substr(0, client_end.received.size()), client_end.received);
    if (server_end.ended) {
      EXPECT_EQ(server_end.received, asked_ ? question : "");
    }
    if (client_end.ended) {
      EXPECT_EQ(client_end.received, answered_ ? answer : "");
    }
    for (const Status status : heard()) {
      EXPECT_NE(status, Status::ok);
      EXPECT_NE(status, Status::tls_failed) << native();
    }
    EXPECT_TRUE(client_told);
    expect_nothing_left();
  }
  void expect_nothing_left() {
    EXPECT_TRUE(client.is_idle());
    for (const Tls& place : tls_places) EXPECT_TRUE(place.is_idle());
    for (const sim::Tcp& place : places) EXPECT_TRUE(place.is_idle());
    EXPECT_EQ(arena_use().pieces, pieces_);
    EXPECT_EQ(net.blocks().used(), 0);
  }
  /// For the eye: the numbers of who was told something.
  std::string native() const {
    std::string text;
    for (const auto& why : {client_end.closed, server_end.closed, refused})
      text += why ? std::string(to_string(why->status)) + " " + std::to_string(why->native) + "; "
                  : "-; ";
    return text;
  }

  const Scenario scenario;
  // Of the last connection, before whoever was left was thrown out:
  bool resumed = false;
  bool client_waited = false;  // and was told of nothing, until it closed by itself
  bool client_told = false;
  bool server_told = false;  // the acceptor's, or else on_refused

 private:
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
    asked_ = client.send(bytes_of(question), {}, io::Urgency::data) == Status::ok;
    net.settle();
    answered_ = server_end.received == question && !server_end.closed &&
                accepted->send(bytes_of(answer), {}, io::Urgency::data) == Status::ok;
    net.settle();
    if (scenario.server_ends) close_server();
    // A server waits so long for a handshake; its client is more patient.
    net.pass({11'000});
    client_waited = !client_end.closed && !client_end.ended;
    client.close();
    net.settle();
    close_server();
    net.pass({11'000});  // Either waits so long for its last bytes.
    client_told = client_end.closed.has_value();
    server_told = accepted ? server_end.closed.has_value() : refused.has_value();
    client.abort();
    if (accepted && !server_end.closed) accepted->abort();
    net.settle();
  }
  void close_server() {
    if (accepted && !server_end.closed) accepted->close();
    net.settle();
  }

  static inline std::string session;
  SizedSessions<2> sessions_;
  Identity shown_{chain, view(key)};
  Trust believed_{roots};
  Tickets tickets_{Duration{7 * 86'400'000}};
  bool asked_ = false, answered_ = false;  // it was sent
  std::size_t pieces_ = 0;
};

/// How connections ended, for the eye: what the client was told, and what the server.
class Tally {
 public:
  void count(const Course& course) {
    ++counts_[course.went_well()
                  ? "went well"
                  : text_of(course.client_end.closed) + " / " +
                        text_of(course.accepted ? course.server_end.closed : course.refused)];
  }
  void print(const std::string& what) const {
    std::printf("%s:", what.c_str());
    for (const auto& [how, times] : counts_) std::printf(" %d %s;", times, how.c_str());
    std::printf("\n");
    std::fflush(stdout);
  }

 private:
  static std::string text_of(const std::optional<Failure>& why) {
    return why ? std::string(to_string(why->status)) : "nothing";
  }
  std::map<std::string, int> counts_;
};

}  // namespace mote::mbedtls
