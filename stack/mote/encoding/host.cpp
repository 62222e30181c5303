// SPDX-License-Identifier: MIT
#include "mote/encoding/host.hpp"

#include <cstddef>

#include "mote/base/bytes.hpp"
#include "mote/encoding/characters.hpp"

namespace mote::encoding {
namespace {

constexpr std::size_t name_bytes_max = 253;  // what one can have in DNS (RFC 1035 §2.3.4)

std::size_t count_of(std::uint8_t wanted, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_in(wanted, static_cast<std::uint8_t>(text[at]))) ++at;
  return at;
}

/// Four decimal numbers from 0 to 255 without leading zeros, with dots between them.
bool is_ipv4(std::string_view text) {
  for (int dots = 3;; --dots) {
    const std::size_t digits = count_of(digit, text);
    if (digits == 0 || digits > 3 || (digits > 1 && text[0] == '0')) return false;
    int value = 0;
    for (std::size_t at = 0; at < digits; ++at) value = value * 10 + (text[at] - '0');
    if (value > 255) return false;
    text.remove_prefix(digits);
    if (dots == 0) return text.empty();
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
}

/// Whether some program would take the last label for a number, and so the whole for an IPv4
/// address: digits only, or 0x and hexadecimal digits. One dot may follow it.
bool ends_in_number(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  std::size_t at = text.size();
  while (at != 0 && text[at - 1] != '.') --at;
  text.remove_prefix(at);
  if (text.empty()) return false;
  const bool hexadecimal = text.size() > 1 && text[0] == '0' && (text[1] | 0x20) == 'x';
  if (hexadecimal) text.remove_prefix(2);
  return count_of(hexadecimal ? hex_digit : digit, text) == text.size();
}

}  // namespace

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= name_bytes_max &&
         count_of(host_character, text) == text.size() && (!ends_in_number(text) || is_ipv4(text));
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  bool joined = true;  // at the beginning, or directly behind a colon
  while (!text.empty()) {
    if (text.size() > 1 && text[0] == ':' && text[1] == ':') {
      if (gap) return false;
      gap = joined = true;
      text.remove_prefix(2);
      continue;
    }
    if (!joined) {
      if (text[0] != ':' || text.size() == 1) return false;
      text.remove_prefix(1);
    }
    const std::size_t digits = count_of(hex_digit, text);
    if (digits == 0 || digits > 4) return false;
    joined = false;
    ++groups;
    if (digits < text.size() && text[digits] == '.') {
      if (!is_ipv4(text)) return false;
      ++groups;  // it stands for the last two
      break;
    }
    text.remove_prefix(digits);
  }
  return gap ? groups < 8 : groups == 8;
}

}  // namespace mote::encoding
