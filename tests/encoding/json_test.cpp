// SPDX-License-Identifier: MIT
#include "mote/encoding/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::encoding {
namespace {

using namespace std::literals;

std::string json_of(std::string_view text, std::size_t room) {
  std::string bytes(room, '#');
  ByteWriter out{{reinterpret_cast<std::uint8_t*>(bytes.data()), room}};
  put_json(out, text);
  return out.status() == Status::ok ? std::string(out.text()) : "too large";
}

struct Row {
  const char* rule;
  std::string_view text;
  std::string_view written;
};

const Row rows[] = {
    {"§7: nothing is an empty string", "", R"("")"},
    {"§7: what needs no escape stays", "a /'<&>z", R"("a /'<&>z")"},
    {"§7: quotes and backslashes are escaped", R"("\)", R"("\"\\")"},
    {"§7: the short escapes", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
    {"§7: other controls by number", "\0\x01\x0b\x1f"sv, R"("\u0000\u0001\u000b\u001f")"},
    {"§7: DEL is no control here", "\x7f", "\"\x7f\""},
    {"§8.1: UTF-8 passes",
     "Grüße \xE2\x82\xAC \xF0\x9F\x98\x80",
     "\"Grüße \xE2\x82\xAC \xF0\x9F\x98\x80\""},
    {"§7: between plain text", "a\"b\nc", R"("a\"b\nc")"},
};

TEST(Json, writes_strings_as_rfc_8259_says) {
  for (const Row& row : rows) {
    EXPECT_EQ(json_of(row.text, 100), row.written) << row.rule;
    EXPECT_EQ(json_bytes(row.text), row.written.size()) << row.rule;
  }
}

TEST(Json, writes_into_any_room_all_or_says_that_it_did_not_fit) {
  for (const Row& row : rows) {
    for (std::size_t room = 0; room <= row.written.size(); ++room)
      EXPECT_EQ(json_of(row.text, room), room == row.written.size() ? row.written : "too large")
          << row.rule;
  }
}

TEST(Json, grows_sixfold_at_worst) {
  for (int byte = 0; byte < 256; ++byte) {
    const char character = static_cast<char>(byte);
    EXPECT_LE(json_bytes({&character, 1}), 6u + 2) << byte;
  }
}

}  // namespace
}  // namespace mote::encoding
