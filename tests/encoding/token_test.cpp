// SPDX-License-Identifier: MIT
#include "mote/encoding/token.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mote::encoding {
namespace {

TEST(Token, has_the_characters_of_rfc_9110_section_5_6_2) {
  const std::string others = "!#$%&'*+-.^_`|~";
  for (int code = 0; code < 256; ++code) {
    const char character = static_cast<char>(code);
    const bool is_letter_or_digit = code < 128 && std::isalnum(code);
    const bool expected =
        is_letter_or_digit || (code != 0 && others.find(character) != std::string::npos);
    EXPECT_EQ(is_token_character(character), expected) << code;
  }
  EXPECT_TRUE(is_token("mote.v1"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
}

TEST(Token, is_compared_without_the_case_of_ascii_letters) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("WebSocket", "websocket"));
  EXPECT_FALSE(equal_ignoring_case("websocket", "websockets"));
  EXPECT_FALSE(equal_ignoring_case("[", "{")) << "they differ in the bit of the case";
  EXPECT_FALSE(equal_ignoring_case("@", "`")) << "they differ in the bit of the case";
  EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4")) << "not ASCII";
}

TEST(Token, lists_are_cut_at_commas_and_trimmed) {
  const struct {
    const char* list;
    std::vector<std::string> elements;
  } cases[] = {
      {"", {}},
      {" , ,\t,,", {}},
      {"a", {"a"}},
      {" a\t", {"a"}},
      {"a,b", {"a", "b"}},
      {",a,, b c ,", {"a", "b c"}},
  };
  for (const auto& c : cases) {
    std::vector<std::string> elements;
    std::string_view list = c.list;
    for (std::string_view each; next_element(list, each);) elements.emplace_back(each);
    EXPECT_EQ(elements, c.elements) << c.list;
  }
  EXPECT_EQ(trimmed("\t a b \t"), "a b");
  EXPECT_EQ(trimmed("\v\n"), "\v\n") << "no white space here (RFC 9110 §5.6.3)";
}

TEST(Token, is_found_in_a_list_whatever_its_case) {
  EXPECT_TRUE(list_contains("keep-alive, Upgrade", "upgrade"));
  EXPECT_FALSE(list_contains("keep-alive, Upgrades", "upgrade"));
  EXPECT_FALSE(list_contains("", "upgrade"));
}

TEST(Token, knows_a_word_in_any_case) {
  EXPECT_TRUE(is_word("keep-alive", "keep-alive"));
  EXPECT_TRUE(is_word("KEEP-Alive", "keep-alive"));
  EXPECT_TRUE(is_word("", ""));
  EXPECT_FALSE(is_word("keep-aliv", "keep-alive"));
  EXPECT_FALSE(is_word("keep-alivee", "keep-alive"));
  EXPECT_FALSE(is_word("keep\ralive", "keep-alive"));  // differs from - in the bit of the case
  EXPECT_FALSE(is_word(std::string_view("a\0b", 3), "a"));
  EXPECT_FALSE(is_word(std::string_view("a\0", 2), "a"));
}

TEST(Token, tells_which_of_several_words_a_text_is) {
  EXPECT_EQ(word_in("close", "close,keep-alive,upgrade"), 1u);
  EXPECT_EQ(word_in("Keep-Alive", "close,keep-alive,upgrade"), 2u);
  EXPECT_EQ(word_in("UPGRADE", "close,keep-alive,upgrade"), 3u);
  for (const char* other :
       {"clos", "closed", "keep", "alive", "upgrades", "", ",", "close,keep-alive"})
    EXPECT_EQ(word_in(other, "close,keep-alive,upgrade"), 0u) << other;
  EXPECT_EQ(word_in("ab", "abc,ab"), 2u);
}

TEST(Token, tells_a_literal_by_its_case_too) {
  EXPECT_TRUE(is_exactly("HEAD", "HEAD"));
  for (const char* other : {"head", "HEA", "HEADS", ""}) EXPECT_FALSE(is_exactly(other, "HEAD"));
  EXPECT_TRUE(is_exactly("", ""));
  EXPECT_FALSE(is_exactly(std::string_view("a\0", 2), "a"));
}

}  // namespace
}  // namespace mote::encoding
