// SPDX-License-Identifier: MIT
// Does one wrong thing, `do=…`, so that a test sees how the board tells it; or counts instructions.
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
  return what == "return" ? 3 : 0;
}
