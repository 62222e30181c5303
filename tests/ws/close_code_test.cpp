// SPDX-License-Identifier: MIT
#include "mote/ws/close_code.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::ws {
namespace {

std::string payload(int code, const std::string& reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code)} + reason;
}

// RFC 6455 §7.4.1 and §7.4.2, and the registry that §11.7 made for 1012 to 1014.
TEST(CloseCode, may_be_sent_unless_it_is_reserved_or_out_of_range) {
  for (std::uint32_t code = 0; code <= 0xFFFF; ++code) {
    const bool told_only = code == 1004 || code == 1005 || code == 1006 || code == 1015;
    const bool expected =
        (code >= 1000 && code <= 1014 && !told_only) || (code >= 3000 && code <= 4999);
    ASSERT_EQ(may_send(static_cast<std::uint16_t>(code)), expected) << code;
  }
}

TEST(ParseClose, reads_code_and_reason) {
  const std::string bytes = payload(4000, "caf\xc3\xa9");
  const ClosePayload read = parse_close(bytes_of(bytes));
  EXPECT_TRUE(read.valid);
  EXPECT_EQ(read.code, 4000);
  EXPECT_EQ(read.reason, "caf\xc3\xa9");
  EXPECT_EQ(read.answer_with, 4000);
}

TEST(ParseClose, takes_an_empty_payload_for_no_code) {
  const ClosePayload read = parse_close({});
  EXPECT_TRUE(read.valid);
  EXPECT_EQ(read.code, close_codes::no_code);
  EXPECT_EQ(read.answer_with, close_codes::no_code) << "answered by an empty one";
}

TEST(ParseClose, answers_what_breaks_a_rule_with_its_code) {
  const struct {
    const char* rule;
    std::string bytes;
    int answer;
  } cases[] = {
      {"5.5.1 half a code", "\x03", 1002},
      {"7.4.2 0", payload(0), 1002},
      {"7.4.2 999", payload(999), 1002},
      {"7.4.1 1004", payload(1004), 1002},
      {"7.4.1 1005", payload(1005, "none"), 1002},
      {"7.4.1 1006", payload(1006), 1002},
      {"7.4.1 1015", payload(1015), 1002},
      {"7.4.2 1016", payload(1016), 1002},
      {"7.4.2 2999", payload(2999), 1002},
      {"7.4.2 5000", payload(5000), 1002},
      {"7.4.2 65535", payload(65535), 1002},
      {"5.5.1 the reason is no UTF-8", payload(1000, "\xc0\x80"), 1007},
      {"5.5.1 the reason is cut off", payload(1000, "\xe2\x82"), 1007},
      {"the code comes first", payload(1005, "\xff"), 1002},
  };
  for (const auto& c : cases) {
    const ClosePayload read = parse_close(bytes_of(c.bytes));
    EXPECT_FALSE(read.valid) << c.rule;
    EXPECT_EQ(read.answer_with, c.answer) << c.rule;
    EXPECT_EQ(read.reason, "") << c.rule;
  }
}

TEST(PutClose, writes_what_parse_close_reads) {
  const std::string longest(close_reason_bytes_max, 'r');
  std::uint8_t room[125];
  ByteWriter out{room};
  put_close(out, 1001, longest);
  EXPECT_EQ(out.status(), Status::ok);
  const ClosePayload read = parse_close(out.written());
  EXPECT_EQ(read.code, 1001);
  EXPECT_EQ(read.reason, longest);
}

TEST(PutClose, writes_nothing_when_there_is_no_code) {
  std::uint8_t room[8];
  ByteWriter out{room};
  put_close(out, close_codes::no_code, "");
  EXPECT_EQ(out.size(), 0u);
}

}  // namespace
}  // namespace mote::ws
