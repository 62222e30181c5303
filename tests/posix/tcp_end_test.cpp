// SPDX-License-Identifier: MIT
// How connections begin to fail and how they end: in order, at once, or by their own deadline.
#include <vector>

#include "posix/ends.hpp"
#include "posix/tcp.hpp"

namespace mote::posix {
namespace {

using PosixTcpEnd = Loopback;

/// The client's connection to a peer that is no Tcp.
struct PosixTcpToRaw : Loopback {
  void connect_raw() {
    const std::uint16_t port = peer.listen();
    ASSERT_EQ(tcp.connect({"127.0.0.1", port, io::Security::none}, end), Status::ok);
    ASSERT_TRUE(until([&] { return end.said == "connected "; }));
    peer.accept();
    end.said.clear();
  }
  Raw peer;
};

TEST_F(PosixTcpEnd, ends_in_order_when_both_sides_close) {
  connect();
  EXPECT_EQ(send(tcp, "last words"), Status::ok);
  tcp.close();
  EXPECT_EQ(send(tcp, "x"), Status::not_open);
  EXPECT_EQ(end.said, "");  // Never before close() returns.
  ASSERT_TRUE(until([&] { return there().said == "ended "; }));
  EXPECT_EQ(there().got, "last words");
  settle(net);
  EXPECT_EQ(end.said, "");  // The peer has not ended.
  their_side().close();
  ASSERT_TRUE(until([&] { return end.closed && there().closed; }));
  EXPECT_EQ(end.said, "closed ");
  EXPECT_EQ(there().said, "ended closed ");
  EXPECT_EQ(net.count.lost, 0u);
}

TEST_F(PosixTcpEnd, gives_a_peer_that_ended_its_half_its_answer) {
  connect();
  EXPECT_EQ(send(tcp, "question"), Status::ok);
  tcp.close();
  ASSERT_TRUE(until([&] { return there().said == "ended "; }));
  System::send_all_most = 2;
  EXPECT_EQ(send(their_side(), "a held answer"), Status::ok);
  EXPECT_EQ(send(their_side(), " in two"), Status::ok);
  their_side().close();
  settle(net);
  EXPECT_EQ(there().said, "ended ");  // Its answer is not out yet.
  System::reset();
  ASSERT_TRUE(until([&] { return there().closed; }));
  EXPECT_EQ(there().said, "ended closed ");
}

TEST_F(PosixTcpToRaw, tells_an_end_only_after_every_byte_before_it_was_used) {
  connect_raw();
  end.takes = 2;
  peer.send("abcdef");
  peer.end();
  ASSERT_TRUE(until([&] { return end.got == "ab"; }));
  settle(net);
  EXPECT_EQ(end.said, "");
  end.takes = End::unlimited;
  tcp.resume();
  ASSERT_TRUE(until([&] { return !end.said.empty(); }));
  EXPECT_EQ(end.got, "abcdef");
  EXPECT_EQ(end.said, "ended ");
  settle(net);
  EXPECT_EQ(end.said, "ended ");  // Once.
  EXPECT_EQ(send(tcp, "still"), Status::ok);
  EXPECT_EQ(peer.receive(), "still");
  tcp.close();
  EXPECT_EQ(end.said, "ended ");
  settle(net);
  EXPECT_EQ(end.said, "ended closed ");
  peer.receive();
  EXPECT_TRUE(peer.ended);
}

TEST_F(PosixTcpToRaw, tells_a_reset_at_once_even_to_a_paused_receiver) {
  connect_raw();
  end.takes = 0;
  peer.send("never wanted");
  ASSERT_TRUE(until([&] { return end.offers == 1; }));
  peer.reset();
  ASSERT_TRUE(until([&] { return end.closed; }));
  EXPECT_EQ(end.last.status, Status::reset);
  EXPECT_EQ(end.last.layer, Layer::tcp);
  EXPECT_EQ(end.last.native, ECONNRESET);
  EXPECT_EQ(net.count.lost, 1u);
}

TEST_F(PosixTcpToRaw, offers_what_came_before_a_reset) {
  connect_raw();
  peer.send("HTTP/1.1 413 Content Too Large");
  peer.reset();
  EXPECT_EQ(send(tcp, "more of the upload"), Status::ok);  // Meets the reset, and takes it all.
  EXPECT_EQ(send(tcp, "and more"), Status::not_open);
  EXPECT_EQ(tcp.room(io::Urgency::control), 0u);
  ASSERT_TRUE(until([&] { return end.closed; }));
  EXPECT_EQ(end.got, "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(end.said, "connection reset ");
}

TEST_F(PosixTcpEnd, does_not_lose_an_early_answer_to_an_upload_that_goes_on) {
  connect();
  there().then = [&](const std::string& event) {
    if (event != "received") return;
    EXPECT_EQ(send(their_side(), "HTTP/1.1 413 Content Too Large\r\n\r\n"), Status::ok);
    their_side().close();
  };
  end.then = [&](const std::string& event) {
    if (event == "ended") tcp.close();
  };
  // Much of it is on its way before the other side has read anything, and it goes on afterwards.
  for (int i = 0; i < 40; ++i) EXPECT_EQ(send(tcp, std::string(800, 'u')), Status::ok);
  ASSERT_TRUE(until([&] {
    if (!end.closed) (void)send(tcp, std::string(100, 'u'));
    return end.closed && there().closed;
  }));
  EXPECT_EQ(end.got, "HTTP/1.1 413 Content Too Large\r\n\r\n");
  EXPECT_EQ(there().said, "closed ");
  EXPECT_EQ(end.said, "ended closed ");
}

TEST_F(PosixTcpToRaw, sends_all_that_is_queued_before_it_ends) {
  connect_raw();
  std::string sent;
  System::send_all_most = 100;
  while (send(tcp, std::string(90, 'q')) == Status::ok) sent += std::string(90, 'q');
  tcp.close();
  settle(net);
  EXPECT_EQ(peer.receive(), std::string(100, 'q'));
  EXPECT_FALSE(peer.ended);
  System::reset();
  std::string got(100, 'q');
  ASSERT_TRUE(until([&] {
    got += peer.receive();
    return peer.ended;
  }));
  EXPECT_EQ(got, sent);
  EXPECT_EQ(end.said, "");
  peer.close();
  ASSERT_TRUE(until([&] { return end.closed; }));
  EXPECT_EQ(end.said, "closed ");
}

TEST_F(PosixTcpToRaw, gives_up_a_peer_that_takes_nothing_for_10_s_after_close) {
  connect_raw();
  System::send_all_most = 0;
  EXPECT_EQ(send(tcp, "stuck"), Status::ok);
  tcp.close();
  settle(net);
  System::pass(6000);
  System::send_all_most = 1;  // Progress counts.
  settle(net);
  System::send_all_most = 0;
  System::pass(6000);
  settle(net);
  EXPECT_EQ(end.said, "");
  System::pass(4000);
  settle(net);
  EXPECT_EQ(end.last.status, Status::too_slow);
  EXPECT_EQ(net.blocks().used(), 0u);
}

TEST_F(PosixTcpToRaw, discards_for_2_s_what_a_peer_still_sends) {
  connect_raw();
  tcp.close();
  peer.send("too late");
  settle(net);
  System::pass(1900);
  settle(net);
  EXPECT_EQ(end.said, "");
  System::pass(200);
  settle(net);
  EXPECT_EQ(end.said, "closed ");
  EXPECT_EQ(end.offers, 0u);
}

TEST_F(PosixTcpToRaw, discards_64_kib_of_what_a_peer_still_sends) {
  connect_raw();
  tcp.close();
  std::size_t sent = 0;
  while (!end.closed && sent < 1'000'000) {
    peer.send(std::string(4096, 'f'));
    sent += 4096;
    settle(net);
  }
  EXPECT_GT(sent, 64u * 1024);
  EXPECT_LE(sent, 64u * 1024 + 3 * 16384);
}

TEST_F(PosixTcpToRaw, tells_a_reset_that_comes_while_it_discards) {
  connect_raw();
  tcp.close();
  settle(net);
  peer.reset();
  ASSERT_TRUE(until([&] { return end.closed; }));
  EXPECT_EQ(end.last.status, Status::reset);
}

TEST_F(PosixTcpEnd, is_refused_where_nobody_listens) {
  const std::uint16_t port = listener.port();
  listener.stop();
  ASSERT_EQ(tcp.connect({"127.0.0.1", port, io::Security::none}, end), Status::ok);
  EXPECT_EQ(end.said, "");
  ASSERT_TRUE(until([&] { return end.closed; }));
  EXPECT_EQ(end.last.status, Status::refused);
  EXPECT_EQ(end.last.native, ECONNREFUSED);
  EXPECT_EQ(net.count.lost, 0u);
  EXPECT_EQ(listener.listen(port, door), Status::ok);
  ASSERT_EQ(tcp.connect(here(), end), Status::ok);
  EXPECT_TRUE(until([&] { return end.said == "connection refused connected "; }));
}

TEST_F(PosixTcpEnd, connects_to_ipv6_literals) {
  port::Listener<1> everywhere{net};
  ASSERT_EQ(everywhere.listen(0, door), Status::ok);
  ASSERT_EQ(tcp.connect({"::1", everywhere.port(), io::Security::none}, end), Status::ok);
  ASSERT_TRUE(until([&] { return !door.visitors.empty() && !end.said.empty(); }));
  EXPECT_EQ(end.said, "connected ");
}

TEST_F(PosixTcpEnd, has_no_slot_when_the_process_has_no_descriptor) {
  System::no_descriptors = true;
  EXPECT_EQ(tcp.connect(here(), end), Status::no_slot);
  System::no_descriptors = false;
  EXPECT_EQ(tcp.connect(here(), end), Status::ok);
  EXPECT_TRUE(until([&] { return end.said == "connected "; }));
}

/// A peer whose queue is full: what connects to it waits.
struct PosixTcpToFull : Loopback {
  PosixTcpToFull() : port(full.listen(0)) {
    // The queue of a backlog of 0 holds one connection.
    for (Raw& raw : queue) raw.connect(port);
  }
  Raw full, queue[1];
  std::uint16_t port;
};

TEST_F(PosixTcpToFull, may_be_aborted_while_it_connects) {
  ASSERT_EQ(tcp.connect({"127.0.0.1", port, io::Security::none}, end), Status::ok);
  settle(net);
  EXPECT_EQ(end.said, "");
  tcp.abort();
  ASSERT_EQ(tcp.connect(here(), end), Status::ok);
  ASSERT_TRUE(until([&] { return !end.said.empty(); }));
  settle(net);
  EXPECT_EQ(end.said, "connected ");
}

TEST_F(PosixTcpToFull, may_be_closed_while_it_connects) {
  ASSERT_EQ(tcp.connect({"127.0.0.1", port, io::Security::none}, end), Status::ok);
  settle(net);
  tcp.close();
  EXPECT_EQ(end.said, "");
  settle(net);
  EXPECT_EQ(end.said, "closed ");
}

TEST_F(PosixTcpEnd, may_be_connected_again_in_on_closed) {
  connect();
  int rounds = 0;
  end.then = [&](const std::string& event) {
    if (event == "connected") tcp.close();
    if (event != "closed" || ++rounds == 5) return;
    EXPECT_EQ(tcp.connect(here(), end), Status::ok);
  };
  door.then = [](Door::Visitor& visitor) {
    visitor.end.then = [&visitor](const std::string& event) {
      if (event == "ended") visitor.transport->close();
    };
  };
  there().then = [&](const std::string& event) {
    if (event == "ended") door.visitors.front().transport->close();
  };
  tcp.close();
  ASSERT_TRUE(until([&] { return rounds == 5; }));
  settle(net);
  EXPECT_EQ(net.count.accepted, 5u);
}

TEST_F(PosixTcpEnd, leaks_no_descriptor) {
  const int before = open_descriptors();
  for (int i = 0; i < 5; ++i) {
    connect();
    tcp.abort();
    ASSERT_TRUE(until([&] { return there().said == "ended "; }));
    their_side().abort();
    ASSERT_EQ(tcp.connect({"127.0.0.1", 1, io::Security::none}, end), Status::ok);
    ASSERT_TRUE(until([&] { return end.closed; }));
    end.said.clear();
    end.closed = false;
    door.visitors.clear();
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace mote::posix
