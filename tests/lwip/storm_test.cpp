// SPDX-License-Identifier: MIT
// Everything at once, drawn from a seed: calls of every kind in and out of events, a wire that
// loses, a cable that is pulled, pools that are empty. What must hold is checked all the time, and
// at the end nothing of lwIP's memory is missing. A seed that failed is a row of its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "lab.hpp"
#include "lwip/memp.h"

namespace lab {
namespace {

/// The byte at each place of every stream: nothing lost, doubled or out of order goes unseen.
char at(std::size_t place) { return static_cast<char>(place * 31 + place / 251); }

std::string stream(std::size_t from, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += at(from + i);
  return text;
}

struct Storm;

/// One end on the device, and what it saw of its connection.
struct Sailor final : io::TransportEvents {
  void on_connected() override;
  std::size_t on_received(ByteSpan bytes) override;
  void on_writable() override;
  void on_ended() override;
  void on_closed(Failure why) override;

  void begin(io::Transport& on) {
    transport = &on;
    sent = received = 0;
    open = ended = waits = paused = false;
    alive = true;
  }
  void send();

  Storm* storm = nullptr;
  io::Transport* transport = nullptr;
  std::size_t sent = 0, received = 0;
  bool alive = false;  // between connect() or accept and the end
  bool open = false, ended = false, waits = false, paused = false;
};

struct Storm final : io::Acceptor {
  explicit Storm(std::uint32_t seed) : lab(seed), random(seed) {
    for (Sailor& sailor : sailors) sailor.storm = this;
    for (auto& tcp : tcps) tcp = std::make_unique<lwip::Tcp>(lab.net);
    lab.peer.listen(80);
    lab.peer.names["storm.test"] = {"10.0.0.2", "fd00::2", false, 3, {}};
    EXPECT_EQ(door.listen(7, *this), Status::ok);
  }

  unsigned draw(unsigned below) { return static_cast<unsigned>(random() % below); }

  io::TransportEvents* on_accepted(io::Transport& fresh) override {
    for (int i = clients; i < all; ++i)
      if (!sailors[i].alive) {
        sailors[i].begin(fresh);
        sailors[i].open = true;
        return &sailors[i];
      }
    return nullptr;
  }

  void act(Sailor& sailor) {
    switch (draw(12)) {
      case 0:
        if (!sailor.alive) break;
        sailor.transport->abort();
        sailor.alive = sailor.open = false;
        break;
      case 1:
        if (sailor.alive) sailor.transport->close();
        sailor.open = false;
        break;
      case 2: connect(sailor); break;
      case 3:
      case 4: sailor.paused = !sailor.paused; [[fallthrough]];
      case 5:
        if (sailor.alive) sailor.transport->resume();
        break;
      default: sailor.send(); break;
    }
  }

  void connect(Sailor& sailor) {
    const auto place = static_cast<std::size_t>(&sailor - sailors);
    if (sailor.alive || place >= clients) return;
    if (draw(4) == 0) tcps[place] = std::make_unique<lwip::Tcp>(lab.net);
    const char* const hosts[] = {"10.0.0.2", "10.0.0.2", "fd00::2", "storm.test", "nobody.test"};
    const io::Endpoint to{hosts[draw(5)], std::uint16_t(draw(8) ? 80 : 81), io::Security::none};
    sailor.begin(*tcps[place]);
    if (tcps[place]->connect(to, sailor) != Status::ok) sailor.alive = false;
  }

  void stir_peer() {
    if (PeerTcp* const fresh = lab.peer.accepted()) theirs.push_back({fresh, 0, 0});
    if (draw(10) == 0) theirs.push_back({lab.peer.connect("10.0.0.1", 7), 0, 0});
    if (theirs.empty()) return;
    Theirs& one = theirs[draw(static_cast<unsigned>(theirs.size()))];
    switch (draw(14)) {
      case 0: lab.peer.end(*one.tcp); break;
      case 1: lab.peer.reset(*one.tcp); break;
      case 2: lab.peer.close(*one.tcp); break;
      case 3: one.tcp->reads = !one.tcp->reads; break;
      default:
        if (one.tcp->unsent.size() > 20'000) break;
        const std::size_t size = draw(3'000);
        lab.peer.write(*one.tcp, stream(one.sent, size));
        one.sent += size;
    }
    for (Theirs& each : theirs)
      for (; each.checked < each.tcp->received.size(); ++each.checked)
        ASSERT_EQ(each.tcp->received[each.checked], at(each.checked)) << "at " << each.checked;
  }

  void stir_world() {
    switch (draw(40)) {
      case 0: lab.wire.loss = draw(2) ? draw(30) : 0; break;
      case 1: lab.wire.late = draw(30); break;
      case 2: lab.wire.twice = draw(10); break;
      case 3: heap_fault = {static_cast<int>(1 + draw(4)), draw(2) == 0, 0}; break;
      case 4:
        memp_faulty = draw(2) ? MEMP_TCP_SEG : draw(2) ? MEMP_PBUF_POOL : MEMP_TCP_PCB;
        memp_fault = {static_cast<int>(1 + draw(4)), draw(2) == 0, 0};
        break;
      case 5: write_fault = {static_cast<int>(1 + draw(4)), draw(2) == 0, 0}; break;
      case 6: lab.set_link(draw(3) != 0); break;
      case 7: lab.set_address(draw(3) != 0); break;
      default: calm(); break;
    }
  }

  void calm() {
    heap_fault = memp_fault = write_fault = {};
    lab.set_link(true);
    lab.set_address(true);
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
      if (draw(3) == 0) act(sailors[draw(all)]);
      if (draw(3) == 0) stir_peer();
      if (draw(5) == 0) stir_world();
      lab.run(Duration{draw(20) ? draw(8) : draw(1'500)});
    }
    // Whatever happened: a calm sea carries a new connection.
    calm();
    lab.wire = {};
    for (auto& tcp : tcps) tcp->abort();
    door.stop();
    for (Sailor& sailor : sailors)
      if (sailor.alive && sailor.transport) sailor.transport->abort();
    for (Theirs& each : theirs) lab.peer.reset(*each.tcp);
    lab.run(Duration{1'000});
    while (lab.peer.accepted()) {
    }
    Line line(lab);
    lab.peer.write(line.other, "calm");
    EXPECT_TRUE(lab.until([&] { return line.ear.received == "calm"; }, {10'000}));
  }

  static constexpr int clients = 4, all = 7;
  struct Theirs {
    PeerTcp* tcp;
    std::size_t sent, checked;
  };
  Lab lab;
  std::mt19937 random;
  Sailor sailors[all];
  std::unique_ptr<lwip::Tcp> tcps[clients];
  lwip::Listener<all - clients> door{lab.net};
  std::vector<Theirs> theirs;
};

void Sailor::send() {
  if (!open) return;
  const std::string text = stream(sent, storm->draw(1'100));
  const std::size_t cut = storm->draw(static_cast<unsigned>(text.size()) + 1);
  const std::string_view view = text;
  const Status status =
      transport->send(bytes_of(view.substr(0, cut)), bytes_of(view.substr(cut)), io::Urgency::data);
  if (status == Status::ok) sent += text.size();
  if (status == Status::would_block) waits = true;
}

void Sailor::on_connected() {
  EXPECT_TRUE(alive);
  EXPECT_FALSE(open);
  open = true;
  storm->act(*this);
}

std::size_t Sailor::on_received(ByteSpan bytes) {
  EXPECT_TRUE(alive && open && !ended);
  const std::size_t used =
      paused ? storm->draw(static_cast<unsigned>(bytes.size()) + 1) : bytes.size();
  for (std::size_t i = 0; i < used; ++i) {
    EXPECT_EQ(static_cast<char>(bytes[i]), at(received)) << "at " << received;
    ++received;
  }
  for (std::size_t i = 0; i < used; ++i) bytes[i] = 0;  // Ours to change.
  if (storm->draw(6) == 0) storm->act(storm->sailors[storm->draw(Storm::all)]);
  return used;
}

void Sailor::on_writable() {
  EXPECT_TRUE(alive && open && waits);
  waits = false;
  send();
}

void Sailor::on_ended() {
  EXPECT_TRUE(alive && open && !ended);
  ended = true;
  storm->act(*this);
}

void Sailor::on_closed(Failure) {
  EXPECT_TRUE(alive);
  alive = open = false;
  storm->act(*this);
}

TEST(TcpStorm, keeps_every_promise_whatever_happens) {
  const char* const wanted = std::getenv("MOTE_STORMS");
  const unsigned seeds = wanted ? static_cast<unsigned>(std::atoi(wanted)) : 60;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed);
    storm.run(400);
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace lab
