// SPDX-License-Identifier: MIT
#include "mote/encoding/utf8.hpp"

#include <cstring>

namespace mote::encoding {
namespace {

using Word = std::size_t;
constexpr Word high_bits = static_cast<Word>(0x8080808080808080u);

/// The first byte from `at` on that is not ASCII, or `end`. Loads whole words where they lie
/// aligned, and none that reaches beyond `end`.
const std::uint8_t* skip_ascii(const std::uint8_t* at, const std::uint8_t* end) {
  while (at != end) {
    if (reinterpret_cast<std::uintptr_t>(at) % sizeof(Word) == 0) {
      Word words[4];
      auto rounds = static_cast<std::size_t>(end - at) / sizeof words;
      for (; rounds != 0; --rounds, at += sizeof words) {
        std::memcpy(words, __builtin_assume_aligned(at, sizeof(Word)), sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & high_bits) break;
      }
      if (at == end) break;
    }
    if (*at >= 0x80) break;
    ++at;
  }
  return at;
}

}  // namespace

bool Utf8::check(ByteView piece) {
  const std::uint8_t* at = piece.begin();
  const std::uint8_t* const end = piece.end();
  Utf8 now = *this;  // kept in registers
  while (at != end && !now.is_broken()) {
    const std::uint8_t byte = *at++;
    if (now.left_ != 0)
      now.follow(byte);
    else if (byte >= 0x80)
      now.begin(byte);
    else
      at = skip_ascii(at, end);
  }
  *this = now;
  return !is_broken();
}

inline void Utf8::begin(std::uint8_t byte) {
  // Overlong forms, surrogates and what lies above U+10FFFF show in the second byte (RFC 3629 §4).
  low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
  high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
  left_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  if (byte < 0xC2 || byte > 0xF4) high_ = 0;
}

inline void Utf8::follow(std::uint8_t byte) {
  const bool fits = byte >= low_ && byte <= high_;
  low_ = 0x80;
  high_ = fits ? 0xBF : 0;
  if (fits) --left_;
}

bool is_utf8(ByteView text) {
  Utf8 utf8;
  return utf8.check(text) && utf8.is_whole();
}

}  // namespace mote::encoding
