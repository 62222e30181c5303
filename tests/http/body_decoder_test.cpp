// SPDX-License-Identifier: MIT
// Bodies as RFC 9112 §6 and §7 frame them, and every rule broken once. Each input is read whole,
// byte by byte, and cut in two at every place: what the decoder says must not change.
#include "mote/http/body_decoder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/cut.hpp"

namespace mote::http {
namespace {

using Kind = BodyDecoder::Kind;
using test::Pieces;

Framing framed(Framing::Kind kind, std::uint64_t size = 0) {
  Framing framing;
  framing.kind = kind;
  framing.size = size;
  return framing;
}

/// The body, and what came of it: "hello end", and what lies behind it: "hello end +rest".
std::string transcript(const Framing& framing, const Pieces& pieces, bool closed = false) {
  BodyDecoder decoder(framing);
  std::string body, outcome = "...", rest;
  bool over = false;
  for (const std::string& piece : pieces) {
    const std::vector<std::uint8_t> exact(piece.begin(), piece.end());
    ByteView input{exact.data(), exact.size()};
    while (!over) {
      const auto step = decoder.next(input);
      input = input.from(step.used);
      EXPECT_EQ(step.kind == Kind::data, !step.data.empty());
      body.append(step.data.begin(), step.data.end());
      over = step.kind == Kind::end || step.kind == Kind::broken;
      if (step.kind == Kind::end) outcome = "end";
      if (step.kind == Kind::broken)
        outcome = decoder.why() == Status::too_large ? "too large" : "broken";
      if (step.kind == Kind::need_more) {
        EXPECT_TRUE(input.empty());
        break;
      }
    }
    if (outcome == "end") rest.append(input.begin(), input.end());
  }
  if (closed && !over) outcome = decoder.finish() ? "end" : "truncated";
  EXPECT_EQ(outcome == "truncated", decoder.why() == Status::truncated);
  return body + " " + outcome + (rest.empty() ? "" : " +" + rest);
}

void expect_however_cut(const Framing& framing,
                        const std::string& bytes,
                        const std::string& expected,
                        bool closed = false) {
  for (const Pieces& pieces : test::every_cut(bytes)) {
    SCOPED_TRACE(test::how_cut(pieces));
    EXPECT_EQ(transcript(framing, pieces, closed), expected);
  }
}

void expect_chunked(const std::string& bytes, const std::string& expected) {
  expect_however_cut(framed(Framing::Kind::chunked), bytes, expected);
}

TEST(BodyDecoder, ends_a_body_that_is_none_at_once) {
  expect_however_cut(framed(Framing::Kind::none), "next", " end +next");
  expect_however_cut(framed(Framing::Kind::sized, 0), "next", " end +next");
}

TEST(BodyDecoder, counts_a_length) {
  expect_however_cut(framed(Framing::Kind::sized, 5), "hellonext", "hello end +next");
  expect_however_cut(framed(Framing::Kind::sized, 5), "hello", "hello end");
  expect_however_cut(framed(Framing::Kind::sized, 5), "hell", "hell ...");
  expect_however_cut(framed(Framing::Kind::sized, 5), "hell", "hell truncated", true);
  expect_however_cut(framed(Framing::Kind::sized, 0x100000001), "hello", "hello ...");
}

TEST(BodyDecoder, reads_until_the_stream_ends) {
  expect_however_cut(framed(Framing::Kind::until_close), "hello", "hello ...");
  expect_however_cut(framed(Framing::Kind::until_close), "hello", "hello end", true);
}

TEST(BodyDecoder, reads_chunks) {
  expect_chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nnext", "hello world end +next");
  expect_chunked("A\r\n0123456789\r\n00000\r\n\r\n", "0123456789 end");
  expect_chunked("00000000000000000000a\r\n0123456789\r\n0\r\n\r\n", "0123456789 end");
  expect_chunked("5\r\nhel", "hel ...");
  expect_however_cut(
      framed(Framing::Kind::chunked), "5\r\nhello\r\n0\r\n\r", "hello truncated", true);
}

TEST(BodyDecoder, passes_over_extensions_and_trailers) {
  const char* const extensions[] = {";a",
                                    ";a=b",
                                    ";a=\"b\"",
                                    ";a=\"\"",
                                    ";a=\"b;\\\"\\\\ \t\x80\"",
                                    ";a;b;c=d",
                                    " ; a = b",
                                    ";a=b ;c",
                                    ";a\t;b",
                                    ";a=\"b\" ;c"};
  for (const char* extension : extensions) {
    SCOPED_TRACE(extension);
    const std::string text = extension;
    expect_chunked("5" + text + "\r\nhello\r\n0" + text + "\r\n\r\n", "hello end");
  }
  expect_chunked("5\r\nhello\r\n0\r\nX: y\r\nContent-Length: 9\r\nEmpty:\r\n\r\nnext",
                 "hello end +next");
}

TEST(BodyDecoder, breaks_on_what_rfc_9112_forbids) {
  const struct {
    const char* rule;
    std::string input;
    const char* expected;
  } cases[] = {
      {"7.1 no size", "\r\nhello\r\n", " broken"},
      {"7.1 not hexadecimal", "g\r\n", " broken"},
      {"7.1 a sign", "-5\r\n", " broken"},
      {"7.1 a sign", "+5\r\n", " broken"},
      {"7.1 a prefix", "0x5\r\n", " broken"},
      {"7.1 a space before the size", " 5\r\n", " broken"},
      {"7.1 a space behind the size", "5 \r\n", " broken"},
      {"7.1 a tab behind the size", "5\t\r\n", " broken"},
      {"7.1 an underscore", "5_\r\n", " broken"},
      {"7.1 2^63", "8000000000000005\r\n", " broken"},
      {"7.1 2^64 less one", "ffffffffffffffff\r\n", " broken"},
      {"7.1 more than 64 bits", "10000000000000005\r\n", " broken"},
      {"7.1 LF only behind the size", "5\nhello\r\n", " broken"},
      {"2.2 a bare CR behind the size", "5\rhello\r\n", " broken"},
      {"7.1 too much data", "5\r\nhelloX\r\n", "hello broken"},
      {"7.1 LF only behind the data", "5\r\nhello\n0\r\n\r\n", "hello broken"},
      {"7.1 CR only behind the data", "5\r\nhello\r0\r\n\r\n", "hello broken"},
      {"7.1 no CR LF behind the data", "5\r\nhello0\r\n\r\n", "hello broken"},
      {"7.1.1 an extension without a name", "5;\r\n", " broken"},
      {"7.1.1 an extension without a name", "5;=b\r\n", " broken"},
      {"7.1.1 an extension without a value", "5;a=\r\n", " broken"},
      {"7.1.1 an extension without a semicolon", "5 a\r\n", " broken"},
      {"7.1.1 two words", "5;a b\r\n", " broken"},
      {"7.1.1 two values", "5;a=b=c\r\n", " broken"},
      {"7.1.1 two values", "5;a=\"b\"c\r\n", " broken"},
      {"7.1.1 a space at the end", "5;a \r\n", " broken"},
      {"7.1.1 an open quote", "5;a=\"b\r\n", " broken"},
      {"7.1.1 LF in quotes", "5;a=\"b\nc\"\r\n", " broken"},
      {"7.1.1 NUL in quotes", std::string("5;a=\"\0\"\r\n", 9), " broken"},
      {"7.1.1 CR behind a backslash", "5;a=\"\\\r\n", " broken"},
      {"7.1.1 a control character", "5;a=\x01\r\n", " broken"},
      {"7.1.1 LF only", "5;a\nhello\r\n", " broken"},
      {"7.1.2 a folded trailer", "0\r\nX: y\r\n z\r\n\r\n", " broken"},
      {"7.1.2 a space before the colon", "0\r\nX : y\r\n\r\n", " broken"},
      {"7.1.2 a trailer without a name", "0\r\n: y\r\n\r\n", " broken"},
      {"7.1.2 a trailer without a colon", "0\r\nX\r\n\r\n", " broken"},
      {"7.1.2 LF in a trailer", "0\r\nX: y\nZ: z\r\n\r\n", " broken"},
      {"7.1.2 NUL in a trailer", std::string("0\r\nX: \0\r\n\r\n", 11), " broken"},
      {"7.1 LF only at the end", "0\r\n\n", " broken"},
      {"7.1 CR only at the end", "0\r\n\rX", " broken"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    expect_chunked(c.input, c.expected);
  }
}

TEST(BodyDecoder, bounds_chunk_lines) {
  const std::size_t most = BodyDecoder::chunk_line_bytes_max;
  const std::string fits = "1;" + std::string(most - 4, 'a') + "\r\n";
  expect_chunked(fits + "x", "x ...");
  expect_chunked("1;a" + fits.substr(2) + "x", " too large");
  expect_chunked(std::string(most + 1, '0'), " too large");
}

TEST(BodyDecoder, bounds_trailers) {
  std::string trailers;
  while (trailers.size() + 8 <= BodyDecoder::trailers_bytes_max - 2) trailers += "a: bcd\r\n";
  const std::string filler(BodyDecoder::trailers_bytes_max - 2 - trailers.size(), 'x');
  trailers = "a" + filler + trailers.substr(1);
  EXPECT_EQ(transcript(framed(Framing::Kind::chunked), {"0\r\n" + trailers + "\r\n"}), " end");
  EXPECT_EQ(transcript(framed(Framing::Kind::chunked), {"0\r\nb" + trailers + "\r\n"}),
            " too large");
}

TEST(BodyDecoder, stays_broken) {
  BodyDecoder decoder(framed(Framing::Kind::chunked));
  ASSERT_EQ(decoder.next(bytes_of("x")).kind, Kind::broken);
  EXPECT_EQ(decoder.next(bytes_of("0\r\n\r\n")).kind, Kind::broken);
  EXPECT_FALSE(decoder.finish());
  EXPECT_EQ(decoder.why(), Status::protocol_error);
}

}  // namespace
}  // namespace mote::http
