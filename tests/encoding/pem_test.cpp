// SPDX-License-Identifier: MIT
#include "mote/encoding/pem.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mote::encoding {
namespace {

std::string block(const std::string& label, const std::string& body) {
  return "-----BEGIN " + label + "-----\n" + body + "-----END " + label + "-----\n";
}

/// Labels and bytes of all blocks, and how it ended.
std::vector<std::string> read(std::string_view text, std::size_t room_bytes = 256) {
  std::vector<std::string> found;
  Pem pem;
  for (;;) {
    const Status status = next_pem(text, pem);
    if (status != Status::ok) {
      found.emplace_back(to_string(status));
      return found;
    }
    std::string room(room_bytes, '#');
    ByteWriter out{ByteSpan{reinterpret_cast<std::uint8_t*>(room.data()), room.size()}};
    const Status decoded = decode_pem(pem, out);
    if (decoded != Status::ok) {
      EXPECT_EQ(out.size(), 0u);
    }
    found.push_back(std::string(pem.label) + "=" +
                    std::string(decoded == Status::ok ? out.text() : to_string(decoded)));
  }
}

using Found = std::vector<std::string>;

TEST(Pem, reads_each_block_and_passes_over_what_is_between) {
  const std::string text = "of the root\n" + block("CERTIFICATE", "Zm9v\n") + "\n# more -----\n" +
                           block("EC PRIVATE KEY", "Zm9v\r\nYmFy\r\n") + "the end";
  EXPECT_EQ(read(text), (Found{"CERTIFICATE=foo", "EC PRIVATE KEY=foobar", "closed"}));
  EXPECT_EQ(read(""), Found{"closed"});
}

TEST(Pem, reads_lines_of_any_length) {
  const std::string digits = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8=";
  std::string wanted;
  for (int at = 0; at < 8; ++at) wanted += "foobar";
  wanted += "fo";
  for (std::size_t width = 1; width <= digits.size(); ++width) {
    std::string body;
    for (std::size_t at = 0; at < digits.size(); at += width)
      body += digits.substr(at, width) + (width % 2 ? "\n" : " \r\n");
    EXPECT_EQ(read(block("X", body)), (Found{"X=" + wanted, "closed"})) << width;
  }
}

TEST(Pem, refuses_what_is_broken) {
  const struct {
    const char* rule;
    std::string text;
    Found found;
  } rows[] = {
      {"no end", "-----BEGIN X-----\nZm9v\n", {"bad argument"}},
      {"another end", "-----BEGIN X-----\nZm9v\n-----END Y-----\n", {"bad argument"}},
      {"a label without its end", "-----BEGIN X\nZm9v\n", {"bad argument"}},
      {"an end cut off", "-----BEGIN X-----\nZm9v\n-----END X--", {"bad argument"}},
      {"no base64", block("X", "Zm9*\n"), {"X=bad argument", "closed"}},
      {"base64 cut off", block("X", "Zm9\n"), {"X=bad argument", "closed"}},
      {"padding in the middle",
       block("X", std::string(60, 'A') + "AA==\nAAAA\n"),
       {"X=bad argument", "closed"}},
      {"RFC 1421, a password is needed",
       block("X", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nZm9v\n"),
       {"X=bad argument", "closed"}},
      {"RFC 5958, a password is needed",
       block("ENCRYPTED PRIVATE KEY", "Zm9v\n"),
       {"ENCRYPTED PRIVATE KEY=bad argument", "closed"}},
  };
  for (const auto& row : rows) EXPECT_EQ(read(row.text), row.found) << row.rule;
}

TEST(Pem, says_that_there_is_no_room) {
  EXPECT_EQ(read(block("X", "Zm9vYmFy\n"), 5), (Found{"X=too large", "closed"}));
  EXPECT_EQ(read(block("X", "Zm9vYmFy\n"), 6), (Found{"X=foobar", "closed"}));
}

TEST(Pem, never_reads_past_a_text_that_is_cut_anywhere) {
  const std::string text = "x\n" + block("CERTIFICATE", "Zm9v\nYg==\n");
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
    const Found found = read({cut.data(), cut.size()});
    EXPECT_EQ(found.size(), 1u) << size;
  }
}

}  // namespace
}  // namespace mote::encoding
