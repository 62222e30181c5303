// SPDX-License-Identifier: MIT
#include "mbedtls/tls_pool.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "mote/base/expects.hpp"

namespace mote::mbedtls {
namespace {

constexpr std::size_t unit = 8;
/// Buffers of records and of whole handshakes are larger, what they consist of is smaller.
constexpr std::size_t large_bytes = 1024;

constexpr std::size_t rounded(std::size_t bytes) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

struct Pool::Block {
  std::uint32_t size_and_used;  // bytes, with these eight
  std::uint32_t before;         // bytes of the block before it; 0: it is the first
  std::size_t size() const { return size_and_used & ~std::uint32_t{1}; }
  bool used() const { return (size_and_used & 1) != 0; }
};

struct Pool::Hole : Block {
  Hole *next, *previous;
};

void Pool::open(ByteSpan memory) {
  static_assert(sizeof(Block) == unit && alignof(Hole) <= unit);
  expects(!end_ && reinterpret_cast<std::uintptr_t>(memory.data()) % unit == 0);
  expects(static_cast<std::uint32_t>(memory.size()) == memory.size());
  begin_ = memory.data();
  end_ = begin_ + memory.size() / unit * unit;
  expects(end_ >= begin_ + sizeof(Hole));
  Block& all = *::new (begin_) Block{0, 0};
  set(all, static_cast<std::size_t>(end_ - begin_), false);
  insert(all);
}

void* Pool::take(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(end_ - begin_)) return nullptr;
  const std::size_t size = std::max(rounded(bytes) + sizeof(Block), rounded(sizeof(Hole)));
  const bool large = bytes >= large_bytes;
  Hole* const hole = find(size, large);
  if (!hole) return nullptr;
  Block* const block = large ? cut_high(*hole, size) : cut_low(*hole, size);
  std::memset(block + 1, 0, block->size() - sizeof(Block));
  return block + 1;
}

void Pool::give_back(void* piece) {
  Block* const block = static_cast<Block*>(piece) - 1;
  // Whoever writes beyond a piece, or gives it back twice, is found here.
  expects(is_sound(*block));
  Block* const behind = after(*block);
  std::size_t size = block->size();
  if (behind && !behind->used()) {
    size += behind->size();
    remove(*static_cast<Hole*>(behind));
  }
  set(*block, size, false);  // Also when it becomes a part of another: it may be given back twice.
  Block* const ahead = before(*block);
  if (ahead && !ahead->used()) {
    set(*ahead, ahead->size() + size, false);
  } else {
    insert(*block);
  }
}

std::size_t Pool::size_of(const void* piece) {
  return (static_cast<const Block*>(piece) - 1)->size();
}

std::size_t Pool::needed() const {
  std::size_t largest = 0;
  for (const Hole* hole = first_; hole; hole = hole->next)
    largest = std::max(largest, hole->size());
  return static_cast<std::size_t>(end_ - begin_) - largest;
}

/// Whether it is a piece, and its neighbours say the same of it as it does of them.
bool Pool::is_sound(const Block& block) const {
  const unsigned char* const at = place_of(block);
  const auto ahead = static_cast<std::size_t>(at - begin_);
  const auto room = static_cast<std::size_t>(end_ - at);
  if (at < begin_ || at >= end_ || ahead % unit != 0) return false;
  if (!block.used() || block.size() > room || block.size() < sizeof(Hole)) return false;
  if (block.size() % unit != 0 || block.before % unit != 0) return false;
  if (block.before == 0 ? ahead != 0 : block.before > ahead) return false;
  const Block* const previous = before(block);
  const Block* const next = after(block);
  return (!previous || previous->size() == block.before) && (!next || next->before == block.size());
}

Pool::Hole* Pool::find(std::size_t size, bool large) const {
  Hole* hole = large ? last_ : first_;
  while (hole && hole->size() < size) hole = large ? hole->previous : hole->next;
  return hole;
}

/// The hole's beginning becomes a piece; what is left remains a hole, if it can be one.
Pool::Block* Pool::cut_low(Hole& hole, std::size_t size) {
  const std::size_t rest = hole.size() - size;
  remove(hole);
  if (rest < sizeof(Hole)) {
    set(hole, hole.size(), true);
    return &hole;
  }
  set(hole, size, true);
  Block& left = *::new (reinterpret_cast<unsigned char*>(&hole) + size)
                    Block{0, static_cast<std::uint32_t>(size)};
  set(left, rest, false);
  insert(left);
  return &hole;
}

/// The same with its end.
Pool::Block* Pool::cut_high(Hole& hole, std::size_t size) {
  const std::size_t rest = hole.size() - size;
  if (rest < sizeof(Hole)) return cut_low(hole, hole.size());
  set(hole, rest, false);
  Block& piece = *::new (reinterpret_cast<unsigned char*>(&hole) + rest)
                     Block{0, static_cast<std::uint32_t>(rest)};
  set(piece, size, true);
  return &piece;
}

void Pool::set(Block& block, std::size_t size, bool used) {
  block.size_and_used = static_cast<std::uint32_t>(size) | (used ? 1u : 0u);
  if (Block* const behind = after(block)) behind->before = static_cast<std::uint32_t>(size);
}

Pool::Block* Pool::after(const Block& block) const {
  unsigned char* const at = place_of(block) + block.size();
  return at == end_ ? nullptr : std::launder(reinterpret_cast<Block*>(at));
}

Pool::Block* Pool::before(const Block& block) const {
  if (block.before == 0) return nullptr;
  return std::launder(reinterpret_cast<Block*>(place_of(block) - block.before));
}

/// As a part of the memory, which may be written to.
unsigned char* Pool::place_of(const Block& block) const {
  return begin_ + (reinterpret_cast<const unsigned char*>(&block) - begin_);
}

void Pool::insert(Block& block) {
  const Block head = block;
  Hole& hole = *::new (&block) Hole{head, nullptr, nullptr};
  Hole* next = first_;
  while (next && next < &hole) next = next->next;
  hole.next = next;
  hole.previous = next ? next->previous : last_;
  (hole.previous ? hole.previous->next : first_) = &hole;
  (next ? next->previous : last_) = &hole;
}

void Pool::remove(Hole& hole) {
  (hole.previous ? hole.previous->next : first_) = hole.next;
  (hole.next ? hole.next->previous : last_) = hole.previous;
}

}  // namespace mote::mbedtls
