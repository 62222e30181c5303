// SPDX-License-Identifier: MIT
#include "sim/tcp.hpp"

#include <gtest/gtest.h>

#include <string>

#include "mote/base/bytes.hpp"
#include "sim/listener.hpp"

namespace mote::sim {
namespace {

/// One end that writes down what happens.
struct End : io::TransportEvents {
  void on_connected() override { said += "connected "; }
  std::size_t on_received(ByteSpan bytes) override {
    const std::size_t used = std::min(bytes.size(), takes);
    takes -= used;
    got.append(bytes.begin(), bytes.begin() + used);
    return used;
  }
  void on_writable() override { said += "writable "; }
  void on_ended() override { said += "ended "; }
  void on_closed(Failure why) override { said += std::string(to_string(why.status)) + " "; }
  std::string said, got;
  std::size_t takes = std::numeric_limits<std::size_t>::max();
};

struct Door : io::Acceptor {
  io::TransportEvents* on_accepted(io::Transport& connection) override {
    transport = &connection;
    return welcome ? &end : nullptr;
  }
  io::Transport* transport = nullptr;
  End end;
  bool welcome = true;
};

struct SimTcp : ::testing::Test {
  SizedNet<2, 256> net;
  Tcp tcp{net}, places[2]{Tcp{net}, Tcp{net}};
  Listener listener{net, places};
  Door door;
  End end;
  void connect() {
    EXPECT_EQ(listener.listen(80, door), Status::ok);
    EXPECT_EQ(tcp.connect({"host", 80, io::Security::none}, end), Status::ok);
    net.settle();
    EXPECT_EQ(end.said, "connected ");
    end.said.clear();
  }
  Status send(io::Transport& from, std::string_view text) {
    return from.send(bytes_of(text), {}, io::Urgency::data);
  }
};

TEST_F(SimTcp, carries_bytes_both_ways_in_order_however_they_are_cut_and_delayed) {
  net.wire = {1_ms, 20_ms, 3, 8192};
  EXPECT_EQ(listener.listen(80, door), Status::ok);
  EXPECT_EQ(tcp.connect({"host", 80, io::Security::none}, end), Status::ok);
  net.pass(1_s);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(send(tcp, "0123456789"), Status::ok);
    EXPECT_EQ(send(*door.transport, "abcdefghij"), Status::ok);
  }
  net.pass(1_s);
  std::string expected_there, expected_here;
  for (int i = 0; i < 10; ++i) {
    expected_there += "0123456789";
    expected_here += "abcdefghij";
  }
  EXPECT_EQ(door.end.got, expected_there);
  EXPECT_EQ(end.got, expected_here);
}

TEST_F(SimTcp, refuses_what_nobody_listens_for_and_what_has_no_address) {
  EXPECT_EQ(tcp.connect({"host", 81, io::Security::none}, end), Status::ok);
  EXPECT_EQ(tcp.connect({"host", 81, io::Security::none}, end), Status::busy);
  net.settle();
  EXPECT_EQ(end.said, "connection refused ");
  net.unknown_names = {"nowhere"};
  EXPECT_EQ(tcp.connect({"nowhere", 80, io::Security::none}, end), Status::ok);
  net.settle();
  EXPECT_EQ(end.said, "connection refused name not resolved ");
  EXPECT_EQ(tcp.connect({"host", 80, io::Security::tls}, end), Status::insecure);
}

TEST_F(SimTcp, has_room_for_a_window_and_tells_when_there_is_more) {
  connect();
  net.wire.window_bytes = 1000;
  door.end.takes = 0;
  EXPECT_EQ(send(tcp, std::string(841, 'x')), Status::too_large);
  EXPECT_EQ(send(tcp, std::string(800, 'x')), Status::ok);
  EXPECT_EQ(tcp.room(io::Urgency::data), 40u);
  EXPECT_EQ(tcp.room(io::Urgency::control), 200u);
  EXPECT_EQ(send(tcp, std::string(41, 'x')), Status::would_block);
  net.pass(1_s);
  EXPECT_EQ(end.said, "");
  door.end.takes = 10000;
  door.transport->resume();
  net.settle();
  EXPECT_EQ(end.said, "writable ");
  EXPECT_EQ(door.end.got.size(), 800u);
}

TEST_F(SimTcp, tells_an_end_after_every_byte_and_lets_the_other_half_go_on) {
  connect();
  door.end.takes = 2;
  EXPECT_EQ(send(tcp, "1234"), Status::ok);
  tcp.close();
  net.settle();
  EXPECT_EQ(door.end.said, "");
  door.end.takes = 100;
  door.transport->resume();
  net.settle();
  EXPECT_EQ(door.end.got, "1234");
  EXPECT_EQ(door.end.said, "ended ");
  door.transport->close();
  net.settle();
  EXPECT_EQ(door.end.said, "ended closed ");
  EXPECT_EQ(end.said, "closed ");
  EXPECT_TRUE(tcp.is_idle());
}

TEST_F(SimTcp, lets_time_pass_while_an_end_waits_behind_bytes) {
  connect();
  door.end.takes = 2;
  EXPECT_EQ(send(tcp, "1234"), Status::ok);
  tcp.half_close();
  net.pass(10_s);
  EXPECT_EQ(net.passed().ms, 10'000u);
  EXPECT_EQ(door.end.said, "");
}

TEST_F(SimTcp, offers_at_once_what_a_timer_resumes) {
  connect();
  end.takes = 1;
  EXPECT_EQ(send(*door.transport, "two"), Status::ok);
  net.settle();
  static Tcp* resumed;
  resumed = &tcp;
  io::Timer timer{net, [] { resumed->resume(); }};
  timer.start(10_ms);
  end.takes = 5;
  while (end.got.size() < 3 && net.passed().ms < 1000) (void)net.poll(1000_ms);
  EXPECT_EQ(net.passed(), 10_ms);
}

TEST_F(SimTcp, may_end_its_half_and_receive_on) {
  connect();
  EXPECT_EQ(send(tcp, "1234"), Status::ok);
  tcp.half_close();
  net.pass(10_s);
  EXPECT_EQ(door.end.said, "ended ");
  EXPECT_EQ(send(*door.transport, "5678"), Status::ok);
  door.transport->close();
  net.settle();
  EXPECT_EQ(end.got, "5678");
  EXPECT_EQ(end.said, "ended ");
  tcp.close();
  net.settle();
  EXPECT_EQ(end.said, "ended closed ");
}

TEST_F(SimTcp, ends_by_itself_when_the_peer_never_ends) {
  connect();
  tcp.close();
  net.pass(1999_ms);
  EXPECT_EQ(end.said, "");
  net.pass(1_ms);
  EXPECT_EQ(end.said, "closed ");
}

TEST_F(SimTcp, resets_the_peer_of_whoever_aborts) {
  connect();
  tcp.abort();
  net.settle();
  EXPECT_EQ(end.said, "");
  EXPECT_EQ(door.end.said, "connection reset ");
}

TEST_F(SimTcp, meets_the_fault_at_the_operation_that_was_named) {
  net.fail_operation(1, Fault::no_slot);
  EXPECT_EQ(tcp.connect({"host", 80, io::Security::none}, end), Status::no_slot);
  connect();
  net.fail_operation(2, Fault::would_block);
  EXPECT_EQ(send(tcp, "a"), Status::ok);
  EXPECT_EQ(send(tcp, "b"), Status::would_block);
  net.settle();
  EXPECT_EQ(end.said, "writable ");
  net.fail_operation(1, Fault::reset);
  EXPECT_EQ(send(tcp, "b"), Status::ok);
  net.settle();
  EXPECT_EQ(end.said, "writable connection reset ");
  EXPECT_EQ(door.end.got, "a");
}

TEST_F(SimTcp, tells_of_room_after_a_fault_though_nothing_was_queued) {
  connect();
  net.fail_operation(1, Fault::would_block);
  EXPECT_EQ(tcp.send_constant(bytes_of("a")), 0u);
  net.settle();
  EXPECT_EQ(end.said, "writable ");
}

TEST_F(SimTcp, turns_one_bit_of_the_byte_that_was_named) {
  connect();
  net.spoil_byte(6, Mishap::flip, Side::accepted);
  for (const char* text : {"0000", "0000"}) {
    EXPECT_EQ(send(tcp, text), Status::ok);
    EXPECT_EQ(send(*door.transport, text), Status::ok);
  }
  net.settle();
  EXPECT_EQ(door.end.got, "00000000");
  EXPECT_EQ(end.got, "00000p00");  // '0' with bit 6 % 8 turned
  EXPECT_EQ(net.bytes_sent(Side::made), 8u);
}

TEST_F(SimTcp, resets_after_the_bytes_before_the_one_that_was_named) {
  connect();
  net.spoil_byte(3, Mishap::reset);
  EXPECT_EQ(send(tcp, "1234"), Status::ok);
  EXPECT_EQ(send(tcp, "56"), Status::ok);
  net.settle();
  EXPECT_EQ(door.end.got, "12");
  EXPECT_EQ(door.end.said, "connection reset ");
  EXPECT_EQ(end.said, "connection reset ");
}

TEST_F(SimTcp, ends_before_the_byte_that_was_named) {
  connect();
  net.spoil_byte(1, Mishap::end);
  EXPECT_EQ(send(tcp, "1234"), Status::ok);
  EXPECT_EQ(send(*door.transport, "back"), Status::ok);
  net.settle();
  EXPECT_EQ(door.end.got, "");
  EXPECT_EQ(door.end.said, "ended ");
  EXPECT_EQ(end.got, "back");
}

TEST_F(SimTcp, is_silent_from_the_byte_that_was_named) {
  connect();
  net.spoil_byte(2, Mishap::silence);
  EXPECT_EQ(send(tcp, "1234"), Status::ok);
  tcp.close();
  tcp.abort();
  net.pass(10_s);
  EXPECT_EQ(door.end.got, "1");
  EXPECT_EQ(door.end.said, "");
  listener.stop();
  connect();
  EXPECT_EQ(send(tcp, "5678"), Status::ok);
  net.settle();
  EXPECT_EQ(door.end.got, "15678");
}

TEST_F(SimTcp, counts_the_operations_of_one_side_only) {
  connect();
  net.fail_operation(1, Fault::would_block, Side::accepted);
  EXPECT_EQ(send(tcp, "a"), Status::ok);
  EXPECT_EQ(send(*door.transport, "b"), Status::would_block);
  net.fail_operation(2, Fault::reset, Side::accepted);
  net.settle();
  EXPECT_EQ(door.end.got, "a");
  EXPECT_EQ(net.operations(), 2u);
  EXPECT_EQ(send(tcp, "c"), Status::ok);
  net.settle();
  EXPECT_EQ(door.end.got, "a");
  EXPECT_EQ(door.end.said, "writable connection reset ");
  net.fail_operation(1, Fault::no_slot);
  EXPECT_EQ(net.operations(), 0u);
  EXPECT_EQ(tcp.connect({"host", 80, io::Security::none}, end), Status::no_slot);
}

TEST_F(SimTcp, loses_what_stands_when_the_cable_is_pulled) {
  connect();
  net.set_network(false);
  net.settle();
  EXPECT_EQ(end.said, "unreachable ");
  EXPECT_EQ(tcp.connect({"host", 80, io::Security::none}, end), Status::ok);
  net.pass(10_s);
  EXPECT_EQ(end.said, "unreachable ");
  net.set_network(true);
  net.settle();
  EXPECT_EQ(end.said, "unreachable connected ");
}

}  // namespace
}  // namespace mote::sim
