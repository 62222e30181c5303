// SPDX-License-Identifier: MIT
#include "mote/base/byte_writer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote {
namespace {

TEST(ByteWriter, writes_text_and_numbers_one_after_the_other) {
  std::uint8_t room[64];
  ByteWriter writer{room};
  writer.put("a")
      .put(' ')
      .number(0)
      .put(',')
      .number(18446744073709551615u)
      .put(',')
      .number(4294967296u);
  EXPECT_EQ(writer.status(), Status::ok);
  EXPECT_EQ(writer.text(), "a 0,18446744073709551615,4294967296");
}

TEST(ByteWriter, keeps_what_fitted_and_takes_nothing_after_an_overflow) {
  for (std::size_t size = 0; size < 6; ++size) {
    std::string room(size, '#');
    ByteWriter writer{ByteSpan{reinterpret_cast<std::uint8_t*>(room.data()), size}};
    writer.put("abc").put("def").put("");
    EXPECT_EQ(writer.status(), Status::too_large) << size;
    EXPECT_EQ(writer.text(), size < 3 ? "" : "abc") << size;
    EXPECT_TRUE(writer.free().empty());
  }
}

TEST(ByteWriter, lets_somebody_else_fill_what_is_free) {
  std::uint8_t room[4];
  ByteWriter writer{room};
  writer.put("a");
  ASSERT_EQ(writer.free().size(), 3u);
  writer.free()[0] = 'b';
  writer.took(1);
  EXPECT_EQ(writer.put("cd").text(), "abcd");
  EXPECT_EQ(writer.status(), Status::ok);
}

TEST(ByteWriter, takes_back_what_was_written_last) {
  std::uint8_t room[4];
  ByteWriter writer{room};
  writer.put("abcd").cut_to(1);
  EXPECT_EQ(writer.put("ef").text(), "aef");
  writer.put("too long").cut_to(0);
  EXPECT_EQ(writer.status(), Status::too_large);
}

}  // namespace
}  // namespace mote
