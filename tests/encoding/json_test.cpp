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

std::string read(std::string_view text, std::size_t room = 100) {
  std::string bytes(room, '#');
  ByteWriter out{{reinterpret_cast<std::uint8_t*>(bytes.data()), room}};
  if (!take_json_string(text, out)) return "refused";
  return std::string(out.text()) + "|" + std::string(text);
}

TEST(Json, reads_back_what_it_wrote) {
  for (const Row& row : rows) {
    EXPECT_EQ(read(row.written), std::string(row.text) + "|") << row.rule;
    for (std::size_t cut = 0; cut < row.written.size(); ++cut)
      EXPECT_EQ(read(row.written.substr(0, cut)), "refused") << row.rule;
    for (std::size_t room = 0; room < row.text.size(); ++room)
      EXPECT_EQ(read(row.written, room), "refused") << row.rule;
  }
}

TEST(Json, reads_strings_as_rfc_8259_says) {
  const struct {
    const char* rule;
    std::string_view text;
    std::string_view read;
  } all[] = {
      {"§2: white space before it", " \t\r\n\"a\" ", "a| "},
      {"§7: any escape for itself", R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t|"},
      {"§7: digits of either case", R"("\u00e9\u20AC")", "\xC3\xA9\xE2\x82\xAC|"},
      {"§7: NUL is a character", R"("\u0000")", "\0|"sv},
      {"§7: a pair is one character", R"("\ud83d\ude00")", "\xF0\x9F\x98\x80|"},
      {"§7: the last one", R"("\udbff\udfff")", "\xF4\x8F\xBF\xBF|"},
      {"§8.2: half a pair", R"("\ud83d")", "refused"},
      {"§8.2: half a pair, then text", R"("\ud83dabcdef")", "refused"},
      {"§8.2: the wrong half first", R"("\ude00\ud83d")", "refused"},
      {"§8.2: a half and no half", R"("\ud83d\u0041")", "refused"},
      {"§7: a control character as it is", "\"a\nb\"", "refused"},
      {"§7: an escape that is none", R"("\x")", "refused"},
      {"§7: too few digits", R"("\u12")", "refused"},
      {"§7: no digits", R"("\u12g4")", "refused"},
      {"§7: no quote at the beginning", "a\"", "refused"},
      {"§7: nothing", "", "refused"},
  };
  for (const auto& row : all) EXPECT_EQ(read(row.text), row.read) << row.rule;
}

}  // namespace
}  // namespace mote::encoding
