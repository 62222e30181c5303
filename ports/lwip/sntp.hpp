// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "lwip/net.hpp"
#include "mote/io/signal.hpp"
#include "mote/io/timer.hpp"

namespace mote::lwip {

/// Tells a Net the time that a server knows, by SNTP (RFC 4330), with lwIP's own client: for boards
/// without a clock of date and time, or to set it.
///
/// It asks as soon as the network is up, and every hour. Without an answer it asks again after 16
/// s, then ever later up to 150 s. Answers count only from whom was asked, with the random number
/// of the question, and with a time after this was written; a kiss of death is no answer. SNTP has
/// no signatures: who stands between board and server can set the board's clock.
///
/// lwIP's client is one for the program, and so is this, for as long as the program runs. It takes
/// one UDP pcb and two timeouts. Where lwIP has a thread of its own, Net::random() is called by it.
class Sntp {
 public:
  /// `server`, a name or an address, stays as it is for ever; so does `net`.
  Sntp(Net& net, const char* server, std::uint16_t port = 123);
  ~Sntp();
  Sntp(const Sntp&) = delete;
  Sntp& operator=(const Sntp&) = delete;

 private:
  friend struct SntpHooks;
  void begin();
  bool is_reachable() const;

  Net& net_;
  const char* server_;
  std::uint16_t port_;
  io::Timer timer_;  // until the network is up
  io::Signal answered_;
  std::atomic<std::uint32_t> answer_{0};
  bool plausible_ = false;
};

}  // namespace mote::lwip
