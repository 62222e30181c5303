// SPDX-License-Identifier: MIT
#pragma once

#include "lwip/net.hpp"

namespace mote::mps2 {

/// The loop of this board. Hardware and lwIP start in the first poll().
class Net : public lwip::Net {
 public:
  void wake() override;
  void random(ByteSpan out) override;
  io::Counters counters() const override;

 protected:
  Net(ByteSpan blocks_memory, std::size_t block_bytes);
  ~Net() = default;

 private:
  void start() override;
  bool receive_frame() override;
  void sleep(Duration at_most) override;
  std::uint64_t read_calendar() const override;

  io::Signal pressed_;  // The console received something: that is this board's button.
};

/// A loop with `Blocks` blocks of `Bytes` each.
template <std::size_t Blocks, std::size_t Bytes>
class SizedNet final : public Net {
 public:
  SizedNet() : Net({memory_, sizeof memory_}, Bytes) {}

 private:
  alignas(8) std::uint8_t memory_[Blocks * Bytes];
};

}  // namespace mote::mps2
