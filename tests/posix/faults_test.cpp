// SPDX-License-Identifier: MIT
// A whole conversation, again and again, with the n-th system call failing: whatever it is, both
// ends hear how it went, nothing hangs, and nothing leaks.
#include <cerrno>

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

/// Asks "localhost" for something larger than a socket takes at once, gets an answer, and closes.
struct Conversation {
  Conversation() {
    door.then = [this](Door::Visitor& visitor) {
      visitor.end.then = [this, &visitor](const std::string& event) {
        if (event == "received" && visitor.end.got.size() == asked)
          (void)send(*visitor.transport, "answer");
        if (event == "ended") visitor.transport->close();
        // Sometimes it uses one byte only.
        visitor.end.takes = pauses-- > 0 ? 1 : End::unlimited;
        visitor.transport->resume();
      };
    };
    end.then = [this](const std::string& event) {
      if (event == "connected" || event == "writable") ask();
      if (event == "ended" || end.got == "answer") tcp.close();
    };
  }

  void ask() {
    while (sent < asked) {
      const std::size_t size = std::min<std::size_t>(700, asked - sent);
      const Status status = send(tcp, std::string(size, 'q'));
      if (status != Status::ok) return;
      sent += size;
    }
  }

  /// Returns whether all went well; if not, whoever was promised to be told was told.
  bool run() {
    System::send_most = 300;
    const Status listening = listener.listen(0, door);
    if (listening != Status::ok) {
      EXPECT_TRUE(listening == Status::busy || listening == Status::no_slot);
      return false;
    }
    const Status connecting = tcp.connect({"localhost", listener.port(), io::Security::none}, end);
    if (connecting != Status::ok) {
      EXPECT_EQ(connecting, Status::no_slot);
      return false;
    }
    const bool ended = poll_until(net, [this] { return end.closed; }, {3'000});
    EXPECT_TRUE(ended) << "we were told nothing";
    for (Door::Visitor& visitor : door.visitors)
      EXPECT_TRUE(poll_until(net, [&] { return visitor.end.closed; }, {3'000})) << "they were not";
    return end.last.status == Status::closed;
  }

  static constexpr std::size_t asked = 2500;
  port::SizedNet<4, 1024> net;
  port::Listener<2> listener{net, "127.0.0.1"};
  port::Tcp tcp{net};
  End end;
  Door door;
  std::size_t sent = 0;
  int pauses = 2;
};

TEST(PosixFaults, are_told_whichever_system_call_fails) {
  System::reset();
  std::uint32_t calls = 0;
  {
    Conversation conversation;
    System::fail_call(0);
    EXPECT_TRUE(conversation.run());
    calls = System::calls();
  }
  EXPECT_GT(calls, 20u);
  int failures = 0;
  for (std::uint32_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    const int before = open_descriptors();
    {
      Conversation conversation;
      System::fail_call(n);
      const bool well = conversation.run();
      SCOPED_TRACE(System::failed() ? System::failed() : "none");
      if (!well) ++failures;
      EXPECT_EQ(conversation.net.blocks().used(), 0u);
    }
    System::reset();
    EXPECT_EQ(open_descriptors(), before);
  }
  EXPECT_GT(failures, 10);
}

}  // namespace
}  // namespace mote::posix
