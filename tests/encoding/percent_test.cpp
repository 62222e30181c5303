// SPDX-License-Identifier: MIT
#include "mote/encoding/percent.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::encoding {
namespace {

TEST(Percent, leaves_unreserved_characters_and_writes_all_others_in_hex) {
  std::uint8_t room[64];
  ByteWriter out{room};
  put_percent(out, std::string_view("aZ09-._~ /?#%+&=\xc3\xa4\0", 19));
  EXPECT_EQ(out.text(), "aZ09-._~%20%2F%3F%23%25%2B%26%3D%C3%A4%00");
}

TEST(Percent, reads_digits_of_either_case_and_leaves_a_plus) {
  std::uint8_t room[16];
  ByteWriter out{room};
  EXPECT_EQ(decode_percent("a+%2f%2F%00%25", out), Status::ok);
  EXPECT_EQ(out.text(), std::string_view("a+//\0%", 6));
}

TEST(Percent, refuses_a_percent_sign_without_two_digits) {
  for (const char* text : {"%", "%1", "a%", "%g0", "%0g", "%%41", "%u0041", "% 41"}) {
    std::uint8_t room[16];
    ByteWriter out{room};
    EXPECT_EQ(decode_percent(text, out), Status::bad_argument) << text;
    EXPECT_EQ(out.size(), 0u) << text;
  }
}

TEST(Percent, decodes_all_or_nothing) {
  std::uint8_t room[3];
  ByteWriter out{room};
  EXPECT_EQ(decode_percent("%41bcd", out), Status::too_large);
  EXPECT_EQ(out.size(), 0u);
  EXPECT_EQ(decode_percent("%41bc", out), Status::ok);
}

}  // namespace
}  // namespace mote::encoding
