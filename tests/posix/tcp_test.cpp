// SPDX-License-Identifier: MIT
// One connection over real sockets: what it carries, when it has room, how it pauses.
#include "posix/tcp.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <vector>

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

using PosixTcp = Loopback;

/// Makes the kernel take little at a time.
void narrow(const Tcp& tcp) {
  const int bytes = 8192;
  EXPECT_EQ(::setsockopt(tcp.descriptor(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
}

TEST_F(PosixTcp, carries_bytes_both_ways) {
  connect();
  EXPECT_EQ(tcp.send(bytes_of("hel"), bytes_of("lo"), io::Urgency::data), Status::ok);
  ASSERT_TRUE(until([&] { return there().got.size() == 5; }));
  EXPECT_EQ(there().got, "hello");
  EXPECT_EQ(send(their_side(), "welcome"), Status::ok);
  ASSERT_TRUE(until([&] { return end.got.size() == 7; }));
  EXPECT_EQ(end.got, "welcome");
  EXPECT_EQ(net.count.tx_bytes, 12u);
  EXPECT_EQ(net.count.rx_bytes, 12u);
}

TEST_F(PosixTcp, costs_64_bytes_and_no_block_while_it_is_idle) {
  connect();
  std::printf("sizeof(port::Tcp) = %zu\n", sizeof(port::Tcp));
  EXPECT_LE(sizeof(port::Tcp), 64u);
  EXPECT_EQ(net.blocks().used(), 0u);
}

TEST_F(PosixTcp, says_what_it_does_not_do_at_once) {
  EXPECT_EQ(tcp.connect({"127.0.0.1", 1, io::Security::tls}, end), Status::insecure);
  EXPECT_EQ(tcp.connect({"", 1, io::Security::none}, end), Status::bad_url);
  const std::string long_name(254, 'a');
  EXPECT_EQ(tcp.connect({long_name, 1, io::Security::none}, end), Status::bad_url);
  EXPECT_EQ(send(tcp, "x"), Status::not_open);
  EXPECT_EQ(tcp.room(io::Urgency::control), 0u);
  EXPECT_EQ(tcp.send_constant(bytes_of("x")), 0u);
  tcp.resume();
  tcp.close();
  tcp.abort();
  EXPECT_EQ(tcp.connect(here(), end), Status::ok);
  EXPECT_EQ(tcp.connect(here(), end), Status::busy);
  EXPECT_EQ(send(tcp, "x"), Status::not_open);
  settle(net);
  EXPECT_EQ(end.said, "connected ");
}

TEST_F(PosixTcp, takes_at_most_a_block_and_leaves_room_for_control) {
  connect();
  const std::size_t most = 1024 - 8;
  EXPECT_EQ(tcp.room(io::Urgency::control), most);
  EXPECT_EQ(tcp.room(io::Urgency::data), most - io::control_reserve_bytes);
  EXPECT_EQ(send(tcp, std::string(most, 'c'), io::Urgency::control), Status::ok);
  EXPECT_EQ(send(tcp, std::string(most + 1, 'c'), io::Urgency::control), Status::too_large);
  const std::string data(most - io::control_reserve_bytes, 'd');
  EXPECT_EQ(send(tcp, data + "d"), Status::too_large);
  System::send_all_most = 0;  // The kernel takes nothing more.
  EXPECT_EQ(send(tcp, data), Status::ok);
  EXPECT_EQ(tcp.room(io::Urgency::data), 0u);
  EXPECT_EQ(send(tcp, "d"), Status::would_block);
  EXPECT_EQ(tcp.room(io::Urgency::control), io::control_reserve_bytes);
  EXPECT_EQ(send(tcp, std::string(161, 'c'), io::Urgency::control), Status::would_block);
  EXPECT_EQ(send(tcp, std::string(160, 'c'), io::Urgency::control), Status::ok);
  EXPECT_EQ(net.blocks().used(), 1u);
  System::reset();
  ASSERT_TRUE(until([&] { return there().got.size() == most + data.size() + 160; }));
  EXPECT_EQ(there().got, std::string(most, 'c') + data + std::string(160, 'c'));
  EXPECT_EQ(end.said, "writable ");
  EXPECT_EQ(net.blocks().used(), 0u);
}

TEST_F(PosixTcp, keeps_order_however_little_the_kernel_takes) {
  connect();
  std::string sent;
  for (std::size_t most = 1; most < 40; most += 3) {
    System::send_most = most;
    for (int i = 0; i < 60; ++i) {
      const std::string head(static_cast<std::size_t>(i), 'h'),
          body(17, static_cast<char>('a' + i));
      const Status status = tcp.send(bytes_of(head), bytes_of(body), io::Urgency::data);
      if (status == Status::ok) sent += head + body;
      if (i % 7 == 0) (void)net.poll();
    }
    ASSERT_TRUE(until([&] { return there().got.size() == sent.size(); }));
  }
  EXPECT_EQ(there().got, sent);
}

TEST_F(PosixTcp, takes_all_or_nothing_from_whoever_sends_to_a_peer_that_never_reads) {
  Raw peer;
  const std::uint16_t port = peer.listen();
  ASSERT_EQ(tcp.connect({"127.0.0.1", port, io::Security::none}, end), Status::ok);
  ASSERT_TRUE(until([&] { return end.said == "connected "; }));
  peer.accept();
  std::size_t taken = 0;
  const std::string message(800, 'm');
  while (send(tcp, message) == Status::ok) taken += message.size();
  settle(net);
  EXPECT_EQ(end.said, "connected ");  // Nothing was read: there is no room.
  std::size_t got = 0;
  ASSERT_TRUE(until([&] {
    got += peer.receive().size();
    return got >= taken;
  }));
  EXPECT_EQ(end.said, "connected writable ");
  settle(net);
  EXPECT_EQ(got + peer.receive().size(), taken);
}

TEST_F(PosixTcp, sends_a_constant_in_as_many_pieces_as_the_kernel_takes) {
  connect();
  narrow(tcp);
  std::string constant(3'000'000, 'c');
  for (std::size_t i = 0; i < constant.size(); i += 1000) constant[i] = static_cast<char>(i / 1000);
  std::size_t sent = 0;
  const auto more = [&] { sent += tcp.send_constant(bytes_of(constant).from(sent)); };
  end.then = [&](const std::string& event) {
    if (event == "writable") more();
  };
  there().takes = 0;
  more();
  EXPECT_LT(sent, constant.size());
  EXPECT_EQ(net.blocks().used(), 0u);
  settle(net);
  there().takes = End::unlimited;
  their_side().resume();
  ASSERT_TRUE(until([&] { return there().got.size() == constant.size(); }));
  EXPECT_TRUE(there().got == constant);
}

TEST_F(PosixTcp, tells_when_a_block_came_free_who_waited_longest_first) {
  port::Tcp second{net}, third{net};
  End second_end, third_end;
  connect();
  EXPECT_EQ(second.connect(here(), second_end), Status::ok);
  EXPECT_EQ(third.connect(here(), third_end), Status::ok);
  ASSERT_TRUE(until([&] { return door.visitors.size() == 3; }));
  ASSERT_TRUE(until([&] { return !second_end.said.empty() && !third_end.said.empty(); }));
  ByteSpan blocks[3];
  for (ByteSpan& block : blocks) block = net.blocks().take_to_keep();
  System::queue_is_empty = false;
  std::string order;
  third_end.then = [&](const std::string&) { order += "third "; };
  second_end.then = [&](const std::string&) { order += "second "; };
  EXPECT_EQ(third.room(io::Urgency::control), 0u);
  EXPECT_EQ(send(third, "3"), Status::would_block);
  EXPECT_EQ(send(second, "2"), Status::would_block);
  EXPECT_EQ(send(third, "3"), Status::would_block);  // It keeps its place.
  settle(net);
  EXPECT_EQ(order, "");
  net.blocks().give_back(blocks[0]);
  settle(net);
  EXPECT_EQ(order, "third second ");
  EXPECT_EQ(send(third, "3"), Status::ok);
  net.blocks().give_back(blocks[1]);
  net.blocks().give_back(blocks[2]);
}

TEST_F(PosixTcp, sends_to_whoever_reads_while_others_have_all_blocks) {
  connect();
  ByteSpan blocks[3];
  for (ByteSpan& block : blocks) block = net.blocks().take_to_keep();
  std::string sent;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(until([&] {
      int queued = 1;
      ::ioctl(tcp.descriptor(), SIOCOUTQ, &queued);
      return queued == 0;
    }));
    sent += std::string(800, static_cast<char>('a' + i % 26));
    ASSERT_EQ(send(tcp, std::string_view(sent).substr(sent.size() - 800)), Status::ok) << i;
  }
  EXPECT_TRUE(until([&] { return there().got == sent; }));
  EXPECT_EQ(end.said, "");
  for (const ByteSpan block : blocks) net.blocks().give_back(block);
}

TEST_F(PosixTcp, is_too_slow_when_there_is_no_block_for_what_an_empty_queue_left) {
  connect();
  ByteSpan blocks[3];
  for (ByteSpan& block : blocks) block = net.blocks().take_to_keep();
  System::send_most = 3;
  EXPECT_EQ(send(tcp, "message"), Status::ok);
  settle(net);
  EXPECT_EQ(end.said, std::string(to_string(Status::too_slow)) + " ");
  for (const ByteSpan block : blocks) net.blocks().give_back(block);
}

TEST_F(PosixTcp, offers_unused_bytes_again_first_and_only_after_resume) {
  connect();
  there().takes = 3;
  EXPECT_EQ(send(tcp, "0123456789"), Status::ok);
  ASSERT_TRUE(until([&] { return there().got.size() == 3; }));
  settle(net);
  EXPECT_EQ(there().offers, 1u);
  EXPECT_EQ(send(tcp, "abcdef"), Status::ok);
  settle(net);
  EXPECT_EQ(there().offers, 1u);
  there().takes = 4;
  their_side().resume();
  settle(net);
  EXPECT_EQ(there().got, "0123456");
  there().takes = End::unlimited;
  their_side().resume();
  ASSERT_TRUE(until([&] { return there().got.size() == 16; }));
  EXPECT_EQ(there().got, "0123456789abcdef");
}

TEST_F(PosixTcp, may_be_resumed_in_the_event_in_which_it_is_paused) {
  connect();
  there().then = [&](const std::string& event) {
    if (event != "received") return;
    there().takes = 2;
    their_side().resume();
  };
  there().takes = 1;
  EXPECT_EQ(send(tcp, "0123456789"), Status::ok);
  EXPECT_TRUE(until([&] { return there().got == "0123456789"; }));
}

TEST_F(PosixTcp, holds_200_segments_of_a_paused_connection_back_while_another_echoes) {
  connect();
  End& paused = there();
  io::Transport& paused_side = their_side();
  paused.takes = 0;
  port::Tcp other{net};
  End other_end;
  ASSERT_EQ(other.connect(here(), other_end), Status::ok);
  ASSERT_TRUE(until([&] { return door.visitors.size() == 2 && !other_end.said.empty(); }));
  there().then = [&](const std::string& event) {
    if (event != "received") return;
    EXPECT_EQ(send(their_side(), "echo"), Status::ok);
  };
  std::string sent;
  for (int i = 0; i < 200; ++i) {
    const std::string byte(1, static_cast<char>('a' + i % 26));
    ASSERT_EQ(send(tcp, byte), Status::ok);
    sent += byte;
    ASSERT_EQ(send(other, "ping"), Status::ok);
    ASSERT_TRUE(until([&] { return other_end.got.size() == 4u * (static_cast<unsigned>(i) + 1); }));
  }
  EXPECT_EQ(paused.offers, 1u);
  EXPECT_EQ(net.blocks().used(), 0u);
  paused.takes = End::unlimited;
  paused_side.resume();
  ASSERT_TRUE(until([&] { return paused.got.size() == 200; }));
  EXPECT_EQ(paused.got, sent);
}

TEST_F(PosixTcp, keeps_the_unused_bytes_of_all_connections_apart) {
  Raw peers[3];
  for (Raw& peer : peers) {
    peer.connect(listener.port());
    settle(net);
  }
  ASSERT_EQ(door.visitors.size(), 3u);
  std::vector<Door::Visitor*> sides;
  for (Door::Visitor& visitor : door.visitors) sides.push_back(&visitor);
  std::string sent[3];
  // Each takes few bytes at a time, in every order of turns.
  for (std::size_t round = 0; round < 60; ++round) {
    for (std::size_t i = 0; i < 3; ++i) {
      std::string piece(1 + (round * 7 + i * 3) % 23, static_cast<char>('a' + (round + i) % 26));
      peers[i].send(piece);
      sent[i] += piece;
    }
    const std::size_t turn = (round * round + round / 3) % 3;
    for (std::size_t i = 0; i < 3; ++i) {
      Door::Visitor& side = *sides[(turn + i) % 3];
      side.end.takes = (round + i) % 4 == 0 ? 0 : 1 + (round * 5 + i) % 13;
      if (round % 5 != 1) side.transport->resume();
      (void)net.poll({0});
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    sides[i]->end.takes = End::unlimited;
    sides[i]->transport->resume();
  }
  settle(net);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(sides[i]->end.got, sent[i]) << i;
}

TEST_F(PosixTcp, forgets_unused_bytes_when_their_connection_goes) {
  for (int how = 0; how < 4; ++how) {
    Raw peer;
    peer.connect(listener.port());
    settle(net);
    io::Transport& side = their_side();
    there().takes = 1;
    peer.send("unused");
    settle(net);
    EXPECT_EQ(there().got, "u");
    if (how == 0) side.abort();
    if (how == 1) side.close();
    if (how == 2) peer.reset();
    if (how == 3) {
      side.resume();
      peer.reset();
    }
    settle(net);
    if (how == 1) peer.end();
    settle(net);
    EXPECT_EQ(there().closed, how != 0) << how;
  }
  connect();
  EXPECT_EQ(send(tcp, "afterwards"), Status::ok);
  ASSERT_TRUE(until([&] { return !there().got.empty(); }));
  EXPECT_EQ(there().got, "afterwards");
}

TEST(PosixTcpOfALargeBlock, sends_a_message_larger_than_the_buffers_of_a_socket) {
  static port::SizedNet<4, (4u << 20)> net;
  port::Listener<1> listener{net, "127.0.0.1"};
  port::Tcp tcp{net};
  End end;
  Door door;
  ASSERT_EQ(listener.listen(0, door), Status::ok);
  ASSERT_EQ(tcp.connect({"127.0.0.1", listener.port(), io::Security::none}, end), Status::ok);
  ASSERT_TRUE(poll_until(net, [&] { return !end.said.empty() && !door.visitors.empty(); }));
  narrow(tcp);
  std::string message(4'000'000, '\0');
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<char>(i * 31 >> 5);
  ASSERT_EQ(send(tcp, message), Status::ok);
  EXPECT_EQ(net.blocks().used(), 1u);  // More than a socket takes.
  End& there = door.visitors.back().end;
  ASSERT_TRUE(poll_until(net, [&] { return there.got.size() == message.size(); }));
  EXPECT_TRUE(there.got == message);
  EXPECT_EQ(net.blocks().used(), 0u);
}

}  // namespace
}  // namespace mote::posix
