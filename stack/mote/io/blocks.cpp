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

std::uint8_t* Blocks::take(int rest) {
  if (count_ - used_ <= rest) return nullptr;
  Free* const block = free_;
  free_ = block->next;
  ++used_;
  if (used_ > used_most_) used_most_ = used_;
  return reinterpret_cast<std::uint8_t*>(block);
}

void Blocks::give_back(void* block) {
  if (!block) return;
  expects(used_ > 0);
  free_ = ::new (block) Free{free_};
  --used_;
}

void Blocks::wait_for(BlockWaiter& waiter) {
  if (!List<BlockWaiter>::contains(waiter)) waiters_.push_back(waiter);
}

bool Blocks::serve_waiters() {
  if (waiters_.empty()) return false;
  // Those who wait now are set apart: who waits again meanwhile is served in the next round.
  List<BlockWaiter> now;
  now.take_all(waiters_);
  bool served = false;
  while (can_keep()) {
    BlockWaiter* const waiter = now.pop_front();
    if (!waiter) break;
    waiter->on_block_free();
    served = true;
  }
  now.take_all(waiters_);
  waiters_.take_all(now);
  return served;
}

}  // namespace mote::io
