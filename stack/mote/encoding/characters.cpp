// SPDX-License-Identifier: MIT
#include "mote/encoding/characters.hpp"

#include <cstddef>
#include <cstring>
#include <string_view>

namespace mote::encoding {
namespace {

constexpr std::array<std::uint8_t, 256> classes() {
  std::array<std::uint8_t, 256> bits{};
  const auto add = [&bits](std::uint8_t bit, std::string_view set) {
    for (const char c : set) bits[static_cast<std::uint8_t>(c)] |= bit;
  };
  constexpr std::string_view alphanumeric =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  add(token_character, alphanumeric);
  add(token_character, "!#$%&'*+-.^_`|~");
  add(host_character | url_character, alphanumeric);
  add(host_character | url_character, "-._~!$&'()*+,;=");
  add(url_character, ":@/?#%[]");
  add(digit, "0123456789");
  add(hex_digit, "0123456789ABCDEFabcdef");
  return bits;
}

constexpr bool is_control(std::uint8_t byte) {
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

std::uint32_t word_at(const std::uint8_t* at) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The top bit of each byte that may be a control character; 0 when none is. x - 0x20 borrows into
/// the top bit of a byte below 0x20, and x + 1 carries 0x7F into it. Bytes outside of ASCII, and
/// neighbours that a carry reaches, are suspected too; none is missed.
constexpr std::uint32_t suspects_in(std::uint32_t word) {
  return ((word - 0x20202020u) | (word + 0x01010101u)) & 0x80808080u;
}

/// Which byte of a word in memory has its lowest-placed bit of `bits`.
std::size_t first_byte_of(std::uint32_t bits) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return static_cast<std::size_t>(__builtin_ctz(bits)) / 8;
#else
  return static_cast<std::size_t>(__builtin_clz(bits)) / 8;
#endif
}

}  // namespace

constexpr std::array<std::uint8_t, 256> character_classes = classes();

const std::uint8_t* find_control(const std::uint8_t* at, const std::uint8_t* end) {
  if (end - at >= 8) {
    const std::uint8_t* const last = end - 8;
    do {
      // Two words a round: what a round costs beside them is a third of its work.
      std::uint32_t suspects = suspects_in(word_at(at));
      if (suspects == 0) {
        at += 4;
        suspects = suspects_in(word_at(at));
        if (suspects == 0) {
          at += 4;
          continue;
        }
      }
      at += first_byte_of(suspects);
      if (is_control(*at)) return at;
      ++at;
    } while (at <= last);
  }
  while (at != end && !is_control(*at)) ++at;
  return at;
}

}  // namespace mote::encoding
