// SPDX-License-Identifier: MIT
// However text is cut, the verdict after each byte is that of a validator that reads byte by byte
// and decodes code points.
#include <cstdint>
#include <cstdlib>

#include "mote/encoding/utf8.hpp"

namespace {

using mote::ByteView;

void must(bool holds) {
  if (!holds) std::abort();
}

/// How many bytes a checker that decodes every code point lets pass, and whether it ends whole.
struct Slow {
  std::size_t passed = 0;
  bool whole = true;
};

Slow slow_check(ByteView text) {
  Slow slow;
  std::uint32_t code = 0, least = 0;
  int left = 0;
  for (const std::uint8_t byte : text) {
    if (left == 0) {
      left = byte < 0x80   ? 0
             : byte < 0xC0 ? -1
             : byte < 0xE0 ? 1
             : byte < 0xF0 ? 2
             : byte < 0xF8 ? 3
                           : -1;
      if (left < 0) break;
      code = left == 0 ? byte : byte & (0x3F >> left);
      least = left == 1 ? 0x80 : left == 2 ? 0x800 : 0x10000;
    } else {
      if ((byte & 0xC0) != 0x80) break;
      code = code << 6 | (byte & 0x3F);
      --left;
    }
    if (left != 0 || byte >= 0x80) {
      // The code points that can still come of this beginning.
      const std::uint32_t first = code << (6 * left), last = first | ((1u << (6 * left)) - 1);
      if (last < least || first > 0x10FFFF || (first >= 0xD800 && last <= 0xDFFF)) break;
    }
    ++slow.passed;
  }
  slow.whole = left == 0 && slow.passed == text.size();
  return slow;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView text{data + 1, size - 1};
  const Slow expected = slow_check(text);
  const std::size_t cut = data[0] % size;

  mote::encoding::Utf8 cut_in_two;
  must(cut_in_two.check(text.first(cut)) == (cut <= expected.passed));
  must(cut_in_two.check(text.from(cut)) == (text.size() == expected.passed));
  must(cut_in_two.is_whole() == expected.whole);

  mote::encoding::Utf8 bytewise;
  for (std::size_t at = 0; at < text.size(); ++at)
    must(bytewise.check(text.from(at).first(1)) == (at < expected.passed));
  must(mote::encoding::is_utf8(text) == expected.whole);
  return 0;
}
