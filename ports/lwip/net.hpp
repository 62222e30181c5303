// SPDX-License-Identifier: MIT
#pragma once

#include "mote/io/loop.hpp"

namespace mote::lwip {

class Tcp;
class ListenerBase;

/// The loop over lwIP. A board derives from it and says how frames come in, how it sleeps, and
/// where random bytes come from; its clock is lwIP's sys_now().
///
/// lwIP is one for the program, and so is this. Its callbacks only record; poll() tells what they
/// recorded. Where lwIP has a thread of its own, its core lock is held around calls into it, and
/// never while the application is called.
class Net : public io::Loop {
 public:
  io::Counters counters() const override;
  /// What set_unix_seconds() said last, carried on by now(); before it, what the board's own clock
  /// says; 0 while neither knows. It may step, also backwards; deadlines use now(), which does not.
  std::uint64_t unix_seconds() const override;
  /// Somebody knows the time: Sntp, or whoever else was asked. What waits for its next attempt
  /// tries at once, a little jittered, if the time was not known before. Not to be called from
  /// interrupts.
  void set_unix_seconds(std::uint64_t seconds);
  /// Whether some network interface has link and address.
  bool is_up() const { return usable_ != 0; }

 protected:
  Net(ByteSpan blocks_memory, std::size_t block_bytes);
  ~Net();

  /// Starts lwIP, the hardware and its network interface: lwip_init(), netif_add(), dhcp_start().
  /// Called once, from the first poll().
  virtual void start() = 0;
  /// Hands one received frame to its network interface. False: there was none, which a lwIP with
  /// its own thread always answers.
  virtual bool receive_frame() = 0;
  /// Sleeps until a frame came, wake() is called or was called since the last sleep, or the time is
  /// over.
  virtual void sleep(Duration at_most) = 0;
  /// The board's own clock of date and time, in seconds since 1970. 0: it has none, or lost it.
  virtual std::uint64_t read_calendar() const { return 0; }
  /// Sets that clock to what set_unix_seconds() was told.
  virtual void set_calendar(std::uint64_t unix_seconds) { (void)unix_seconds; }

 private:
  friend class Tcp;
  friend class ListenerBase;
  friend struct FromLwip;

  Instant read_clock() final;
  bool pump() final;
  void wait(Duration at_most) final;

  void watch_network();
  void carry_time_on();
  bool serve();
  void flush();
  bool is_tick();
  void plan(bool more);

  /// lwIP has something for `tcp`, from whichever thread.
  void ready(Tcp& tcp);
  /// The application asked for something that poll() is to do.
  void hasten();
  void enter(Tcp& tcp);
  void leave(Tcp& tcp);
  void memory_came_back();
  /// Whether the connection whose events are being called is still there, and open. It may be
  /// destroyed by now: nothing of it is read unless it is.
  bool is_still_told(const Tcp& tcp) const;

  List<Tcp> busy_;  // Those that poll() must look at, longest first.
  List<ListenerBase> doors_;
  Tcp* cursor_ = nullptr;  // The next of busy_ in this round.
  Tcp* told_ = nullptr;    // Whose events are being called; nullptr once it is over.
  io::Timer timer_;        // What lwIP or a tick is due next.
  Instant ticked_{};
  std::uint64_t told_unix_ = 0;  // The time, in seconds, at told_at_; 0: nobody told it.
  Instant told_at_{};
  std::uint32_t usable_ = 0;  // A bit for each network interface that has link and address.
  std::uint16_t held_ = 0;    // Receive buffers that connections hold.
  std::uint16_t held_most_ = 0;
  std::uint8_t round_ = 0;
  bool started_ = false;
  bool pumping_ = false;
  bool memory_came_back_ = false;
  bool memory_round_ = false;  // Memory came back before this round.
};

}  // namespace mote::lwip
