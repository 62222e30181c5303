// SPDX-License-Identifier: MIT
// Names, asked of a name server of the test's own on loopback.
#include "posix/resolver.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

/// Answers what it knows, says NXDOMAIN to what it does not, and can be silent.
class NameServer {
 public:
  NameServer() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    address = "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  }
  ~NameServer() { ::close(socket_); }

  /// Answers what was asked since the last call.
  void serve() {
    std::uint8_t query[512];
    sockaddr_in from{};
    socklen_t from_size = sizeof from;
    ssize_t size = 0;
    while ((size = ::recvfrom(
                socket_, query, sizeof query, 0, reinterpret_cast<sockaddr*>(&from), &from_size)) >
           12) {
      ++questions;
      const std::string answer = answer_to({reinterpret_cast<char*>(query), std::size_t(size)});
      if (!silent)
        ::sendto(socket_,
                 answer.data(),
                 answer.size(),
                 0,
                 reinterpret_cast<sockaddr*>(&from),
                 from_size);
    }
  }

  std::map<std::string, std::vector<std::string>> hosts;  // IPv4 or IPv6 literals
  std::map<std::string, std::string> aliases;
  std::string address;
  bool silent = false;
  int questions = 0;

 private:
  static std::string wire_name(const std::string& name) {
    std::string wire;
    for (std::size_t at = 0; at < name.size();) {
      const std::size_t dot = std::min(name.find('.', at), name.size());
      wire += static_cast<char>(dot - at) + name.substr(at, dot - at);
      at = dot + 1;
    }
    return wire + '\0';
  }
  static std::string record(const std::string& name, char type, const std::string& data) {
    const std::string fixed{'\0', type, '\0', 1, '\0', '\0', '\0', 60, '\0'};
    return wire_name(name) + fixed + static_cast<char>(data.size()) + data;
  }

  std::string answer_to(const std::string& query) const {
    std::string name;
    std::size_t at = 12;
    while (query[at] != 0) {
      if (!name.empty()) name += '.';
      name += query.substr(at + 1, static_cast<std::size_t>(query[at]));
      at += 1u + static_cast<std::size_t>(query[at]);
    }
    const std::string question = query.substr(12, at + 5 - 12);
    const char type = query[at + 2];
    std::string records;
    char count = 0;
    bool known = hosts.count(name) != 0;
    std::string target = name;
    if (const auto alias = aliases.find(name); alias != aliases.end()) {
      target = alias->second;
      known = true;
      records += record(name, 5, wire_name(target));
      ++count;
    }
    if (const auto host = hosts.find(target); host != hosts.end()) {
      for (const std::string& literal : host->second) {
        const bool v6 = literal.find(':') != std::string::npos;
        if (type != (v6 ? 28 : 1)) continue;
        char bytes[16];
        ::inet_pton(v6 ? AF_INET6 : AF_INET, literal.c_str(), bytes);
        records += record(target, type, std::string(bytes, v6 ? 16 : 4));
        ++count;
      }
    }
    std::string head = query.substr(0, 2) + '\x81' + (known ? '\x80' : '\x83');
    head += std::string{'\0', 1, '\0', count, '\0', '\0', '\0', '\0'};
    return head + question + records;
  }

  int socket_;
};

struct PosixResolver : Loopback {
  PosixResolver() { net.name_servers = Lasting::of(server.address); }
  template <class Done>
  bool until_served(Done done) {
    return until([&] {
      server.serve();
      return done();
    });
  }
  io::Endpoint at(std::string_view host) const {
    return {host, listener.port(), io::Security::none};
  }
  NameServer server;
};

TEST_F(PosixResolver, knows_localhost_from_the_hosts_file) {
  ASSERT_EQ(tcp.connect(at("localhost"), end), Status::ok);
  EXPECT_EQ(end.said, "");
  ASSERT_TRUE(until_served([&] { return end.said == "connected "; }));
  EXPECT_EQ(server.questions, 0);
}

TEST_F(PosixResolver, asks_a_name_server) {
  server.hosts["device.test"] = {"127.0.0.1"};
  std::string host = "device.test";
  const int before = open_descriptors();
  ASSERT_EQ(tcp.connect(at(host), end), Status::ok);
  host.assign(host.size(), '?');  // The name was copied.
  ASSERT_TRUE(until_served([&] { return end.said == "connected "; }));
  ASSERT_TRUE(until([&] { return !door.visitors.empty(); }));
  EXPECT_EQ(open_descriptors(), before + 2);
}

TEST_F(PosixResolver, follows_an_alias) {
  server.aliases["www.test"] = "device.test";
  server.hosts["device.test"] = {"127.0.0.1"};
  ASSERT_EQ(tcp.connect(at("www.test"), end), Status::ok);
  EXPECT_TRUE(until_served([&] { return end.said == "connected "; }));
}

TEST_F(PosixResolver, tells_that_a_name_has_no_address) {
  server.hosts["empty.test"] = {};
  for (const char* const name : {"missing.test", "empty.test", "not a name", "a..b", "-"}) {
    SCOPED_TRACE(name);
    ASSERT_EQ(tcp.connect(at(name), end), Status::ok);
    EXPECT_FALSE(end.closed);
    ASSERT_TRUE(until_served([&] { return end.closed; }));
    EXPECT_EQ(end.last.status, Status::unresolved);
    EXPECT_EQ(end.last.layer, Layer::resolver);
    EXPECT_NE(end.last.native, 0);
    end.closed = false;
  }
}

TEST_F(PosixResolver, tries_all_addresses_in_turn) {
  server.hosts["many.test"] = {"::1", "127.0.0.2", "127.0.0.3", "127.0.0.1"};
  ASSERT_EQ(tcp.connect(at("many.test"), end), Status::ok);
  EXPECT_TRUE(until_served([&] { return end.said == "connected "; }));
  tcp.abort();
  listener.stop();
  server.hosts["none.test"] = {"127.0.0.2", "127.0.0.3"};
  ASSERT_EQ(tcp.connect({"none.test", 1, io::Security::none}, end), Status::ok);
  ASSERT_TRUE(until_served([&] { return end.closed; }));
  EXPECT_EQ(end.last.status, Status::refused);
  EXPECT_EQ(end.last.layer, Layer::tcp);
}

TEST_F(PosixResolver, does_not_wait_for_a_silent_address_when_another_is_known) {
  Raw full, first;
  const std::uint16_t port = full.listen(0);
  first.connect(port);
  port::Listener<2> other{net, "127.0.0.2"};  // The same port.
  ASSERT_EQ(other.listen(port, door), Status::ok);
  int waited = 0;
  const std::vector<std::string> orders[] = {{"127.0.0.1", "127.0.0.2"},
                                             {"127.0.0.2", "127.0.0.1"}};
  for (const auto& order : orders) {
    server.hosts["half.test"] = order;
    ASSERT_EQ(tcp.connect({"half.test", port, io::Security::none}, end), Status::ok);
    for (int i = 0; i < 100; ++i) {
      server.serve();
      (void)net.poll({0});
    }
    if (end.said.empty()) {
      ++waited;
      System::pass(3100);
    }
    EXPECT_TRUE(until_served([&] { return end.said == "connected "; }));
    tcp.abort();
    end.said.clear();
  }
  EXPECT_EQ(waited, 1);  // Whichever order the resolver made of them.
}

TEST_F(PosixResolver, can_be_cancelled_and_asked_again) {
  server.silent = true;
  server.hosts["device.test"] = {"127.0.0.1"};
  const int before = open_descriptors();
  for (int i = 0; i < 40; ++i) {  // More often than there are places.
    ASSERT_EQ(tcp.connect(at("device.test"), end), Status::ok);
    settle(net);
    tcp.abort();
    ASSERT_EQ(open_descriptors(), before);
  }
  server.serve();  // Late answers, were it not silent, would find nobody.
  server.silent = false;
  ASSERT_EQ(tcp.connect(at("device.test"), end), Status::ok);
  ASSERT_TRUE(until_served([&] { return !end.said.empty(); }));
  EXPECT_EQ(end.said, "connected ");
}

TEST_F(PosixResolver, asks_again_when_nobody_answers_and_gives_up_at_last) {
  ::setenv("RES_OPTIONS", "retrans:20 retry:3", 1);  // As resolv.conf could say.
  server.silent = true;
  ASSERT_EQ(tcp.connect(at("device.test"), end), Status::ok);
  ASSERT_TRUE(until_served([&] { return end.closed; }));
  ::unsetenv("RES_OPTIONS");
  EXPECT_GE(server.questions, 3);
  EXPECT_EQ(end.last.status, Status::timed_out);
  EXPECT_EQ(end.last.layer, Layer::resolver);
}

TEST_F(PosixResolver, has_16_places) {
  server.silent = true;
  std::list<port::Tcp> tcps;
  for (std::size_t i = 0; i < 16; ++i)
    ASSERT_EQ(tcps.emplace_back(net).connect(at("device.test"), end), Status::ok);
  EXPECT_EQ(tcp.connect(at("device.test"), end), Status::no_slot);
  tcps.pop_front();
  EXPECT_EQ(tcp.connect(at("device.test"), end), Status::ok);
}

TEST_F(PosixResolver, may_be_closed_while_it_asks) {
  server.silent = true;
  ASSERT_EQ(tcp.connect(at("device.test"), end), Status::ok);
  tcp.close();
  EXPECT_EQ(end.said, "");
  settle(net);
  EXPECT_EQ(end.said, "closed ");
}

TEST_F(PosixResolver, lets_16_names_be_asked_at_once) {
  server.hosts["device.test"] = {"127.0.0.1"};
  port::Listener<16> wide{net, "127.0.0.1"};
  ASSERT_EQ(wide.listen(0, door), Status::ok);
  std::list<port::Tcp> tcps;
  std::list<End> ends;
  for (std::size_t i = 0; i < 16; ++i) {
    ends.emplace_back();
    ASSERT_EQ(tcps.emplace_back(net).connect({"device.test", wide.port(), io::Security::none},
                                             ends.back()),
              Status::ok);
  }
  EXPECT_TRUE(until_served([&] {
    return std::all_of(
        ends.begin(), ends.end(), [](const End& e) { return e.said == "connected "; });
  }));
}

}  // namespace
}  // namespace mote::posix
