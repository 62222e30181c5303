// SPDX-License-Identifier: MIT
#include "mote/encoding/characters.hpp"

#include <cstddef>
#include <cstring>
#include <string_view>

namespace mote::encoding {
namespace {

constexpr std::array<std::uint8_t, 128> classes() {
  std::array<std::uint8_t, 128> bits{};
  const auto add = [&bits](std::uint8_t bit, std::string_view set) {
    for (const char c : set) bits[static_cast<std::size_t>(c)] |= bit;
  };
  constexpr std::string_view alphanumeric =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  add(token_character, alphanumeric);
  add(token_character, "!#$%&'*+-.^_`|~");
  add(host_character | url_character, alphanumeric);
  add(host_character | url_character, "-._~!$&'()*+,;=");
  add(url_character, ":@/?%[]");
  add(scheme_character, alphanumeric);
  add(scheme_character, "+-.");
  add(hex_digit, "0123456789ABCDEFabcdef");
  return bits;
}

constexpr bool is_control(std::uint8_t byte) {
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

}  // namespace

constexpr std::array<std::uint8_t, 128> character_classes = classes();

const std::uint8_t* find_control(const std::uint8_t* at, const std::uint8_t* end) {
  for (;;) {
    // Four bytes at a time while none can be one: x - 0x20 borrows into the top bit of a byte
    // below 0x20, x + 1 carries 0x7F into it. A carry between bytes only sends us to the loop
    // below.
    for (; end - at >= 4; at += 4) {
      std::uint32_t word;
      std::memcpy(&word, at, sizeof word);
      if (((word - 0x20202020u) | (word + 0x01010101u)) & ~word & 0x80808080u) break;
    }
    const std::uint8_t* const stop = end - at >= 4 ? at + 4 : end;
    for (; at != stop; ++at)
      if (is_control(*at)) return at;
    if (at == end) return end;
  }
}

}  // namespace mote::encoding
