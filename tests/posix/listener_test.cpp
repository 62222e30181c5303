// SPDX-License-Identifier: MIT
#include "posix/listener.hpp"

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

using PosixListener = Loopback;

TEST_F(PosixListener, tells_its_port_while_it_listens) {
  EXPECT_NE(listener.port(), 0);
  EXPECT_EQ(listener.listen(0, door), Status::busy);
  const std::uint16_t port = listener.port();
  port::Listener<1> second{net, "127.0.0.1"};
  EXPECT_EQ(second.port(), 0);
  EXPECT_EQ(second.listen(port, door), Status::busy);
  listener.stop();
  EXPECT_EQ(listener.port(), 0);
  EXPECT_EQ(second.listen(port, door), Status::ok);
  EXPECT_EQ(second.port(), port);
}

TEST_F(PosixListener, names_what_is_wrong_with_an_address) {
  port::Listener<1> name{net, "localhost"}, foreign{net, "192.0.2.1"}, other{net, "::1"};
  EXPECT_EQ(name.listen(0, door), Status::bad_argument);
  EXPECT_EQ(foreign.listen(0, door), Status::unreachable);
  EXPECT_EQ(other.listen(0, door), Status::ok);
  other.stop();
  System::no_descriptors = true;
  EXPECT_EQ(other.listen(0, door), Status::no_slot);
}

TEST_F(PosixListener, listens_on_ipv4_and_ipv6_unless_told_otherwise) {
  port::Listener<2> everywhere{net};
  ASSERT_EQ(everywhere.listen(0, door), Status::ok);
  port::Tcp second{net};
  End second_end;
  ASSERT_EQ(tcp.connect({"127.0.0.1", everywhere.port(), io::Security::none}, end), Status::ok);
  ASSERT_EQ(second.connect({"::1", everywhere.port(), io::Security::none}, second_end), Status::ok);
  ASSERT_TRUE(until([&] { return door.visitors.size() == 2; }));
  EXPECT_EQ(end.said, "connected ");
  EXPECT_EQ(second_end.said, "connected ");
}

TEST_F(PosixListener, refuses_with_a_reset_when_its_places_are_taken) {
  Raw peers[5];
  for (Raw& peer : peers) peer.connect(listener.port());
  settle(net);
  EXPECT_EQ(door.visitors.size(), 3u);
  EXPECT_EQ(net.count.accepted, 3u);
  EXPECT_EQ(net.count.refused, 2u);
  for (int i = 0; i < 5; ++i) {
    peers[i].receive();
    EXPECT_EQ(peers[i].was_reset, i >= 3) << i;
  }
}

TEST_F(PosixListener, has_a_place_again_when_a_connection_has_ended) {
  for (int i = 0; i < 3; ++i) {
    Raw peers[3];
    for (Raw& peer : peers) peer.connect(listener.port());
    settle(net);
    ASSERT_EQ(door.visitors.size(), 3u);
    door.visitors.front().transport->abort();
    door.visitors.back().transport->close();
    peers[0].reset();
    peers[1].reset();
    peers[2].end();
    settle(net);
    ASSERT_TRUE(door.visitors.back().end.closed);
    door.visitors.clear();
  }
  EXPECT_EQ(net.count.refused, 0u);
}

TEST_F(PosixListener, refuses_whom_the_acceptor_does_not_want) {
  door.welcome = false;
  Raw peer;
  peer.connect(listener.port());
  settle(net);
  peer.receive();
  EXPECT_TRUE(peer.was_reset);
  EXPECT_EQ(net.count.refused, 1u);
  door.welcome = true;
  connect();
}

TEST_F(PosixListener, lets_the_acceptor_send_and_close_at_once) {
  door.then = [](Door::Visitor& visitor) {
    EXPECT_EQ(send(*visitor.transport, "503"), Status::ok);
    visitor.transport->close();
  };
  Raw peer;
  peer.connect(listener.port());
  settle(net);
  EXPECT_EQ(peer.receive(), "503");
  EXPECT_TRUE(peer.ended);
  peer.end();
  settle(net);
  EXPECT_EQ(there().said, "closed ");
}

TEST_F(PosixListener, may_be_stopped_and_aborted_while_it_accepts) {
  door.then = [&](Door::Visitor& visitor) {
    visitor.transport->abort();
    listener.stop();
  };
  Raw first, second;
  first.connect(listener.port());
  second.connect(listener.port());
  settle(net);
  EXPECT_EQ(door.visitors.size(), 1u);
  EXPECT_EQ(listener.listen(0, door), Status::ok);
}

TEST_F(PosixListener, lets_peers_wait_while_there_are_no_descriptors) {
  Raw peer;
  System::no_descriptors = true;
  peer.connect(listener.port());
  settle(net);
  EXPECT_EQ(net.poll({0}), Duration{100});  // It does not spin.
  System::no_descriptors = false;
  System::pass(100);
  settle(net);
  EXPECT_EQ(door.visitors.size(), 1u);
}

TEST_F(PosixListener, leaves_connections_alone_when_it_stops) {
  connect();
  listener.stop();
  EXPECT_EQ(send(tcp, "still here"), Status::ok);
  EXPECT_TRUE(until([&] { return there().got == "still here"; }));
}

}  // namespace
}  // namespace mote::posix
