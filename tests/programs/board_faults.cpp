// SPDX-License-Identifier: MIT
// Does one wrong thing, `do=…`, so that a test sees how the board tells it; or counts instructions.
#include <cstring>

#include "mote/base/expects.hpp"
#include "mps2/board.hpp"
#include "mps2/instructions.hpp"
#include "mps2/registers.hpp"

using namespace mote;

namespace {

[[gnu::noinline]] std::uint32_t grow_stack(std::uint32_t depth) {
  volatile std::uint32_t here[64] = {depth};
  return depth == 0 ? here[0] : grow_stack(depth - 1) + here[0];
}

// Three instructions a round and two more to begin and end.
[[gnu::noinline]] void spin(std::uint32_t rounds) {
  __asm volatile("1: subs %0, %0, #1\n\tnop\n\tbne 1b" : "+r"(rounds));
}

std::uint32_t instructions_of_spin(std::uint32_t rounds) {
  const std::uint32_t before = mps2::instructions_now();
  spin(rounds);
  return mps2::instructions_now() - before;
}

void sleep_and_tell() {
  const std::uint32_t before = mps2::clock_ms();
  mps2::sleep_at_most({1500});
  mps2::print_part("slept ms ");
  mps2::print_part(mps2::clock_ms() - before);
  mps2::print("");
}

std::uint8_t memory[128];

/// What byte `i` of the memory is at first.
std::uint8_t pattern(std::size_t i) { return static_cast<std::uint8_t>(i * 37 + 11); }

void fill() {
  for (std::size_t i = 0; i < sizeof memory; ++i) memory[i] = pattern(i);
}

bool is_moved(std::size_t from, std::size_t to, std::size_t count) {
  for (std::size_t i = 0; i < sizeof memory; ++i) {
    const bool inside = i >= to && i < to + count;
    if (memory[i] != pattern(inside ? i - to + from : i)) return false;
  }
  return true;
}

// The board's own memcpy and its like, against loops over bytes.
bool memory_works(std::size_t from, std::size_t to, std::size_t count) {
  fill();
  if (std::memmove(memory + to, memory + from, count) != memory + to) return false;
  if (!is_moved(from, to, count)) return false;
  fill();
  if (std::memcpy(memory + 64 + to, memory + from, count) != memory + 64 + to) return false;
  if (!is_moved(from, 64 + to, count)) return false;
  if (std::memcmp(memory + 64 + to, memory + from, count) != 0) return false;
  if (count == 0) return true;
  memory[from + count - 1] ^= 0x80;
  const bool greater = (pattern(from + count - 1) & 0x80) == 0;
  const int order = std::memcmp(memory + from, memory + 64 + to, count);
  if (greater ? order <= 0 : order >= 0) return false;
  fill();
  const auto last = pattern(from + count - 1);
  if (std::memchr(memory + from, last, count) != memory + from + count - 1) return false;
  if (std::memchr(memory + from, last, count - 1) != nullptr) return false;
  std::memset(memory + to, last, count);
  for (std::size_t i = 0; i < sizeof memory; ++i) {
    if (memory[i] != (i >= to && i < to + count ? last : pattern(i))) return false;
  }
  return true;
}

bool memory_works() {
  for (std::size_t from = 0; from < 12; ++from) {
    for (std::size_t to = 0; to < 24; ++to) {
      for (std::size_t count = 0; count <= 40; ++count) {
        if (!memory_works(from, to, count)) return false;
      }
    }
  }
  return true;
}

}  // namespace

int main() {
  const std::string_view what = mps2::argument("do");
  if (what == "load") (void)mps2::Register(0xB0000000u).read();
  if (what == "stack") return static_cast<int>(grow_stack(100));
  if (what == "contract") expects(false);
  if (what == "sleep") sleep_and_tell();
  if (what == "count") {
    mps2::print_part("instructions ");
    mps2::print_part(instructions_of_spin(1001) - instructions_of_spin(1));
    mps2::print("");
  }
  if (what == "memory") return memory_works() ? 0 : 4;
  return what == "return" ? 3 : 0;
}
