// SPDX-License-Identifier: MIT
// One connection over real sockets: what it carries, how it pauses, and how it ends.
#include "posix/tcp.hpp"

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

using PosixTcp = Loopback;

TEST_F(PosixTcp, carries_bytes_both_ways) {
  connect();
  EXPECT_EQ(tcp.send(bytes_of("hel"), bytes_of("lo"), io::Urgency::data), Status::ok);
  ASSERT_TRUE(until([&] { return there().got.size() == 5; }));
  EXPECT_EQ(there().got, "hello");
  EXPECT_EQ(send(their_side(), "welcome"), Status::ok);
  ASSERT_TRUE(until([&] { return end.got.size() == 7; }));
  EXPECT_EQ(end.got, "welcome");
}

}  // namespace
}  // namespace mote::posix
