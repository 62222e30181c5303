// SPDX-License-Identifier: MIT
#include "mote/topic/cursor.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::topic {
namespace {

std::string id_of(Cursor cursor) {
  std::uint8_t room[id_bytes_max];
  ByteWriter out{room};
  put_id(out, cursor);
  return std::string(out.text());
}

TEST(Cursor, is_written_as_eight_digits_and_a_number) {
  EXPECT_EQ(id_of({0x5f3a9c01, 42}), "5f3a9c01-42");
  EXPECT_EQ(id_of({}), "00000000-0");
  EXPECT_EQ(id_of({0xFFFFFFFF, 0xFFFFFFFF}), "ffffffff-4294967295");
}

TEST(Cursor, is_read_as_it_was_written) {
  for (const Cursor wanted : {Cursor{0x5f3a9c01, 42}, Cursor{}, Cursor{0xFFFFFFFF, 0xFFFFFFFF}}) {
    Cursor read{1, 1};
    EXPECT_TRUE(read_id(id_of(wanted), read));
    EXPECT_EQ(read, wanted);
  }
}

TEST(Cursor, is_not_read_from_anything_else) {
  for (const char* text : {"",
                           "-",
                           "5f3a9c01",
                           "5f3a9c01-",
                           "5f3a9c0-42",
                           "5f3a9c01_42",
                           "5f3a9c01-4x",
                           "5f3a9c01--4",
                           "5f3a9c01-4294967296",
                           "5f3a9c01-99999999999",
                           "g f3a9c01-42",
                           "05f3a9c01-42"}) {
    Cursor read{1, 2};
    EXPECT_FALSE(read_id(text, read)) << text;
    EXPECT_EQ(read, (Cursor{1, 2})) << text;
  }
}

}  // namespace
}  // namespace mote::topic
