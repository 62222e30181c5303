// SPDX-License-Identifier: MIT
#include "mote/encoding/token.hpp"

#include <cstddef>
#include <cstdint>

#include "mote/encoding/characters.hpp"

namespace mote::encoding {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Whether both are the same but for the case of a letter, in which one bit tells the cases apart.
bool is_same(char one, char other) {
  const auto letter = static_cast<std::uint8_t>((one | 0x20) - 'a');
  return ((one ^ other) & (letter < 26 ? ~0x20 : ~0)) == 0;
}

}  // namespace

bool is_token_character(char character) {
  return is_in(token_character, static_cast<std::uint8_t>(character));
}

bool is_token(std::string_view text) {
  for (const char c : text)
    if (!is_token_character(c)) return false;
  return !text.empty();
}

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  for (std::size_t at = 0; at < one.size(); ++at)
    if (!is_same(one[at], other[at])) return false;
  return true;
}

bool is_word(std::string_view text, const char* word) {
  for (const char c : text) {
    const char wanted = *word++;
    if (wanted == '\0') return false;
    if (c == wanted) continue;
    if ((c ^ wanted) != 0x20 || wanted < 'a' || wanted > 'z') return false;
  }
  return *word == '\0';
}

std::size_t word_in(std::string_view text, const char* words) {
  const char* const begin = text.data();
  const std::size_t size = text.size();
  for (std::size_t place = 1;; ++place) {
    std::size_t at = 0;
    for (; at != size; ++at) {
      const char wanted = words[at];
      const int difference = begin[at] ^ wanted;
      // Of what words are made of, all comes behind the comma, and letters come last.
      if (difference == 0 ? wanted <= ',' : difference != 0x20 || wanted < 'a') break;
    }
    words += at;
    if (at == size && *words <= ',') return place;
    char skipped;
    do {
      skipped = *words++;
      if (skipped == '\0') return 0;
    } while (skipped != ',');
  }
}

bool is_exactly(std::string_view text, const char* literal) {
  for (const char c : text)
    if (c == '\0' || c != *literal++) return false;
  return *literal == '\0';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool next_element(std::string_view& list, std::string_view& element) {
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at != end && (is_blank(*at) || *at == ',')) ++at;
  const char* const first = at;
  while (at != end && *at != ',') ++at;
  list = {at, static_cast<std::size_t>(end - at)};
  const char* last = at;
  while (last != first && is_blank(last[-1])) --last;
  element = {first, static_cast<std::size_t>(last - first)};
  return first != last;
}

bool list_contains(std::string_view list, std::string_view element) {
  for (std::string_view each; next_element(list, each);)
    if (equal_ignoring_case(each, element)) return true;
  return false;
}

}  // namespace mote::encoding
