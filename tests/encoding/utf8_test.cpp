// SPDX-License-Identifier: MIT
// The corpus of Markus Kuhn's stress test where it is, the rules of RFC 3629 one by one, and every
// sequence of one to three bytes against the table of the Unicode standard.
#include "mote/encoding/utf8.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/cut.hpp"
#include "support/json.hpp"

namespace mote::encoding {
namespace {

constexpr std::size_t never = static_cast<std::size_t>(-1);

/// The index of the byte with which checking fails, fed byte by byte.
std::size_t fails_at(const std::string& text) {
  Utf8 utf8;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (!utf8.check(bytes_of(std::string_view(text).substr(at, 1)))) return at;
  return never;
}

void expect_however_cut(const std::string& text, std::size_t reject_at, bool whole) {
  EXPECT_EQ(fails_at(text), reject_at);
  for (const test::Pieces& pieces : test::every_cut(text)) {
    Utf8 utf8;
    bool good = true;
    std::size_t given = 0;
    for (const std::string& piece : pieces) {
      given += piece.size();
      good = utf8.check(bytes_of(piece));
      EXPECT_EQ(good, given <= reject_at || reject_at == never) << "after " << given;
    }
    EXPECT_EQ(good && utf8.is_whole(), whole);
  }
}

TEST(Utf8, agrees_with_the_corpus_at_every_octet) {
  const test::Json corpus = test::corpus("utf8/utf8-cases.json");
  for (const test::Json& c : corpus["cases"].items) {
    SCOPED_TRACE(c["id"].string + " " + c["hex"].string);
    const bool fails = !c["reject_at"].is_null();
    expect_however_cut(test::from_hex(c["hex"].string),
                       fails ? static_cast<std::size_t>(c["reject_at"].number) : never,
                       c["valid"].boolean);
  }
}

TEST(Utf8, fails_at_the_first_byte_that_cannot_be_right) {
  const struct {
    const char* rule;
    std::string text;
    std::size_t reject_at;
    bool whole;
  } cases[] = {
      {"empty", "", never, true},
      {"3 all lengths", "\x7f\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80", never, true},
      {"3 the last of all lengths", "\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf", never, true},
      {"3 a continuation alone", "a\x80", 1, false},
      {"3 a lead without its continuation", "\xc3(", 1, false},
      {"3 two bytes of three, then ASCII", "\xe2\x82z", 2, false},
      {"3 overlong of two", "\xc0\x80", 0, false},
      {"3 overlong of two", "\xc1\xbf", 0, false},
      {"3 overlong of three", "\xe0\x9f\xbf", 1, false},
      {"3 overlong of four", "\xf0\x8f\xbf\xbf", 1, false},
      {"3 before the surrogates", "\xed\x9f\xbf", never, true},
      {"3 the first surrogate", "\xed\xa0\x80", 1, false},
      {"3 the last surrogate", "\xed\xbf\xbf", 1, false},
      {"3 after the surrogates", "\xee\x80\x80", never, true},
      {"3 above U+10FFFF", "\xf4\x90\x80\x80", 1, false},
      {"3 five bytes", "\xf8\x88\x80\x80\x80", 0, false},
      {"3 octets that never appear", "\xff", 0, false},
      {"3 cut off", "ab\xf0\x9f\x98", never, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    expect_however_cut(c.text, c.reject_at, c.whole);
  }
}

/// Table 3-7 of the Unicode standard: well-formed sequences, by the ranges of their bytes.
constexpr struct {
  int size;
  std::uint8_t from[4], to[4];
} well_formed[] = {
    {1, {0x00}, {0x7F}},
    {2, {0xC2, 0x80}, {0xDF, 0xBF}},
    {3, {0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}},
    {3, {0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}},
    {3, {0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}},
    {3, {0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}},
    {4, {0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}},
    {4, {0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}},
    {4, {0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}},
};

enum class Verdict { bad, cut_off, whole };

Verdict oracle(const std::uint8_t* at, int left) {
  while (left != 0) {
    bool known = false;
    for (const auto& row : well_formed) {
      int fits = 0;
      while (fits < row.size && fits < left && at[fits] >= row.from[fits] &&
             at[fits] <= row.to[fits])
        ++fits;
      if (fits == left && fits < row.size) return Verdict::cut_off;
      if (fits < row.size) continue;
      known = true;
      at += fits;
      left -= fits;
      break;
    }
    if (!known) return Verdict::bad;
  }
  return Verdict::whole;
}

Verdict verdict(const std::uint8_t* bytes, int size) {
  Utf8 utf8;
  if (!utf8.check({bytes, static_cast<std::size_t>(size)})) return Verdict::bad;
  return utf8.is_whole() ? Verdict::whole : Verdict::cut_off;
}

TEST(Utf8, agrees_with_the_table_on_every_sequence_of_up_to_three_bytes) {
  int different = 0;
  for (std::uint32_t code = 0; code < 1u << 24; ++code) {
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(code >> 16),
                                  static_cast<std::uint8_t>(code >> 8),
                                  static_cast<std::uint8_t>(code)};
    different += verdict(bytes, 3) != oracle(bytes, 3);
    if ((code & 0xFF) == 0) different += verdict(bytes, 2) != oracle(bytes, 2);
    if ((code & 0xFFFF) == 0) different += verdict(bytes, 1) != oracle(bytes, 1);
  }
  EXPECT_EQ(different, 0);
}

TEST(Utf8, agrees_with_the_table_on_four_bytes_around_every_border) {
  const std::uint8_t edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                0xC1, 0xC2, 0xDF, 0xE0, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
                                0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF};
  for (int first = 0; first < 256; ++first)
    for (const std::uint8_t second : edges)
      for (const std::uint8_t third : edges)
        for (const std::uint8_t fourth : edges) {
          const std::uint8_t bytes[] = {static_cast<std::uint8_t>(first), second, third, fourth};
          ASSERT_EQ(verdict(bytes, 4), oracle(bytes, 4))
              << first << ' ' << +second << ' ' << +third << ' ' << +fourth;
        }
}

// Heap memory of the exact size, so that a sanitizer sees every byte read beyond either end.
TEST(Utf8, finds_one_bad_byte_in_ascii_at_every_place_and_alignment) {
  for (std::size_t size = 1; size < 72; ++size)
    for (std::size_t skipped = 0; skipped < sizeof(std::size_t); ++skipped)
      for (std::size_t bad = 0; bad <= size; ++bad) {
        const auto memory = std::make_unique<std::uint8_t[]>(skipped + size);
        std::fill_n(memory.get(), skipped + size, 'a');
        if (bad < size) memory[skipped + bad] = 0xC1;
        const ByteView text{memory.get() + skipped, size};
        ASSERT_EQ(is_utf8(text), bad == size) << size << ' ' << skipped << ' ' << bad;
      }
}

TEST(Utf8, stays_broken_until_it_is_reset) {
  Utf8 utf8;
  EXPECT_FALSE(utf8.check(bytes_of("\xff")));
  EXPECT_FALSE(utf8.check(bytes_of("a")));
  EXPECT_FALSE(utf8.check({}));
  EXPECT_FALSE(utf8.is_whole());
  utf8.reset();
  EXPECT_TRUE(utf8.check(bytes_of("a")));
  EXPECT_TRUE(utf8.is_whole());
}

}  // namespace
}  // namespace mote::encoding
