// SPDX-License-Identifier: MIT
#include "mote/encoding/token.hpp"

#include <cstddef>
#include <cstdint>

#include "mote/base/bytes.hpp"

namespace mote::encoding {
namespace {

/// One bit for each character below 128.
struct Characters {
  std::uint32_t bits[4] = {};

  constexpr explicit Characters(std::string_view set) {
    for (const char c : set) bits[c >> 5] |= std::uint32_t{1} << (c & 31);
  }
  constexpr bool contain(std::uint8_t c) const { return c < 128 && (bits[c >> 5] >> (c & 31) & 1); }
};

constexpr Characters token_characters{
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

bool is_token_character(char character) {
  return token_characters.contain(static_cast<std::uint8_t>(character));
}

bool is_token(std::string_view text) {
  for (const char c : text)
    if (!is_token_character(c)) return false;
  return !text.empty();
}

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  for (std::size_t at = 0; at < one.size(); ++at)
    if (lower(one[at]) != lower(other[at])) return false;
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool next_element(std::string_view& list, std::string_view& element) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    element = trimmed(text_first(list, comma));
    list = comma == std::string_view::npos ? std::string_view{} : text_from(list, comma + 1);
    if (!element.empty()) return true;
  }
  return false;
}

bool list_contains(std::string_view list, std::string_view element) {
  for (std::string_view each; next_element(list, each);)
    if (equal_ignoring_case(each, element)) return true;
  return false;
}

}  // namespace mote::encoding
