// SPDX-License-Identifier: MIT
#pragma once

#include "mote/io/retry.hpp"
#include "mote/ws/connection.hpp"

namespace mote::ws {

/// A Connection with a timer of its own, told by its transport. For those who have few: a server's
/// sessions share one timer.
class TimedConnection : public Connection, protected io::TransportEvents, io::BlockWaiter {
 protected:
  TimedConnection(io::Loop& loop, io::Transport& transport, Role us, ByteSpan memory)
      : Connection(transport, us, memory), timer_(loop, [this] { on_timer(); }) {}
  ~TimedConnection() = default;

  void forget() override {
    io::Blocks::stop_waiting(*this);
    Connection::forget();
  }

  /// The timer is due. What is derived passes this on from `open` on.
  virtual void on_timer() { (void)act_on_time(); }

  std::size_t on_received(ByteSpan bytes) override { return take(bytes); }
  void on_writable() override { take_room(); }
  void on_ended() override { take_end(); }
  void on_closed(Failure why) override { take_closed(why); }

  io::Loop& loop() const override { return timer_.loop(); }
  void set_deadline(Duration after) override { timer_.start(after); }
  void wait_for_block() override { loop().blocks().wait_for(*this); }

  io::Retry timer_;

 private:
  void on_block_free() override { take_free_block(); }
};

}  // namespace mote::ws
