// SPDX-License-Identifier: MIT
#include "sim/net.hpp"

#include <algorithm>

#include "mote/base/expects.hpp"
#include "sim/listener.hpp"
#include "sim/tcp.hpp"

namespace mote::sim {

Net::Net(ByteSpan blocks_memory, std::size_t block_bytes, std::uint32_t seed)
    : Loop(blocks_memory, block_bytes), chance_(seed) {}

void Net::random(ByteSpan out) {
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(chance_());
}

void Net::pass(Duration time) {
  const std::uint64_t end = passed_ms_ + time.ms;
  while (passed_ms_ < end) (void)poll({static_cast<std::uint32_t>(end - passed_ms_)});
  // Twice nothing: timers run after the wire, and what they sent is told by the next poll.
  for (int rounds = 0, idle = 0; idle < 2; ++rounds) {
    expects(rounds < 1'000'000);
    idle = poll({0}).ms == 0 ? 0 : idle + 1;
  }
}

void Net::fail_operation(std::uint32_t n, Fault fault, Side side) {
  if (side != side_) operations_ = 0;
  side_ = side;
  failing_operation_ = n == 0 ? 0 : operations_ + n;
  fault_ = fault;
}

bool Net::meets_fault(Side side, Fault& fault) {
  if (side != side_ || ++operations_ != failing_operation_) return false;
  fault = fault_;
  return true;
}

void Net::spoil_byte(std::uint64_t n, Mishap mishap, Side side) {
  spoiled_byte_ = n == 0 ? 0 : bytes_sent(side) + n;
  mishap_ = mishap;
  spoiled_bit_ = static_cast<std::uint8_t>(1u << n % 8);
  spoiled_side_ = side;
}

/// Returns how many of the bytes arrive.
std::size_t Net::spoil(Side side, std::vector<std::uint8_t>& bytes) {
  std::uint64_t& sent = sent_[static_cast<int>(side)];
  const std::uint64_t before = sent;
  sent += bytes.size();
  if (side != spoiled_side_ || spoiled_byte_ <= before || spoiled_byte_ > sent) return bytes.size();
  const auto at = static_cast<std::size_t>(spoiled_byte_ - before - 1);
  if (mishap_ != Mishap::flip) return at;
  bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ spoiled_bit_);
  return bytes.size();
}

std::size_t Net::piece_of(std::size_t size) {
  if (wire.piece_bytes_max == std::numeric_limits<std::size_t>::max()) return size;
  return std::min(size, 1 + chance_() % wire.piece_bytes_max);
}

Duration Net::draw_delay() {
  const std::uint32_t range = wire.delay_most.ms - wire.delay_least.ms;
  return {wire.delay_least.ms + (range ? static_cast<std::uint32_t>(chance_()) % (range + 1) : 0)};
}

Tcp* Net::place_for(Listener& listener) {
  for (Tcp& place : listener.places_)
    if (place.is_idle()) return &place;
  ++count.refused;
  return nullptr;
}

void Net::set_network(bool up) {
  up_ = up;
  if (up) return;
  for (Tcp* tcp = connections_.front(); tcp; tcp = connections_.after(*tcp))
    if (tcp->is_open()) tcp->fail({Status::unreachable, Layer::tcp, 0});
}

bool Net::pump() {
  if (told_up_ != up_) {
    told_up_ = up_;
    network_is(up_);
  }
  // Each connection that stands now has one turn; those that come meanwhile stand behind them.
  std::size_t turns = 0;
  for (Tcp* tcp = connections_.front(); tcp; tcp = connections_.after(*tcp)) ++turns;
  bool more = false;
  for (; turns > 0; --turns) {
    Tcp* const tcp = connections_.pop_front();
    if (!tcp) break;
    connections_.push_back(*tcp);
    more = tcp->pump() || more;
  }
  return more;
}

void Net::wait(Duration at_most) {
  if (woken_) {
    woken_ = false;
    return;
  }
  std::uint64_t next = passed_ms_ + at_most.ms;
  for (Tcp* tcp = connections_.front(); tcp; tcp = connections_.after(*tcp))
    next = std::min(next, std::max(tcp->next_ms(), passed_ms_));
  passed_ms_ = next;
}

}  // namespace mote::sim
