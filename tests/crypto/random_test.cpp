// SPDX-License-Identifier: MIT
#include "mote/crypto/random.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace mote::crypto {
namespace {

/// Counts what it is asked for, and can fail.
struct Source {
  int asked = 0;
  std::size_t bytes = 0;
  std::uint8_t value = 1;
  bool works = true;

  Entropy entropy() {
    return [this](ByteSpan out) {
      ++asked;
      bytes += out.size();
      for (std::uint8_t& byte : out) byte = value++;
      return works;
    };
  }
};

/// A generator's contexts stay in the arena for ever, as a port's do: so one is made for all tests.
struct Shared {
  Source source;
  Generator generator;
  Status seeded = generator.seed(source.entropy());
};

Shared& shared() {
  static Shared one;
  return one;
}

std::string drawn(std::size_t size) {
  std::string out(size, '\0');
  EXPECT_EQ(shared().generator.fill({reinterpret_cast<std::uint8_t*>(out.data()), size}),
            Status::ok);
  return out;
}

TEST(Generator, gives_nothing_before_it_is_seeded) {
  Generator generator;
  std::uint8_t out[4];
  EXPECT_EQ(generator.fill(out), Status::not_open);
}

TEST(Generator, cannot_be_seeded_when_its_source_fails_and_can_later) {
  Source source;
  source.works = false;
  Generator generator;
  for (int attempt = 0; attempt < 20; ++attempt)
    EXPECT_EQ(generator.seed(source.entropy()), Status::tls_failed) << "the arena must not leak";
  std::uint8_t out[4];
  EXPECT_EQ(generator.fill(out), Status::not_open);
}

TEST(Generator, asks_once_for_at_most_48_bytes) {
  ASSERT_EQ(shared().seeded, Status::ok);
  EXPECT_GE(shared().source.bytes, 32u);
  EXPECT_LE(shared().source.bytes, 48u);
}

TEST(Generator, never_gives_the_same_bytes_twice) {
  std::set<std::string> seen;
  for (std::size_t count = 0; count < 500; ++count) EXPECT_TRUE(seen.insert(drawn(8)).second);
  for (const std::size_t size : {16u, 63u, 64u, 65u, 1000u, 5000u})
    EXPECT_TRUE(seen.insert(drawn(size)).second);
  EXPECT_EQ(drawn(0), "");
}

TEST(Generator, asks_again_after_some_thousand_fills_and_tells_when_nothing_came) {
  Shared& it = shared();
  const int asked = it.source.asked;
  for (int count = 0; count < 11000; ++count) drawn(64);
  EXPECT_GT(it.source.asked, asked);

  it.source.works = false;
  Status status = Status::ok;
  std::uint8_t out[64];
  for (int count = 0; count < 11000 && status == Status::ok; ++count)
    status = it.generator.fill(out);
  EXPECT_EQ(status, Status::tls_failed);
  it.source.works = true;
  EXPECT_EQ(it.generator.fill(out), Status::ok);
}

}  // namespace
}  // namespace mote::crypto
