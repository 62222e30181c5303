// SPDX-License-Identifier: MIT
#include "mote/encoding/hex.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::encoding {
namespace {

TEST(Hex, writes_two_small_digits_a_byte) {
  const std::uint8_t bytes[] = {0x00, 0x09, 0xa0, 0xff};
  std::uint8_t room[8];
  ByteWriter out{room};
  put_hex(out, bytes);
  EXPECT_EQ(out.text(), "0009a0ff");
}

TEST(Hex, reads_digits_of_either_case) {
  std::uint8_t room[4];
  ByteWriter out{room};
  EXPECT_EQ(decode_hex("0aF9", out), Status::ok);
  EXPECT_EQ(out.text(), "\x0a\xf9");
  EXPECT_EQ(decode_hex("", out), Status::ok);
  EXPECT_EQ(decode_hex("000000", out), Status::too_large);
  EXPECT_EQ(out.size(), 2u);
}

TEST(Hex, refuses_every_character_that_is_no_digit) {
  const std::string digits = "0123456789abcdefABCDEF";
  for (int code = 0; code < 256; ++code) {
    const char character = static_cast<char>(code);
    std::uint8_t room[1];
    ByteWriter out{room};
    const bool is_digit = digits.find(character) != std::string::npos;
    const Status expected = is_digit ? Status::ok : Status::bad_argument;
    EXPECT_EQ(decode_hex(std::string{'0', character}, out), expected) << code;
  }
  std::uint8_t room[4];
  ByteWriter out{room};
  EXPECT_EQ(decode_hex("abc", out), Status::bad_argument) << "an odd number";
}

}  // namespace
}  // namespace mote::encoding
