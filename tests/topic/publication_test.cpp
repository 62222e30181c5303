// SPDX-License-Identifier: MIT
#include "mote/topic/publication.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mote::topic {
namespace {

std::string read(std::string_view text) {
  // Exactly as large as it has to be: the sanitizer sees every byte beyond.
  std::vector<std::uint8_t> room(text.size());
  Publication read;
  if (!read_publication(text, {room.data(), room.size()}, read)) return "refused";
  return std::string(read.event) + "=" + std::string(read.data);
}

TEST(Publication, is_an_object_of_two_strings_and_nothing_else) {
  const struct {
    const char* rule;
    std::string_view text;
    std::string_view read;
  } rows[] = {
      {"both", R"({"event":"chat","data":"hello"})", "chat=hello"},
      {"in any order", R"({"data":"hello","event":"chat"})", "chat=hello"},
      {"the event may be absent", R"({"data":"hello"})", "=hello"},
      {"or empty", R"({"event":"","data":"hello"})", "=hello"},
      {"so may the data be", R"({"data":""})", "="},
      {"white space", " { \"event\" : \"a\" ,\t\"data\":\r\n\"b\" } ", "a=b"},
      {"escapes, in names too", R"({"\u0064ata":"\"\n"})", "=\"\n"},
      {"no data", R"({"event":"chat"})", "refused"},
      {"nothing in it", "{}", "refused"},
      {"nothing", "", "refused"},
      {"no object", R"("data")", "refused"},
      {"a number", R"({"data":1})", "refused"},
      {"null", R"({"event":null,"data":"x"})", "refused"},
      {"another member", R"({"data":"x","id":"7"})", "refused"},
      {"a long name", R"({"databasename":"x"})", "refused"},
      {"a member twice", R"({"data":"x","data":"y"})", "refused"},
      {"a comma at the end", R"({"data":"x",})", "refused"},
      {"no comma", R"({"event":"x""data":"y"})", "refused"},
      {"something behind it", R"({"data":"x"}{)", "refused"},
  };
  for (const auto& row : rows) EXPECT_EQ(read(row.text), row.read) << row.rule;
}

TEST(Publication, is_refused_however_it_is_cut_off) {
  const std::string_view whole = R"({"event":"ch\u0061t","data":"hello\n"})";
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_EQ(read(whole.substr(0, cut)), "refused") << cut;
}

}  // namespace
}  // namespace mote::topic
