// SPDX-License-Identifier: MIT
// A client and a server that speak TLS over the simulated network, and write down what happens.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_listener.hpp"
#include "sim/listener.hpp"
#include "sim/tcp.hpp"

namespace mote::mbedtls {

constexpr std::uint64_t certificates_made = MOTE_CERTIFICATES_MADE;
constexpr int versions[] = {13, 12};

/// A file of the development authority, in DER.
inline std::vector<std::uint8_t> der(const std::string& name) {
  std::ifstream file(std::string(MOTE_CERTIFICATES) + "/" + name + ".der", std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The SHA-256 of the public key in a certificate.
inline crypto::Sha256 pin_of(const std::string& name) {
  std::ifstream file(std::string(MOTE_CERTIFICATES) + "/" + name + ".pin", std::ios::binary);
  crypto::Sha256 pin{};
  file.read(reinterpret_cast<char*>(pin.data()), pin.size());
  EXPECT_TRUE(file.good()) << name;
  return pin;
}

inline ByteView view(const std::vector<std::uint8_t>& bytes) {
  return {bytes.data(), bytes.size()};
}

/// One end: what it was told.
class End : public io::TransportEvents {
 public:
  void on_connected() override { connected = true; }
  std::size_t on_received(ByteSpan bytes) override {
    const std::size_t used = std::min(bytes.size(), uses_most);
    received.append(bytes.begin(), bytes.begin() + used);
    return used;
  }
  void on_writable() override { ++writables; }
  void on_ended() override { ended = true; }
  void on_closed(Failure why) override { closed = why; }

  bool connected = false;
  bool ended = false;
  int writables = 0;
  std::size_t uses_most = ~std::size_t{0};
  std::string received;
  std::optional<Failure> closed;
};

/// How tests get at what no application needs.
struct Inside : Trust {
  static mbedtls_ssl_config Settings::*config() { return &Inside::config_; }
};

/// The server's certificate by name, and what the client trusts.
template <std::size_t BlockBytes>
struct SizedBench : io::Acceptor {
  explicit SizedBench(const std::string& shown = "server",
                      std::uint32_t seed = 1,
                      const std::string& between = "middle")
      : certificate(der(shown)),
        middle(der(between)),
        key(der(shown + ".key")),
        root(der("root")),
        net(seed) {
    net.set_unix_seconds(certificates_made + 3600);
    EXPECT_EQ(listener.listen(443, *this), Status::ok);
    listener.on_refused = [this](Failure why) { refused = why; };
  }
  ~SizedBench() {
    client.abort();
    for (auto& place : places) place.abort();
    net.settle();
  }
  /// Has the client offer nothing newer; said when all else of its Trust is.
  void speak_tls_1_2() {
    EXPECT_EQ(trust.open(net), Status::ok);
    mbedtls_ssl_conf_max_tls_version(&(trust.*Inside::config()), MBEDTLS_SSL_VERSION_TLS1_2);
  }
  io::TransportEvents* on_accepted(io::Transport& connection) override {
    accepted = &connection;
    return &server_end;
  }
  void connect(std::string_view host = "server") {
    EXPECT_EQ(client.connect({host, 443, io::Security::tls}, client_end), Status::ok);
    net.settle();
  }
  /// The same, and what it ended with.
  Status outcome(std::string_view host = "server") {
    connect(host);
    net.pass({3000});
    return ended_with();
  }
  Status ended_with() const { return client_end.closed ? client_end.closed->status : Status::ok; }

  std::vector<std::uint8_t> certificate, middle, key, root;
  ByteView roots[1]{view(root)};
  ByteView chain[2]{view(certificate), view(middle)};
  sim::SizedNet<8, BlockBytes> net;
  sim::Tcp tcp{net};
  sim::Tcp places[2]{sim::Tcp{net}, sim::Tcp{net}};
  sim::Listener below{net, places};
  Trust trust{roots};
  Identity identity{chain, view(key)};
  Tls client{net, tcp, trust};
  Tls tls_places[2]{Tls{net, identity}, Tls{net, identity}};
  TlsListener listener{below, tls_places};
  End client_end, server_end;
  io::Transport* accepted = nullptr;
  std::optional<Failure> refused;  // a handshake of the server's
};

using Bench = SizedBench<1024>;

}  // namespace mote::mbedtls
