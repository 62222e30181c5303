// SPDX-License-Identifier: MIT
#include "mote/encoding/host.hpp"

#include <cstddef>

#include "mote/base/bytes.hpp"
#include "mote/encoding/characters.hpp"

namespace mote::encoding {
namespace {

constexpr std::size_t name_bytes_max = 253;  // what one can have in DNS (RFC 1035 §2.3.4)

/// The first character between the two that is in no class of `wanted`, or `end`.
const char* skip(std::uint8_t wanted, const char* at, const char* end) {
  while (at != end && is_in(wanted, static_cast<std::uint8_t>(*at))) ++at;
  return at;
}

/// Four decimal numbers from 0 to 255 without leading zeros, with dots between them.
bool is_ipv4(const char* at, const char* end) {
  for (int dots = 3;; --dots) {
    const char* const begin = at;
    at = skip(digit, at, end);
    const auto digits = at - begin;
    if (digits == 0 || digits > 3 || (digits > 1 && *begin == '0')) return false;
    int value = 0;
    for (const char* each = begin; each != at; ++each) value = value * 10 + (*each - '0');
    if (value > 255) return false;
    if (dots == 0) return at == end;
    if (at == end || *at++ != '.') return false;
  }
}

/// Whether some program would take the last label for a number, and so the whole for an IPv4
/// address: digits only, or 0x and hexadecimal digits. One dot may follow it.
bool ends_in_number(const char* begin, const char* end) {
  if (end != begin && end[-1] == '.') --end;
  const char* at = end;
  while (at != begin && at[-1] != '.') --at;
  if (at == end) return false;
  const bool hexadecimal = end - at > 1 && at[0] == '0' && (at[1] | 0x20) == 'x';
  return hexadecimal ? skip(hex_digit, at + 2, end) == end : skip(digit, at, end) == end;
}

}  // namespace

bool is_host_name(std::string_view text) {
  const char* const at = text.data();
  const char* const end = at + text.size();
  return !text.empty() && text.size() <= name_bytes_max && skip(host_character, at, end) == end &&
         (!ends_in_number(at, end) || is_ipv4(at, end));
}

bool is_ipv6(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  int groups = 0;
  bool gap = false;
  bool joined = true;  // at the beginning, or directly behind a colon
  while (at != end) {
    if (end - at > 1 && at[0] == ':' && at[1] == ':') {
      if (gap) return false;
      gap = joined = true;
      at += 2;
      continue;
    }
    if (!joined && *at++ != ':') return false;
    const char* const begin = at;
    at = skip(hex_digit, at, end);
    if (at == begin || at - begin > 4) return false;
    joined = false;
    ++groups;
    if (at != end && *at == '.') {
      if (!is_ipv4(begin, end)) return false;
      ++groups;  // it stands for the last two
      break;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

}  // namespace mote::encoding
