// SPDX-License-Identifier: MIT
// Both ends of connections over loopback, writing down what happens to them.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <limits>
#include <list>
#include <port/port.hpp>
#include <string>

#include "posix/system.hpp"

namespace mote::posix {

/// Polls until `done`, for at most so long; returns whether it was done.
template <class Done>
bool poll_until(Net& net, Done done, Duration at_most = {10'000}) {
  bool late = false;
  io::Timer timer(net, [&late] { late = true; });
  timer.start(at_most);
  while (!late && !done())
    (void)net.poll({2});  // What happens first in a poll() does not end its wait.
  return done();
}

/// Polls as often as it takes until nothing more happens at this moment, and some more.
inline void settle(Net& net) {
  for (int quiet = 0; quiet < 20; ++quiet)
    if (net.poll({0}) == Duration{0}) quiet = 0;
}

struct End : io::TransportEvents {
  void on_connected() override {
    said += "connected ";
    if (then) then("connected");
  }
  std::size_t on_received(ByteSpan bytes) override {
    ++offers;
    const std::size_t used = std::min(bytes.size(), takes);
    if (takes != unlimited) takes -= used;
    got.append(bytes.begin(), bytes.begin() + used);
    for (std::size_t i = 0; i < used; ++i) bytes[i] = 0xEE;  // Those used may be changed.
    if (then) then("received");
    return used;
  }
  void on_writable() override {
    said += "writable ";
    if (then) then("writable");
  }
  void on_ended() override {
    said += "ended ";
    if (then) then("ended");
  }
  void on_closed(Failure why) override {
    said += std::string(to_string(why.status)) + " ";
    last = why;
    closed = true;
    if (then) then("closed");
  }

  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
  std::size_t takes = unlimited;
  std::string said, got;
  std::size_t offers = 0;
  bool closed = false;
  Failure last{};
  std::function<void(const std::string&)> then;  // What to do in an event.
};

/// Accepts connections and keeps their ends.
struct Door : io::Acceptor {
  struct Visitor {
    End end;
    io::Transport* transport;
  };
  io::TransportEvents* on_accepted(io::Transport& connection) override {
    visitors.emplace_back();
    visitors.back().transport = &connection;
    if (then) then(visitors.back());
    return welcome ? &visitors.back().end : nullptr;
  }
  bool welcome = true;
  std::list<Visitor> visitors;
  std::function<void(Visitor&)> then;
};

inline Status send(io::Transport& from,
                   std::string_view text,
                   io::Urgency urgency = io::Urgency::data) {
  return from.send({}, bytes_of(text), urgency);
}

/// A plain socket of the test's own: a peer that does what a Tcp never would.
class Raw {
 public:
  Raw() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Raw() { close(); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void connect(std::uint16_t port);
  /// Listens on a port that the system chooses, and returns it.
  std::uint16_t listen(int backlog = 1);
  /// The next connection takes this socket's place.
  void accept();
  void send(std::string_view text);
  /// What has arrived; `ended` and `reset` say what else.
  std::string receive();
  void end();    ///< closes the sending half
  void reset();  ///< closes with a reset
  void close();

  bool ended = false, was_reset = false;

 private:
  int socket_;
};

/// A listener on loopback, a client, and what they need.
struct Loopback : ::testing::Test {
  Loopback() { EXPECT_EQ(listener.listen(0, door), Status::ok); }
  ~Loopback() override { System::reset(); }
  io::Endpoint here() const { return {"127.0.0.1", listener.port(), io::Security::none}; }

  /// Connects `tcp` and waits until both sides know.
  void connect() {
    EXPECT_EQ(tcp.connect(here(), end), Status::ok);
    EXPECT_TRUE(poll_until(net, [&] { return !end.said.empty() && !door.visitors.empty(); }));
    EXPECT_EQ(end.said, "connected ");
    end.said.clear();
  }
  End& there() { return door.visitors.back().end; }
  io::Transport& their_side() { return *door.visitors.back().transport; }
  template <class Done>
  bool until(Done done) {
    return poll_until(net, done);
  }

  port::SizedNet<4, 1024> net;
  port::Listener<3> listener{net, "127.0.0.1"};
  port::Tcp tcp{net};
  End end;
  Door door;
};

}  // namespace mote::posix
