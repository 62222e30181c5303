// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/base/list.hpp"

namespace mote::io {

/// Somebody who waits for a block, in a queue with others.
class BlockWaiter : public Linked<BlockWaiter> {
 public:
  /// A block can be kept now; called from Loop::poll(), once per Blocks::wait_for().
  virtual void on_block_free() = 0;

 protected:
  ~BlockWaiter() = default;
};

/// Equal pieces of memory that all connections of a loop share: the only home of bytes that are
/// neither the network stack's nor the application's.
///
/// A connection holds at most one to receive and one to send, and none while it is idle. The last
/// free block only composes, so that a full pool can still say why it refuses.
class Blocks {
 public:
  /// Cuts `memory` into blocks of `each` bytes; `each` is at least 256 and divisible by 8.
  Blocks(ByteSpan memory, std::size_t each);
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

  /// Takes a block for bytes that stay after the callback. Empty when only the last one is free:
  /// then wait_for() one, or give up.
  ByteSpan take_to_keep() { return whole(take(1)); }
  /// Takes a block for bytes that are handed on before the callback returns. Empty when none is
  /// free.
  ByteSpan take_to_compose() { return whole(take(0)); }
  bool can_keep() const { return count_ - used_ > 1; }
  bool can_compose() const { return count_ != used_; }
  /// Gives back the block that begins at `block`; nothing when that is nullptr.
  void give_back(void* block);
  void give_back(ByteSpan block) { give_back(block.data()); }

  /// Calls `waiter` when a block can be kept; who waited longest is called first.
  void wait_for(BlockWaiter& waiter);
  static void stop_waiting(BlockWaiter& waiter) { List<BlockWaiter>::remove(waiter); }

  std::size_t block_bytes() const { return each_; }
  std::uint16_t count() const { return count_; }
  std::uint16_t used() const { return used_; }
  std::uint16_t used_most() const { return used_most_; }

 private:
  friend class Loop;
  struct Free {
    Free* next;
  };
  /// Takes a block if more than `rest` are free; nullptr otherwise.
  std::uint8_t* take(int rest);
  ByteSpan whole(std::uint8_t* block) const { return {block, block ? each_ : 0}; }
  /// Calls those who wait while blocks last; returns whether anybody was called. Called by
  /// Loop::poll().
  bool serve_waiters();

  Free* free_ = nullptr;
  List<BlockWaiter> waiters_;
  std::size_t each_;
  std::uint16_t count_;
  std::uint16_t used_ = 0;
  std::uint16_t used_most_ = 0;
};

/// A block for as long as this object stands on the stack.
class ComposingBlock {
 public:
  explicit ComposingBlock(Blocks& blocks) : blocks_(blocks), bytes_(blocks.take_to_compose()) {}
  ~ComposingBlock() { blocks_.give_back(bytes_); }
  ComposingBlock(const ComposingBlock&) = delete;
  ComposingBlock& operator=(const ComposingBlock&) = delete;

  /// Empty when no block was free.
  ByteSpan bytes() const { return bytes_; }
  /// The block from now on as if taken to keep; nullptr when it is the last one.
  std::uint8_t* keep() {
    std::uint8_t* const block = blocks_.can_compose() ? bytes_.data() : nullptr;
    if (block) bytes_ = {};
    return block;
  }

 private:
  Blocks& blocks_;
  ByteSpan bytes_;
};

}  // namespace mote::io
