// SPDX-License-Identifier: MIT
// Many connections, and what chance does to them: whatever arrives is a beginning of what was
// sent, rooms that were promised come, every end is told, and nothing stays behind. A seed gives
// the same run as far as the kernel lets it.
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "posix/ends.hpp"

namespace mote::posix {
namespace {

/// One end that draws what it does; both ends of a connection say the bytes 0, 1, 2, …
struct Chancer : io::TransportEvents {
  explicit Chancer(std::mt19937& source) : random(source) {}
  bool once_in(unsigned n) { return random() % n == 0; }

  void on_connected() override { talk(); }
  std::size_t on_received(ByteSpan bytes) override {
    const std::size_t used = once_in(4) ? random() % (bytes.size() + 1) : bytes.size();
    for (std::size_t i = 0; i < used; ++i) {
      EXPECT_EQ(bytes[i], static_cast<std::uint8_t>(got * 31 >> 3));
      ++got;
      bytes[i] = 0xEE;
    }
    paused = used < bytes.size();
    if (once_in(3)) talk();
    if (transport && once_in(300)) transport->close();
    if (once_in(300)) abort();
    if (paused && once_in(3)) resume();
    return used;
  }
  void on_writable() override {
    EXPECT_TRUE(awaits_room);
    awaits_room = false;
    talk();
  }
  void on_ended() override {
    ended = true;
    if (!once_in(4)) transport->close();
  }
  void on_closed(Failure) override { transport = nullptr; }

  void talk() {
    for (unsigned pieces = random() % 4; transport && pieces > 0; --pieces) {
      std::uint8_t bytes[900];
      const std::size_t size = random() % (once_in(3) ? 800 : 20);
      for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>((said + i) * 31 >> 3);
      if (once_in(5)) {
        constant.assign(bytes, bytes + size);
        const std::size_t taken = transport->send_constant(bytes_of(constant));
        said += taken;
        if (taken < size) awaits_room = true;
        continue;
      }
      const std::size_t cut = random() % (size + 1);
      const ByteView all{bytes, size};
      const Status status = transport->send(all.first(cut), all.from(cut), io::Urgency::data);
      if (status == Status::ok) said += size;
      if (status == Status::would_block) awaits_room = true;
    }
  }
  void resume() {
    paused = false;
    if (transport) transport->resume();
  }
  void abort() {
    if (transport) transport->abort();
    transport = nullptr;
  }

  std::mt19937& random;
  io::Transport* transport = nullptr;
  std::string constant;
  std::size_t said = 0, got = 0;
  bool paused = false, awaits_room = false, ended = false;
};

struct ChanceDoor : io::Acceptor {
  explicit ChanceDoor(std::mt19937& source) : random(source) {}
  io::TransportEvents* on_accepted(io::Transport& connection) override {
    ends.push_back(std::make_unique<Chancer>(random));
    ends.back()->transport = &connection;
    if (random() % 2) ends.back()->talk();
    return ends.back().get();
  }
  std::mt19937& random;
  std::vector<std::unique_ptr<Chancer>> ends;
};

void step(Chancer& end) {
  if (!end.transport) return;
  switch (end.random() % 30) {
    case 0: return end.transport->close();
    case 1: return end.once_in(4) ? end.abort() : void();
    default: end.talk(); return end.resume();
  }
}

void run(std::uint32_t seed, io::Counters& counters) {
  std::mt19937 random{seed};
  port::SizedNet<4, 1024> net;
  port::Listener<6> listener{net, "127.0.0.1"};
  ChanceDoor door{random};
  ASSERT_EQ(listener.listen(0, door), Status::ok);
  const io::Endpoint here{"127.0.0.1", listener.port(), io::Security::none};
  std::list<port::Tcp> tcps;
  std::list<Chancer> ours;
  for (int i = 0; i < 6; ++i) tcps.emplace_back(net);
  for (int round = 0; round < 400; ++round) {
    System::send_most = random() % 3 == 0 ? 1 + random() % 500 : End::unlimited;
    System::send_all_most = random() % 4 == 0 ? random() % 200 : End::unlimited;
    for (port::Tcp& tcp : tcps) {
      if (random() % 4 != 0 || tcp.descriptor() >= 0) continue;
      ours.emplace_back(random);
      if (tcp.connect(here, ours.back()) == Status::ok) {
        ours.back().transport = &tcp;
      } else {
        ours.pop_back();
      }
    }
    for (Chancer& end : ours)
      if (random() % 4 == 0) step(end);
    for (auto& end : door.ends)
      if (random() % 4 == 0) step(*end);
    (void)net.poll({static_cast<std::uint32_t>(random() % 8 == 0)});
  }
  System::reset();
  for (Chancer& end : ours)
    if (end.transport) end.transport->close();
  for (auto& end : door.ends)
    if (end->transport) end->transport->close();
  settle(net);
  System::pass(11'000);
  settle(net);
  for (Chancer& end : ours) EXPECT_EQ(end.transport, nullptr);
  for (auto& end : door.ends) EXPECT_EQ(end->transport, nullptr);
  EXPECT_EQ(net.blocks().used(), 0u);
  counters = net.counters();
}

TEST(PosixChance, breaks_no_promise) {
  const int before = open_descriptors();
  const char* const wanted = std::getenv("MOTE_SEEDS");
  const auto seeds = static_cast<std::uint32_t>(wanted ? std::atoi(wanted) : 30);
  for (std::uint32_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    System::reset();
    io::Counters counters;
    run(seed, counters);
    EXPECT_GT(counters.rx_bytes, 1000u);
    if (seed == 1) port::print(counters);
  }
  System::reset();
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace mote::posix
