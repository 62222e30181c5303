// SPDX-License-Identifier: MIT
// The loop itself: waking, sleeping, clocks, randomness, and the console.
#include "posix/net.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

struct PosixNet : ::testing::Test {
  ~PosixNet() override { System::reset(); }
  /// Whether somebody who sleeps on descriptor() would wake.
  bool is_readable() const {
    pollfd polled{net.descriptor(), POLLIN, 0};
    return ::poll(&polled, 1, 0) == 1;
  }
  port::SizedNet<4, 1024> net;
};

TEST_F(PosixNet, is_woken_from_another_thread) {
  std::thread other([this] { net.wake(); });
  (void)net.poll(Duration::forever());
  other.join();
}

TEST_F(PosixNet, does_not_sleep_when_it_was_woken_since_it_last_did) {
  net.wake();
  (void)net.poll(Duration::forever());
  net.wake();
  (void)net.poll({0});
  (void)net.poll(Duration::forever());
}

TEST_F(PosixNet, runs_a_signal_that_another_thread_raises) {
  std::atomic<int> calls{0};
  struct Stop {
    port::SizedNet<4, 1024>& net;
    std::atomic<int>& calls;
  } stop{net, calls};
  io::Signal signal(net, [&stop] {
    if (++stop.calls == 3) stop.net.stop();
  });
  std::thread other([&] {
    for (int i = 0; i < 3; ++i) {
      signal.raise();
      while (calls.load() <= i) std::this_thread::yield();
    }
  });
  net.run();
  other.join();
  EXPECT_EQ(calls.load(), 3);
}

TEST_F(PosixNet, sleeps_until_a_timer_is_due) {
  bool due = false;
  io::Timer timer(net, [&due] { due = true; });
  timer.start(30_ms);
  const Instant before = net.now();
  for (int polls = 0; !due; ++polls) {
    (void)net.poll(Duration::forever());
    ASSERT_LE(polls, 2);  // It neither spins nor wakes early.
  }
  EXPECT_GE(net.now().ms - before.ms, 30u);
}

TEST_F(PosixNet, makes_its_descriptor_readable_when_there_is_something_to_do) {
  (void)net.poll({0});
  EXPECT_FALSE(is_readable());
  net.wake();
  EXPECT_TRUE(is_readable());
  (void)net.poll({0});
  EXPECT_FALSE(is_readable());
  port::Listener<1> listener{net, "127.0.0.1"};
  Door door;
  ASSERT_EQ(listener.listen(0, door), Status::ok);
  Raw peer;
  peer.connect(listener.port());
  EXPECT_TRUE(is_readable());
  (void)net.poll({0});
  EXPECT_FALSE(is_readable());
  EXPECT_EQ(door.visitors.size(), 1u);
  // What a call outside of poll() makes ready can be slept on as well.
  System::fail_call(1);
  EXPECT_EQ(send(*door.visitors.back().transport, "x"), Status::ok);
  EXPECT_TRUE(is_readable());
  (void)net.poll({0});
  EXPECT_TRUE(door.visitors.back().end.closed);
}

TEST_F(PosixNet, draws_bytes_that_do_not_repeat) {
  std::set<std::string> drawn;
  for (std::size_t i = 0; i < 300; ++i) {
    std::string bytes(16 + i, '\0');
    net.random({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    EXPECT_TRUE(drawn.insert(bytes.substr(0, 16)).second);
    EXPECT_TRUE(drawn.insert(bytes.substr(i)).second || i == 0);
  }
}

TEST_F(PosixNet, knows_the_date) {
  EXPECT_GT(net.unix_seconds(), 1'700'000'000u);
  EXPECT_LT(net.unix_seconds(), 5'000'000'000u);
}

TEST_F(PosixNet, gives_every_connection_its_turn_when_one_never_stops) {
  port::Listener<2> listener{net, "127.0.0.1"};
  Door door;
  ASSERT_EQ(listener.listen(0, door), Status::ok);
  Raw flood, other;
  flood.connect(listener.port());
  other.connect(listener.port());
  ASSERT_TRUE(poll_until(net, [&] { return door.visitors.size() == 2; }));
  flood.send(std::string(100'000, 'f'));
  other.send("hello");
  (void)net.poll({0});
  EXPECT_EQ(door.visitors.back().end.got, "hello");
  EXPECT_LE(door.visitors.front().end.got.size(), 17'000u);
}

TEST_F(PosixNet, has_a_button_that_sigusr1_presses) {
  int presses = 0;
  port::button.on_press = [&presses] { ++presses; };
  (void)net.poll({0});
  ::raise(SIGUSR1);
  (void)net.poll(Duration::forever());
  EXPECT_EQ(presses, 1);
  (void)net.poll({0});
  EXPECT_EQ(presses, 1);
  port::button.on_press = {};
}

TEST_F(PosixNet, prints_lines_and_counters) {
  net.count.connects = 2;
  net.count.rx_bytes = 4'000'000'000u;
  ::testing::internal::CaptureStdout();
  port::print("hello");
  port::led(true);
  port::print(net.counters());
  EXPECT_EQ(::testing::internal::GetCapturedStdout(),
            "hello\nled on\ncounters connects=2 connected=0 accepted=0 refused=0 lost=0 retries=0 "
            "drops=0 "
            "rx_bytes=4000000000 tx_bytes=0 blocks=4 blocks_used=0 blocks_most=0 pool=0 "
            "pool_most=0 stack=0 stack_most=0\n");
}

TEST_F(PosixNet, reads_settings_from_the_environment) {
  ::setenv("MOTE_URL", "ws://127.0.0.1/", 1);
  EXPECT_EQ(port::setting("url", "otherwise").text(), "ws://127.0.0.1/");
  ::unsetenv("MOTE_URL");
  EXPECT_EQ(port::setting("url", "otherwise").text(), "otherwise");
}

}  // namespace
}  // namespace mote::posix
