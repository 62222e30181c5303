// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "mote/base/watch.hpp"
#include "mote/io/transport.hpp"
#include "sim/net.hpp"

namespace mote::sim {

/// One end of a simulated connection. Stops the program when its user breaks the rules of
/// io::TransportEvents: uses more than was offered, or changes bytes that it did not use.
class Tcp : public io::Transport, public Linked<Tcp>, Watched {
 public:
  explicit Tcp(Net& net) : net_(net) {}
  ~Tcp() { abort(); }

  Status connect(const io::Endpoint& to, io::TransportEvents& events) override;
  std::size_t room(io::Urgency urgency) const override;
  Status send(ByteView head, ByteView body, io::Urgency urgency) override;
  std::size_t send_constant(ByteView bytes) override;
  void await_room(std::size_t bytes) override;
  void hand_over(io::TransportEvents& events) override;
  void resume() override { paused_ = false; }
  void close() override;
  void abort() override;

  /// The peer's doing, for tests: a reset, or silence from now on (nothing arrives any more, not
  /// even an end).
  void reset();
  void vanish() { vanished_ = true; }
  /// Ends this half, as close() does, and goes on to receive: what some clients do.
  void half_close();

  bool is_open() const { return state_ == State::open; }
  /// Neither connected nor about to be: free for the next connect().
  bool is_idle() const { return state_ == State::idle; }
  const std::string& host() const { return host_; }  ///< as connect() was given it
  bool tls() const { return tls_; }

 private:
  friend class Net;
  friend class Listener;
  enum class State : std::uint8_t { idle, connecting, open, closing };
  struct Arrival {
    std::uint64_t at_ms;
    std::vector<std::uint8_t> bytes;
  };

  bool pump();
  bool pump_connect();
  bool pump_arrivals();
  bool pump_closing();
  bool offer();
  void end(Failure why);
  void forget();
  void fail(Failure why);
  void take(ByteView bytes);
  void meet_mishap();
  void want_room(std::size_t now);
  bool end_has_arrived() const;
  std::uint64_t next_ms() const;

  Net& net_;
  State state_ = State::idle;
  io::TransportEvents* events_ = nullptr;
  Tcp* peer_ = nullptr;  // nullptr: it is gone
  std::string host_;
  std::uint16_t port_ = 0;
  bool tls_ = false;
  Side side_ = Side::made;
  bool paused_ = false;
  bool wants_writable_ = false;
  std::size_t room_was_ = 0;
  bool vanished_ = false;
  bool failed_ = false;
  Failure failure_{};
  bool end_coming_ = false;  // the peer has sent its end
  bool end_told_ = false;
  bool end_is_reset_ = false;  // it is no end, but a reset
  bool muted_ = false;         // what this side sends is lost
  bool silent_ = false;        // and nobody hears how it ends
  std::uint64_t end_at_ms_ = 0;
  std::uint64_t ready_at_ms_ = 0;  // connecting: when it is decided; closing: when it ends at last
  std::deque<Arrival> arriving_;
  std::vector<std::uint8_t> arrived_;
};

}  // namespace mote::sim
