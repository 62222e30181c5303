// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "lab.hpp"

namespace lab {
namespace {

TEST(Tcp, connects_sends_receives_and_closes) {
  Lab lab;
  lab.peer.listen(80);
  Ear ear;
  lwip::Tcp tcp(lab.net);
  ASSERT_EQ(tcp.connect(peer_at(80), ear), Status::ok);
  PeerTcp& other = lab.accepted();
  ASSERT_TRUE(lab.until([&] { return ear.has("connected"); }));
  EXPECT_EQ(tcp.send(bytes_of("hello, "), bytes_of("peer"), io::Urgency::data), Status::ok);
  ASSERT_TRUE(lab.until([&] { return other.received == "hello, peer"; }));
  lab.peer.write(other, "hello, device");
  ASSERT_TRUE(lab.until([&] { return ear.received == "hello, device"; }));
  tcp.close();
  ASSERT_TRUE(lab.until([&] { return other.ended; }));
  lab.peer.close(other);
  ASSERT_TRUE(lab.until([&] { return ear.has("closed"); }));
  EXPECT_EQ(ear.said, "connected closed:closed ");
}

}  // namespace
}  // namespace lab
