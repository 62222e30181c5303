// SPDX-License-Identifier: MIT
#include "mbedtls/tls_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

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

TEST_F(PoolTest, keeps_what_lies_in_it_whatever_comes_and_goes) {
  std::mt19937 chance(1);
  struct Piece {
    std::uint8_t* at;
    std::size_t size;
    std::uint8_t mark;
  };
  std::vector<Piece> pieces;
  int refused = 0;
  for (int round = 0; round < 50'000; ++round) {
    if (chance() % 2 == 0 || pieces.empty()) {
      const std::size_t size = chance() % 8 == 0 ? chance() % 3000 : chance() % 200;
      auto* const at = static_cast<std::uint8_t*>(pool.take(size));
      if (!at) {
        ++refused;
        continue;
      }
      const auto mark = static_cast<std::uint8_t>(chance());
      std::fill(at, at + size, mark);
      pieces.push_back({at, size, mark});
    } else {
      const std::size_t which = chance() % pieces.size();
      const Piece piece = pieces[which];
      ASSERT_TRUE(std::all_of(piece.at, piece.at + piece.size, [&](std::uint8_t byte) {
        return byte == piece.mark;
      })) << round;
      pool.give_back(piece.at);
      pieces[which] = pieces.back();
      pieces.pop_back();
    }
  }
  EXPECT_GT(refused, 0);
  for (const Piece& piece : pieces) pool.give_back(piece.at);
  EXPECT_EQ(pool.needed(), 0u);
}

using PoolDeathTest = PoolTest;

TEST_F(PoolDeathTest, stops_at_a_piece_given_back_twice_or_written_over) {
  void* const one = pool.take(16);
  auto* const two = static_cast<std::uint8_t*>(pool.take(16));
  (void)pool.take(16);
  EXPECT_DEATH(
      {
        pool.give_back(one);
        pool.give_back(one);
      },
      "");
  EXPECT_DEATH(
      {
        std::fill(two, two + 16 + 8, std::uint8_t{0});
        pool.give_back(two);
      },
      "");
}

}  // namespace
}  // namespace mote::mbedtls
