// SPDX-License-Identifier: MIT
#include "mote/io/blocks.hpp"

#include <new>

#include "mote/base/expects.hpp"

namespace mote::io {

Blocks::Blocks(ByteSpan memory, std::size_t each)
    : each_(each), count_(static_cast<std::uint16_t>(memory.size() / each)) {
  for (std::uint16_t i = count_; i > 0; --i)
    free_ = ::new (memory.data() + (i - 1u) * each) Free{free_};
}

ByteSpan Blocks::take() {
  Free* const block = free_;
  free_ = block->next;
  ++used_;
  if (used_ > used_most_) used_most_ = used_;
  return {reinterpret_cast<std::uint8_t*>(block), each_};
}

ByteSpan Blocks::take_to_keep() { return can_keep() ? take() : ByteSpan{}; }

ByteSpan Blocks::take_to_compose() { return free_ ? take() : ByteSpan{}; }

void Blocks::give_back(ByteSpan block) {
  expects(used_ > 0 && block.size() == each_);
  free_ = ::new (block.data()) Free{free_};
  --used_;
}

void Blocks::wait_for(BlockWaiter& waiter) {
  if (!List<BlockWaiter>::contains(waiter)) waiters_.push_back(waiter);
}

bool Blocks::serve_waiters() {
  if (waiters_.empty()) return false;
  // Those who wait now are set apart: who waits again meanwhile is served in the next round.
  List<BlockWaiter> now;
  while (BlockWaiter* const waiter = waiters_.pop_front()) now.push_back(*waiter);
  bool served = false;
  while (can_keep() && !now.empty()) {
    now.pop_front()->on_block_free();
    served = true;
  }
  while (BlockWaiter* const waiter = now.back()) {
    List<BlockWaiter>::remove(*waiter);
    waiters_.push_front(*waiter);
  }
  return served;
}

}  // namespace mote::io
