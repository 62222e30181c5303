// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "lwip/listener.hpp"
#include "lwip/net.hpp"
#include "lwip/tcp.hpp"
#include "peer.hpp"

struct pbuf;

/// Mote's port over lwIP on one end of a wire, another lwIP on the other, both in this process and
/// both on one clock, which jumps to whatever is next. The same seed gives the same run.
namespace lab {

using namespace mote;

/// What the wire does to frames, in percent.
struct Wire {
  unsigned loss = 0, twice = 0, late = 0;
  std::uint32_t delay_ms = 1;
  /// Frames for which this is true do not arrive. `to_device` is the direction.
  std::function<bool(bool to_device, const std::vector<std::uint8_t>&)> eats;
};

/// Which call of lwIP is to fail from now on: the n-th (1 is the next one), or every one from it
/// on.
struct Fault {
  int at = 0;  ///< 0: none
  bool for_good = false;
  int calls = 0;  ///< so far
};
extern Fault write_fault;  ///< tcp_write()
extern Fault memp_fault;   ///< memp_malloc() of `memp_faulty`
extern int memp_faulty;
extern Fault heap_fault;  ///< mem_malloc()

class Lab;

class Net final : public lwip::Net {
 public:
  explicit Net(Lab& lab, ByteSpan blocks, std::size_t each) : lwip::Net(blocks, each), lab_(lab) {}
  void wake() override { woken_ = true; }
  void random(ByteSpan out) override;

 protected:
  void start() override;
  bool receive_frame() override;
  void sleep(Duration at_most) override;

 private:
  Lab& lab_;
  bool woken_ = false;
};

/// Everything a test needs; its end checks that nothing of lwIP's memory is lost.
class Lab final : public PeerHost {
 public:
  explicit Lab(std::uint32_t seed = 1);
  ~Lab();

  /// Lets so much time pass.
  void run(Duration time);
  /// Lets so much time pass in which nothing at all runs.
  void oversleep(Duration time);
  /// Runs until `done` or until the time is over; returns whether it was done.
  bool until(const std::function<bool()>& done, Duration at_most = {60'000});
  /// Waits for a connection at the peer and returns it.
  PeerTcp& accepted();
  void set_link(bool up);
  void set_address(bool there);
  void set_name_server(bool there);
  std::uint64_t passed_ms() const;
  /// Puts a frame on the wire.
  void put(const std::uint8_t* frame, std::size_t size, bool to_device);

  Wire wire;
  bool driver_keeps = false;         ///< a reference to each frame, as some drivers do
  std::size_t first_buffer = 2'000;  ///< what of a frame fits the first of its buffers
  Peer& peer;
  std::uint32_t frames_dropped = 0;  ///< because the device had no buffer for them

 private:
  friend class Net;
  struct Frame {
    std::uint64_t at_ms, number;
    bool to_device;
    std::vector<std::uint8_t> bytes;
    bool operator<(const Frame& other) const {
      return at_ms != other.at_ms ? at_ms < other.at_ms : number < other.number;
    }
  };

  void send(const std::uint8_t* frame, std::size_t size) override { put(frame, size, true); }
  std::uint32_t now_ms() const override;
  bool give_frame();
  void keep(pbuf* frame);
  pbuf* buffers_for(std::size_t size);
  void run_peer();
  std::uint64_t next_ms(bool for_device) const;
  void expect_nothing_left();

  std::mt19937 random_;
  std::set<Frame> frames_;
  std::uint64_t frame_number_ = 0;
  std::uint64_t peer_due_ms_ = 0;
  std::vector<pbuf*> kept_;
  alignas(8) std::uint8_t memory_[4 * 1024];

 public:
  Net net;
};

/// Says what happened to a connection, in a line of words, and does what a test asks for.
struct Ear : io::TransportEvents, io::Acceptor {
  std::string said, received;
  io::Transport* connection = nullptr;  ///< who was accepted
  std::function<void()> connected, writable, ended, closed;
  std::function<std::size_t(ByteSpan)> takes;  ///< default: everything
  Failure why{};

  bool has(const char* word) const { return said.find(word) != std::string::npos; }

  io::TransportEvents* on_accepted(io::Transport& fresh) override {
    said += "accepted ";
    connection = &fresh;
    return this;
  }
  void on_connected() override {
    said += "connected ";
    if (connected) connected();
  }
  std::size_t on_received(ByteSpan bytes) override {
    const std::size_t used = takes ? takes(bytes) : bytes.size();
    received.append(reinterpret_cast<const char*>(bytes.data()), std::min(used, bytes.size()));
    return used;
  }
  void on_writable() override {
    if (writable) writable();
  }
  void on_ended() override {
    said += "ended ";
    if (ended) ended();
  }
  void on_closed(Failure failure) override {
    why = failure;
    said += "closed:";
    said += to_string(failure.status);
    said += ' ';
    if (closed) closed();
  }
};

inline io::Endpoint peer_at(std::uint16_t port) { return {"10.0.0.2", port, io::Security::none}; }

/// A connection of the device that stands.
struct Line {
  explicit Line(Lab& lab, std::uint16_t port = 80) : tcp(lab.net), other(open(lab, port)) {}

  Ear ear;
  lwip::Tcp tcp;
  PeerTcp& other;

 private:
  PeerTcp& open(Lab& lab, std::uint16_t port) {
    EXPECT_EQ(tcp.connect(peer_at(port), ear), Status::ok);
    PeerTcp& accepted = lab.accepted();
    EXPECT_TRUE(lab.until([&] { return ear.has("connected"); }));
    return accepted;
  }
};

/// Sends `text` in pieces of at most `piece` bytes, whenever there is room.
struct Sender {
  Sender(lwip::Tcp& to, Ear& ear, std::string what, std::size_t each = 500)
      : tcp(to), text(std::move(what)), piece(each) {
    ear.writable = [this] { go(); };
  }
  void go();
  lwip::Tcp& tcp;
  std::string text;
  std::size_t piece;
  std::size_t sent = 0;
  int refusals = 0;
  Status last = Status::ok;
};

/// So many bytes that no two places look alike.
std::string pattern(std::size_t size);

}  // namespace lab
