// SPDX-License-Identifier: MIT
// A client that keeps sessions, and a server that issues tickets.
#pragma once

#include "mbedtls/tls_bench.hpp"

namespace mote::mbedtls {

/// A bench whose client keeps sessions, and whose server issues tickets.
struct Kept : Bench {
  explicit Kept(int version = 13, Duration lifetime = {86'400'000}) : tickets(lifetime) {
    trust.keep(sessions);
    identity.issue(tickets);
    if (version == 12) speak_tls_1_2();
  }
  /// A connection from beginning to end. Returns whether it was resumed.
  bool again(std::string_view host = "server", std::uint16_t port = 443) {
    begin(host, port);
    EXPECT_TRUE(client_end.connected) << to_string(ended_with());
    const bool resumed = client.resumed();
    if (client_end.connected && accepted) {
      EXPECT_EQ(resumed, static_cast<Tls*>(accepted)->resumed());
      EXPECT_EQ(client.send(bytes_of("ping"), {}, io::Urgency::data), Status::ok);
      net.settle();
      EXPECT_EQ(server_end.received, "ping");
      EXPECT_EQ(accepted->send(bytes_of("pong"), {}, io::Urgency::data), Status::ok);
      net.settle();
      EXPECT_EQ(client_end.received, "pong");
    }
    finish();
    return resumed;
  }
  void begin(std::string_view host = "server", std::uint16_t port = 443) {
    client.abort();
    net.settle();
    client_end = server_end = {};
    accepted = nullptr;
    EXPECT_EQ(client.connect({host, port, io::Security::tls}, client_end), Status::ok);
    net.settle();
  }
  void finish() {
    client.close();
    net.settle();
    if (accepted) accepted->close();
    accepted = nullptr;
    net.pass({20'000});
    EXPECT_TRUE(client.is_idle());
  }
  void pass_days(int days) {
    for (int n = 0; n < days; ++n) net.pass({86'400'000});
  }

  SizedSessions<3> sessions;
  Tickets tickets;
};

}  // namespace mote::mbedtls
