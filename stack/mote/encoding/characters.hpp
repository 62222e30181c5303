// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace mote::encoding {

/// What an ASCII character may be part of; a character can have several of these bits.
enum CharacterClass : std::uint8_t {
  token_character = 1,  ///< a token: method, field name (RFC 9110 §5.6.2)
  host_character = 2,   ///< a host name: unreserved and sub-delims (RFC 3986 §3.2.2)
  url_character = 4,    ///< a URL (RFC 3986 §2), wherever in it
  hex_digit = 8,
  digit = 16,
};

extern const std::array<std::uint8_t, 256> character_classes;

/// Whether `character` has one of the bits of `wanted`. Nothing outside of ASCII has any.
inline bool is_in(std::uint8_t wanted, std::uint8_t character) {
  return (character_classes[character] & wanted) != 0;
}

/// The first control character from `at` on, other than a tab; `end` when there is none. Bytes
/// above ASCII are none (obs-text, RFC 9110 §5.5).
const std::uint8_t* find_control(const std::uint8_t* at, const std::uint8_t* end);

}  // namespace mote::encoding
