// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace mote::encoding {

/// Whether `character` may stand in a token (RFC 9110 §5.6.2).
bool is_token_character(char character);

/// Whether `text` is one token: not empty, and nothing but token characters.
bool is_token(std::string_view text);

/// Whether both are the same but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view one, std::string_view other);

/// Which of `words` the text is, in whatever case: 1 for the first, 0 for none. They are in lower
/// case, with a comma between two: `"close,keep-alive"`. Smaller than comparisons one by one.
std::size_t word_in(std::string_view text, const char* words);

/// Whether `text` is that one word; quicker.
bool is_word(std::string_view text, const char* word);

/// Whether `text` is what a literal says, case and all: smaller where it is called than `==`.
bool is_exactly(std::string_view text, const char* literal);

/// `text` without the spaces and tabs around it (RFC 9110 §5.6.3).
std::string_view trimmed(std::string_view text);

/// Takes the next element of a comma-separated list off the front of `list`, trimmed; empty
/// elements are passed over (RFC 9110 §5.6.1.2). False when none is left. Quotes mean nothing here:
/// use it for lists of tokens.
bool next_element(std::string_view& list, std::string_view& element);

/// Whether the list has this element, in whatever case: `Connection: keep-alive, Upgrade`.
bool list_contains(std::string_view list, std::string_view element);

}  // namespace mote::encoding
