// SPDX-License-Identifier: MIT
#include "mote/encoding/base64.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::encoding {
namespace {

std::string encoded(const std::string& bytes) {
  std::string room(base64_size(bytes.size()), '#');
  ByteWriter out{ByteSpan{reinterpret_cast<std::uint8_t*>(room.data()), room.size()}};
  put_base64(out, bytes_of(bytes));
  EXPECT_EQ(out.status(), Status::ok);
  return std::string(out.text());
}

/// What decoding says and writes into so much room.
std::pair<Status, std::string> decoded(const std::string& text, std::size_t size) {
  std::string room(size, '#');
  ByteWriter out{ByteSpan{reinterpret_cast<std::uint8_t*>(room.data()), room.size()}};
  const Status status = decode_base64(text, out);
  return {status, std::string(out.text())};
}

TEST(Base64, writes_and_reads_the_examples_of_rfc_4648_section_10) {
  const char* const cases[][2] = {{"", ""},
                                  {"f", "Zg=="},
                                  {"fo", "Zm8="},
                                  {"foo", "Zm9v"},
                                  {"foob", "Zm9vYg=="},
                                  {"fooba", "Zm9vYmE="},
                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(encoded(bytes), text);
    EXPECT_EQ(decoded(text, 6), std::make_pair(Status::ok, std::string(bytes)));
  }
}

TEST(Base64, brings_every_byte_back) {
  std::string bytes;
  for (int value = 0; value < 256; ++value) {
    bytes += static_cast<char>(value);
    const std::string text = encoded(bytes);
    EXPECT_EQ(decoded(text, bytes.size()), std::make_pair(Status::ok, bytes));
  }
  EXPECT_NE(encoded(bytes).find('+'), std::string::npos);
  EXPECT_NE(encoded(bytes).find('/'), std::string::npos);
}

TEST(Base64, refuses_what_is_not_written_exactly_so) {
  const struct {
    const char* rule;
    std::string text;
  } cases[] = {
      {"3.2 padding is missing", "Zg"},
      {"3.2 half the padding is missing", "Zg="},
      {"3.2 nothing but padding", "===="},
      {"3.2 three characters of padding", "Z==="},
      {"3.2 padding in the middle", "Zg==Zg=="},
      {"3.2 padding before the last digit", "Zm=v"},
      {"3.3 a space", "Zm9v Zm9"},
      {"3.3 a line end", "Zm9v\r\n=="},
      {"3.3 a NUL", std::string("Zm9\0", 4)},
      {"3.3 a byte above ASCII", "Zm9\xC3"},
      {"3.5 bits set after one byte", "Zh=="},
      {"3.5 bits set after two bytes", "Zm9="},
      {"5 the digits of URLs", "_-_-"},
      {"one digit too many", "Zm9vY"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(decoded(c.text, 16), std::make_pair(Status::bad_argument, std::string())) << c.rule;
}

TEST(Base64, decodes_all_or_nothing) {
  for (std::size_t size = 0; size < 5; ++size)
    EXPECT_EQ(decoded("Zm9vYmE=", size), std::make_pair(Status::too_large, std::string()));
  EXPECT_EQ(decoded("Zm9vYmE=", 5).first, Status::ok);
}

TEST(Base64, overflows_as_every_writer_does) {
  std::uint8_t room[7];
  ByteWriter out{room};
  put_base64(out, bytes_of("foobar"));
  EXPECT_EQ(out.status(), Status::too_large);
  EXPECT_EQ(decode_base64("", out), Status::too_large) << "an overflow sticks";
}

}  // namespace
}  // namespace mote::encoding
