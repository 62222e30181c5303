// SPDX-License-Identifier: MIT
#include "mbedtls/tls_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>

namespace mote::mbedtls {
namespace {

struct PoolTest : testing::Test {
  PoolTest() { pool.open(memory); }
  std::size_t place_of(void* piece) const {
    return static_cast<std::size_t>(static_cast<std::uint8_t*>(piece) - memory);
  }
  alignas(8) std::uint8_t memory[16'384];
  Pool pool;
};

TEST_F(PoolTest, puts_small_pieces_low_and_large_ones_high) {
  EXPECT_EQ(place_of(pool.take(100)), 8u);
  EXPECT_EQ(place_of(pool.take(2000)), sizeof memory - 2000);
  EXPECT_EQ(place_of(pool.take(1)), 8u + 104 + 8);
  EXPECT_EQ(place_of(pool.take(3000)), sizeof memory - 2000 - 8 - 3000);
  EXPECT_EQ(pool.needed(),
            2000u + 8 + 3000 + 8 + 112 + std::max<std::size_t>(16, 8 + 2 * sizeof(void*)));
}

TEST_F(PoolTest, gives_zeros_at_multiples_of_eight) {
  for (const std::size_t bytes : {0u, 1u, 7u, 8u, 9u, 2001u}) {
    auto* const piece = static_cast<std::uint8_t*>(pool.take(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece) % 8, 0u);
    EXPECT_TRUE(std::all_of(piece, piece + bytes, [](std::uint8_t byte) { return byte == 0; }));
    EXPECT_GE(Pool::size_of(piece), bytes + 8);
    std::fill(piece, piece + bytes, std::uint8_t{0xFF});
    pool.give_back(piece);
  }
}

TEST_F(PoolTest, refuses_what_has_no_room_and_goes_on) {
  EXPECT_EQ(pool.take(sizeof memory), nullptr);
  EXPECT_EQ(pool.take(~std::size_t{0}), nullptr);
  EXPECT_EQ(pool.take(~std::size_t{0} - 7), nullptr);
  void* const all = pool.take(sizeof memory - 8);
  ASSERT_NE(all, nullptr);
  EXPECT_EQ(pool.take(0), nullptr);
  EXPECT_EQ(pool.needed(), sizeof memory);
  pool.give_back(all);
  EXPECT_EQ(pool.needed(), 0u);
  EXPECT_NE(pool.take(sizeof memory - 8), nullptr);
}

TEST_F(PoolTest, a_connection_fits_where_the_one_before_it_was) {
  void* const first[] = {pool.take(4000), pool.take(2000), pool.take(1100)};
  void* const second[] = {pool.take(4000), pool.take(2000), pool.take(1100)};
  const std::size_t needed = pool.needed();
  for (void* piece : first) pool.give_back(piece);
  for (int small = 0; small < 10; ++small) EXPECT_LT(place_of(pool.take(60)), 1000u);
  const std::size_t with_small = needed + 10 * 72;
  for (const std::size_t bytes : {4000u, 2000u, 1100u})
    EXPECT_GT(place_of(pool.take(bytes)), 9'000u);
  EXPECT_LE(pool.needed(), with_small);
  (void)second;
}

/// What a pool must do, computed from where its pieces lie.
class Model {
 public:
  Model(Pool& pool, ByteSpan memory, std::uint32_t seed)
      : pool_(pool), memory_(memory), chance_(seed) {}

  void step() {
    if (chance_() % 100 < share_of_takes_ || pieces_.empty()) {
      const std::uint32_t kind = chance_() % 8;
      take(kind == 0 ? chance_() % 5000 : kind == 1 ? 1000 + chance_() % 40 : chance_() % 200);
    } else {
      give_back(std::next(pieces_.begin(), chance_() % pieces_.size()));
    }
    if (chance_() % 500 == 0) share_of_takes_ = 30 + chance_() % 50;  // It fills, and is emptied.
    EXPECT_EQ(pool_.needed(), memory_.size() - largest_hole());
  }
  void empty() {
    while (!pieces_.empty()) give_back(pieces_.begin());
    EXPECT_EQ(pool_.needed(), 0u);
  }
  int refused = 0;

 private:
  struct Piece {
    std::size_t asked, occupied;  // bytes
    std::uint8_t mark;
  };
  using Pieces = std::map<std::uint8_t*, Piece>;

  void take(std::size_t size) {
    const std::size_t before = largest_hole();
    auto* const at = static_cast<std::uint8_t*>(pool_.take(size));
    // Eight bytes before it, and a multiple of eight: so much must be free in one place.
    const std::size_t least = std::max<std::size_t>((size + 7) / 8 * 8, 2 * sizeof(void*)) + 8;
    ASSERT_EQ(at != nullptr, least <= before) << size;
    if (!at) {
      ++refused;
      return;
    }
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % 8, 0u);
    EXPECT_TRUE(is_all(at, size, 0));
    const Piece piece{size, Pool::size_of(at), static_cast<std::uint8_t>(chance_())};
    EXPECT_GE(piece.occupied, least);
    EXPECT_LT(piece.occupied, least + 8 + 2 * sizeof(void*));
    std::fill(at, at + piece.occupied - 8, piece.mark);
    pieces_[at] = piece;
  }
  void give_back(Pieces::iterator which) {
    const auto [at, piece] = *which;
    ASSERT_TRUE(is_all(at, piece.occupied - 8, piece.mark));
    pool_.give_back(at);
    pieces_.erase(which);
  }
  std::size_t largest_hole() const {
    std::uint8_t* end = memory_.begin();
    std::size_t largest = 0;
    for (const auto& [at, piece] : pieces_) {
      EXPECT_GE(at - 8, end);  // They do not overlap.
      largest = std::max(largest, static_cast<std::size_t>(at - 8 - end));
      end = at - 8 + piece.occupied;
    }
    EXPECT_LE(end, memory_.end());
    return std::max(largest, static_cast<std::size_t>(memory_.end() - end));
  }
  static bool is_all(const std::uint8_t* at, std::size_t size, std::uint8_t mark) {
    return std::all_of(at, at + size, [mark](std::uint8_t byte) { return byte == mark; });
  }

  Pool& pool_;
  ByteSpan memory_;
  std::mt19937 chance_;
  std::uint32_t share_of_takes_ = 60;
  Pieces pieces_;
};

TEST(Pool, does_what_a_model_of_it_does_whatever_comes_and_goes) {
  int refused = 0;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    // On the heap, and of exactly that size: a sanitizer sees whoever reads past it.
    const std::size_t bytes = 4096 + seed % 8 * 1032;
    const std::unique_ptr<std::uint64_t[]> memory(new std::uint64_t[bytes / 8]);
    auto* const begin = reinterpret_cast<std::uint8_t*>(memory.get());
    Pool pool;
    pool.open({begin, bytes});
    Model model(pool, {begin, bytes}, seed);
    for (int step = 0; step < 3'000 && !testing::Test::HasFailure(); ++step) model.step();
    model.empty();
    refused += model.refused;
  }
  EXPECT_GT(refused, 1000);
}

TEST(Pool, begins_with_one_hole_however_many_bytes_there_are) {
  alignas(8) std::uint8_t memory[64];
  for (std::size_t bytes = 24; bytes <= sizeof memory; ++bytes) {
    Pool pool;
    EXPECT_EQ(pool.take(0), nullptr);
    pool.open({memory, bytes});
    EXPECT_EQ(pool.take(bytes / 8 * 8 - 7), nullptr);
    EXPECT_NE(pool.take(bytes / 8 * 8 - 8), nullptr) << bytes;
  }
}

using PoolDeathTest = PoolTest;

TEST_F(PoolDeathTest, stops_at_a_piece_given_back_twice_whatever_is_beside_it) {
  for (const bool hole_ahead : {false, true})
    for (const bool hole_behind : {false, true})
      for (const bool is_last : {false, true}) {
        Pool fresh;
        fresh.open(memory);
        void* const ahead = fresh.take(40);
        void* const twice = is_last ? fresh.take(sizeof memory - 48 - 8) : fresh.take(16);
        void* const behind = is_last ? nullptr : fresh.take(16);
        void* const end = is_last ? nullptr : fresh.take(16);
        if (hole_ahead) fresh.give_back(ahead);
        if (hole_behind && behind) fresh.give_back(behind);
        fresh.give_back(twice);
        EXPECT_DEATH(fresh.give_back(twice), "") << hole_ahead << hole_behind << is_last;
        (void)end;
      }
}

TEST_F(PoolDeathTest, stops_at_a_piece_written_over_at_either_end) {
  (void)pool.take(16);
  auto* const piece = static_cast<std::uint8_t*>(pool.take(16));
  (void)pool.take(16);
  for (const std::uint8_t value : {0x00, 0x11, 0xFF}) {
    EXPECT_DEATH((std::fill(piece, piece + 16 + 8, value), pool.give_back(piece)), "");
    EXPECT_DEATH((std::fill(piece - 8, piece, value), pool.give_back(piece)), "");
    EXPECT_DEATH((std::fill(piece - 4, piece, value), pool.give_back(piece)), "");
  }
}

TEST_F(PoolDeathTest, stops_at_memory_that_it_cannot_use) {
  Pool fresh;
  EXPECT_DEATH(fresh.open({memory + 1, 100}), "");
  EXPECT_DEATH(fresh.open({memory, 8}), "");
  EXPECT_DEATH(pool.open(memory), "");  // It is open.
#if SIZE_MAX > UINT32_MAX
  EXPECT_DEATH(fresh.open({memory, std::size_t{1} << 32 | 64}), "");
#endif
}

}  // namespace
}  // namespace mote::mbedtls
