// SPDX-License-Identifier: MIT
#pragma once

#include "board/board.hpp"
#include "lwip/net.hpp"
#include "lwip/netif.h"
#include "mote/crypto/random.hpp"

/// Mote's loop on this board: four functions of hardware, memory for messages, randomness.
class Net final : public mote::lwip::Net {
 public:
  Net();
  void wake() override;
  void random(mote::ByteSpan out) override;

 private:
  void start() override;
  bool receive_frame() override;
  void sleep(mote::Duration at_most) override;
#ifdef GREENHOUSE_TLS
  // Without the time no date of a certificate can be checked.
  std::uint64_t read_calendar() const override { return board::calendar_seconds(); }
#endif

  static constexpr std::size_t block_bytes = 512;

  alignas(8) std::uint8_t blocks_[4 * block_bytes];
  netif interface_;
  mote::crypto::Generator generator_;
};
