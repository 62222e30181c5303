// SPDX-License-Identifier: MIT
#include "mote/encoding/host.hpp"

#include <cstddef>

#include "mote/base/bytes.hpp"
#include "mote/encoding/characters.hpp"

namespace mote::encoding {
namespace {

using namespace std::literals;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_in(hex_digit, static_cast<std::uint8_t>(c)); }

/// Four decimal numbers from 0 to 255 without leading zeros, with dots between them.
bool is_ipv4(std::string_view text) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part != 0 && (at == text.size() || text[at++] != '.')) return false;
    const std::size_t first = at;
    int value = 0;
    while (at < text.size() && is_digit(text[at]) && at - first < 3)
      value = value * 10 + (text[at++] - '0');
    const std::size_t digits = at - first;
    if (digits == 0 || value > 255 || (digits > 1 && text[first] == '0')) return false;
  }
  return at == text.size();
}

/// Whether some program would take the last label for a number, and so the whole for an IPv4
/// address: digits only, or 0x and hexadecimal digits. One dot may follow it.
bool ends_in_number(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  std::string_view label = text_from(text, text.rfind('.') + 1);
  const bool hexadecimal = label.size() >= 2 && label[0] == '0' && (label[1] | 0x20) == 'x';
  if (hexadecimal) label.remove_prefix(2);
  if (label.empty()) return hexadecimal;
  for (const char c : label)
    if (!(hexadecimal ? is_hex(c) : is_digit(c))) return false;
  return true;
}

}  // namespace

bool is_host_name(std::string_view text) {
  for (const char c : text)
    if (!is_in(host_character, static_cast<std::uint8_t>(c))) return false;
  return !text.empty() && (!ends_in_number(text) || is_ipv4(text));
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = false;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text_first(text_from(text, at), 2) == "::"sv) {
      if (gap) return false;
      gap = true;
      at += 2;
      continue;
    }
    if (at != 0 && text[at - 1] != ':') {
      if (text[at++] != ':') return false;  // between two groups
      if (at == text.size()) return false;
    }
    std::size_t end = at;
    while (end < text.size() && end - at < 4 && is_hex(text[end])) ++end;
    if (end == at) return false;
    ++groups;
    if (end < text.size() && text[end] == '.') {
      ++groups;  // an IPv4 address stands for the last two
      end = is_ipv4(text_from(text, at)) ? text.size() : 0;
    }
    if (end == 0) return false;
    at = end;
  }
  return gap ? groups <= 7 : groups == 8;
}

}  // namespace mote::encoding
