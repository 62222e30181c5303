// SPDX-License-Identifier: MIT
// Heads as RFC 9112 §2 to §6 have them, and every rule broken once. Each input is read whole, byte
// by byte, and cut in two at every place, gathered and in place: what the parser says must not
// change.
#include "mote/http/head_parser.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/cut.hpp"

namespace mote::http {
namespace {

using Kind = HeadParser::Kind;
using Message = HeadParser::Message;
using test::Pieces;

std::string said_of(const Framing& framing) {
  static constexpr const char* kinds[] = {"none", "sized ", "chunked", "until_close"};
  std::string said = kinds[static_cast<int>(framing.kind)];
  if (framing.kind == Framing::Kind::sized) said += std::to_string(framing.size);
  if (framing.keep_alive) said += " keep";
  if (framing.upgrade) said += " upgrade";
  return said;
}

/// Appends what one step says; false when it was the last.
bool tell(const HeadParser& parser,
          Message message,
          const HeadParser::Step& step,
          std::string& said) {
  const std::string name(step.name), value(step.value);
  switch (step.kind) {
    case Kind::need_more: break;
    case Kind::start_line:
      said += message == Message::request ? name + " " + value
                                          : std::to_string(parser.code()) + " " + value;
      said += "|";
      break;
    case Kind::field: said += name + "=" + value + "|"; break;
    case Kind::end: said += said_of(parser.framing()); return false;
    case Kind::broken:
      said += "broken " + std::to_string(parser.refusal());
      EXPECT_EQ(parser.why() == Status::too_large, parser.refusal() == 431);
      return false;
  }
  return true;
}

/// What the parser says about `pieces`, each in memory of exactly its size; and in `rest` what lay
/// behind the head.
std::string gathered(Message message,
                     const Pieces& pieces,
                     std::size_t line_bytes,
                     std::string* rest = nullptr) {
  std::vector<std::uint8_t> line(line_bytes);
  HeadParser parser(message, {line.data(), line.size()});
  std::string said;
  bool going = true;
  for (const std::string& piece : pieces) {
    const std::vector<std::uint8_t> exact(piece.begin(), piece.end());
    ByteView input{exact.data(), exact.size()};
    while (going) {
      const auto step = parser.next(input);
      input = input.from(step.used);
      going = tell(parser, message, step, said);
      if (step.kind == Kind::need_more) {
        EXPECT_TRUE(input.empty()) << "an incomplete line is gathered";
        break;
      }
    }
    if (!going && rest) rest->append(input.begin(), input.end());
  }
  return said;
}

/// The same for a caller who keeps all bytes together and has no line to gather in.
std::string in_place(Message message, const Pieces& pieces) {
  HeadParser parser(message);
  std::string kept, said;
  std::size_t used = 0;
  bool going = true;
  for (const std::string& piece : pieces) {
    kept += piece;
    const std::vector<std::uint8_t> exact(kept.begin(), kept.end());
    while (going) {
      const auto step = parser.next({exact.data() + used, exact.size() - used});
      used += step.used;
      going = tell(parser, message, step, said);
      if (step.kind == Kind::need_more) break;
    }
  }
  return said;
}

void expect_however_cut(Message message, const std::string& bytes, const std::string& expected) {
  for (const Pieces& pieces : test::every_cut(bytes)) {
    SCOPED_TRACE(test::how_cut(pieces));
    EXPECT_EQ(gathered(message, pieces, 256), expected);
    EXPECT_EQ(in_place(message, pieces), expected);
  }
}

/// A request with one more field line; "broken 400" and the like for what is said of it.
std::string request_with(const std::string& line) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n";
}

TEST(HeadParser, reads_a_request) {
  expect_however_cut(
      Message::request,
      "GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\nAccept: \t text/plain \t\r\n"
      "X-Empty:\r\n\r\n",
      "GET /where?q=now|Host=www.example.org|Accept=text/plain|X-Empty=|none keep");
}

TEST(HeadParser, reads_a_response) {
  expect_however_cut(Message::response,
                     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\tb \x80\xff\r\n\r\n",
                     "200 OK|Content-Length=5|X=a\tb \x80\xff|sized 5 keep");
}

TEST(HeadParser, leaves_what_lies_behind_the_head) {
  for (const Pieces& pieces :
       test::every_cut("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\r\n\0rest")) {
    SCOPED_TRACE(test::how_cut(pieces));
    std::string rest;
    EXPECT_EQ(gathered(Message::response, pieces, 64, &rest),
              "200 OK|Content-Length=5|sized 5 keep");
    EXPECT_EQ(rest, std::string("\r\n"));
  }
}

TEST(HeadParser, reads_start_lines) {
  const struct {
    const char* rule;
    Message message;
    const char* line;
    const char* expected;
  } cases[] = {
      {"2.2 one empty line before a request", Message::request, "\r\nGET / HTTP/1.0", "GET /|none"},
      {"2.2 but not two", Message::request, "\r\n\r\nGET / HTTP/1.0", "broken 400"},
      {"2.2 and none before a response", Message::response, "\r\nHTTP/1.1 200 OK", "broken 400"},
      {"2.3 a later minor version", Message::request, "GET / HTTP/1.9", "GET /|broken 400"},
      {"2.3 another major version", Message::request, "GET / HTTP/2.0", "broken 505"},
      {"2.3 the version has case", Message::request, "GET / http/1.1", "broken 400"},
      {"2.3 one digit each", Message::request, "GET / HTTP/1.10", "broken 400"},
      {"2.3 one digit each", Message::request, "GET / HTTP/01.1", "broken 400"},
      {"2.3 another protocol", Message::request, "GET / RTSP/1.0", "broken 400"},
      {"3 HTTP/0.9", Message::request, "GET /", "broken 400"},
      {"3 two spaces", Message::request, "GET  / HTTP/1.0", "broken 400"},
      {"3 a space at the end", Message::request, "GET / HTTP/1.0 ", "broken 400"},
      {"3 a space at the beginning", Message::request, " GET / HTTP/1.0", "broken 400"},
      {"3 tabs", Message::request, "GET\t/\tHTTP/1.0", "broken 400"},
      {"3 a space in the target", Message::request, "GET /a b HTTP/1.0", "broken 400"},
      {"3.1 a method is a token", Message::request, "G@T / HTTP/1.0", "broken 400"},
      {"3.1 a method that nobody knows", Message::request, "brew / HTTP/1.0", "brew /|none"},
      {"3.2 a target in absolute form",
       Message::request,
       "GET http://a/ HTTP/1.0",
       "GET http://a/|none"},
      {"3.2 a target of an asterisk", Message::request, "OPTIONS * HTTP/1.0", "OPTIONS *|none"},
      {"3.2 escapes are left alone",
       Message::request,
       "GET //%00/..%2e HTTP/1.0",
       "GET //%00/..%2e|none"},
      {"3.2 a fragment", Message::request, "GET /a#b HTTP/1.0", "broken 400"},
      {"3.2 bytes outside of ASCII", Message::request, "GET /\xc3\xa4 HTTP/1.0", "broken 400"},
      {"4 a reason of any length",
       Message::response,
       "HTTP/1.1 404 Not  \x80 found",
       "404 Not  \x80 found|until_close"},
      {"4 no reason", Message::response, "HTTP/1.1 200 ", "200 |until_close"},
      {"4 not even its space", Message::response, "HTTP/1.1 200", "200 |until_close"},
      {"4 two digits", Message::response, "HTTP/1.1 20 OK", "broken 400"},
      {"4 four digits", Message::response, "HTTP/1.1 2000 OK", "broken 400"},
      {"4 below 100", Message::response, "HTTP/1.1 099 OK", "broken 400"},
      {"4 letters", Message::response, "HTTP/1.1 2x0 OK", "broken 400"},
      {"4 a tab", Message::response, "HTTP/1.1\t200 OK", "broken 400"},
      {"2.3 another major version", Message::response, "HTTP/0.9 200 OK", "broken 505"},
      {"4 another protocol", Message::response, "ICY 200 OK", "broken 400"},
      {"4 nothing but a newline", Message::response, "", "broken 400"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.rule) + ": " + c.line);
    expect_however_cut(c.message, std::string(c.line) + "\r\n\r\n", c.expected);
  }
}

TEST(HeadParser, refuses_field_lines_that_break_the_grammar) {
  const struct {
    const char* rule;
    std::string line;
  } cases[] = {
      {"RFC 9112 5.1 a space before the colon", "X : y"},
      {"RFC 9112 5.1 a tab before the colon", "X\t: y"},
      {"RFC 9112 5.2 a folded line", " x: y"},
      {"RFC 9112 5.2 a folded line", "\tfolded"},
      {"RFC 9112 5 no colon", "X"},
      {"RFC 9112 5 no name", ": y"},
      {"RFC 9110 5.1 a name is a token", "X@: y"},
      {"RFC 9110 5.1 a name is a token", "X\xc3\xa4: y"},
      {"RFC 9112 2.2 a bare LF", "X: y\nZ: z"},
      {"RFC 9112 2.2 a bare CR", "X: y\rZ: z"},
      {"RFC 9112 2.2 two CR", "X: y\r"},
      {"RFC 9110 5.5 NUL in a value", std::string("X: \0", 4)},
      {"RFC 9110 5.5 NUL in a name", std::string("\0X: y", 5)},
      {"RFC 9110 5.5 a control character in a value", "X: a\x01z"},
      {"RFC 9110 5.5 DEL in a value", "X: \x7f"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    expect_however_cut(Message::request, request_with(c.line), "POST /|Host=a|broken 400");
  }
}

TEST(HeadParser, refuses_control_characters_as_soon_as_they_arrive) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool good = byte == '\t' || byte == '\r' || (byte >= ' ' && byte != 0x7F);
    for (std::size_t before = 0; before < 9; ++before) {
      SCOPED_TRACE(std::to_string(byte) + " behind " + std::to_string(before));
      const std::string begun =
          "HTTP/1.1 200 " + std::string(before, '\xff') + static_cast<char>(byte);
      EXPECT_EQ(gathered(Message::response, {begun}, 64), good ? "" : "broken 400");
    }
  }
}

TEST(HeadParser, judges_the_host_of_a_request) {
  const struct {
    const char* rule;
    const char* lines;
    const char* verdict;
  } cases[] = {
      {"RFC 9112 3.2 no Host", "", "broken 400"},
      {"RFC 9112 3.2 two of them", "Host: a\r\nHost: a\r\n", "broken 400"},
      {"RFC 9112 3.2 an empty one", "Host:\r\n", "none keep"},
      {"RFC 9110 7.2 a port", "Host: a.b-c:8080\r\n", "none keep"},
      {"RFC 9110 7.2 an empty port", "Host: a:\r\n", "none keep"},
      {"RFC 9110 7.2 an IPv6 address", "hOST: [fe80::1]:80\r\n", "none keep"},
      {"RFC 9110 7.2 an open bracket", "Host: [::1\r\n", "broken 400"},
      {"RFC 9110 7.2 something behind the bracket", "Host: [::1]a\r\n", "broken 400"},
      {"RFC 9110 7.2 letters in the port", "Host: a:b\r\n", "broken 400"},
      {"RFC 9110 7.2 a space", "Host: a b\r\n", "broken 400"},
      {"RFC 9110 7.2 a user", "Host: u@a\r\n", "broken 400"},
      {"RFC 9110 7.2 a path", "Host: a/b\r\n", "broken 400"},
      {"RFC 9110 7.2 a list", "Host: a, b\r\n", "broken 400"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    const std::string bytes = std::string("GET / HTTP/1.1\r\n") + c.lines + "\r\n";
    const std::string said = gathered(Message::request, {bytes}, 64);
    EXPECT_EQ(said.substr(said.rfind('|') + 1), c.verdict) << said;
  }
}

TEST(HeadParser, decides_the_framing_of_requests) {
  const struct {
    const char* rule;
    const char* lines;
    const char* verdict;
  } cases[] = {
      {"6.3 neither length nor coding", "X: y", "none keep"},
      {"6.3 a length", "Content-Length: 42", "sized 42 keep"},
      {"6.3 in any case", "cONTENT-lENGTH:\t0042 \t", "sized 42 keep"},
      {"6.3 nothing", "Content-Length: 0", "sized 0 keep"},
      {"8.6 31 bits are not the end", "Content-Length: 2147483648", "sized 2147483648 keep"},
      {"8.6 nor are 32", "Content-Length: 4294967296", "sized 4294967296 keep"},
      {"8.6 the largest", "Content-Length: 5764607523034234879", "sized 5764607523034234879 keep"},
      {"8.6 one more", "Content-Length: 5764607523034234880", "broken 400"},
      {"8.6 2^63", "Content-Length: 9223372036854775808", "broken 400"},
      {"8.6 2^64", "Content-Length: 18446744073709551616", "broken 400"},
      {"8.6 2^64 and 5", "Content-Length: 18446744073709551621", "broken 400"},
      {"8.6 many digits", "Content-Length: 1000000000000000000000000000", "broken 400"},
      {"8.6 a sign", "Content-Length: +5", "broken 400"},
      {"8.6 a sign", "Content-Length: -5", "broken 400"},
      {"8.6 minus the size of the message", "Content-Length: -67", "broken 400"},
      {"8.6 hexadecimal", "Content-Length: 0x5", "broken 400"},
      {"8.6 an exponent", "Content-Length: 5e0", "broken 400"},
      {"8.6 a space inside", "Content-Length: 4 2", "broken 400"},
      {"8.6 digits of another script", "Content-Length: \xd9\xa5", "broken 400"},
      {"8.6 nothing at all", "Content-Length:", "broken 400"},
      {"6.3 a list of one value", "Content-Length: 5,5", "broken 400"},
      {"6.3 a list of two values", "Content-Length: 5, 6", "broken 400"},
      {"6.3 twice the same", "Content-Length: 5\r\nContent-Length: 5", "broken 400"},
      {"6.3 twice, but not the same", "Content-Length: 5\r\nContent-Length: 6", "broken 400"},
      {"6.3 chunked", "Transfer-Encoding: chunked", "chunked keep"},
      {"7 in any case", "tRANSFER-eNCODING:\tChUnKeD", "chunked keep"},
      {"5.6.1 empty elements", "Transfer-Encoding: , chunked,,", "chunked keep"},
      {"6.3 both", "Content-Length: 5\r\nTransfer-Encoding: chunked", "broken 400"},
      {"6.3 both, the other way round",
       "Transfer-Encoding: chunked\r\nContent-Length: 5",
       "broken 400"},
      {"6.1 a coding that we do not know", "Transfer-Encoding: gzip, chunked", "broken 501"},
      {"6.1 the same in two lines",
       "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
       "broken 501"},
      {"6.1 chunked twice", "Transfer-Encoding: chunked, chunked", "broken 501"},
      {"6.1 chunked in two lines",
       "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
       "broken 501"},
      {"6.3 chunked is not last", "Transfer-Encoding: chunked, identity", "broken 400"},
      {"6.3 chunked is not last",
       "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
       "broken 400"},
      {"6.3 not chunked", "Transfer-Encoding: xchunked", "broken 400"},
      {"6.3 not chunked", "Transfer-Encoding: chunkedchunked", "broken 400"},
      {"6.3 not chunked", "Transfer-Encoding: identity", "broken 400"},
      {"7 chunked has no parameters", "Transfer-Encoding: chunked;q=1", "broken 400"},
      {"6.1 no coding", "Transfer-Encoding:", "broken 400"},
      {"5.1 a field of another name", "Transfer_Encoding: chunked", "none keep"},
      {"9.3 close", "Connection: close", "none"},
      {"9.3 close in a list", "Connection: x,\tCLOSE , y", "none"},
      {"9.3 close in another line", "Connection: x\r\nConnection: close", "none"},
      {"9.3 keep-alive does not undo it", "Connection: close, keep-alive", "none"},
      {"9.3 something like close", "Connection: closed", "none keep"},
      {"7.8 an upgrade", "Connection: Upgrade\r\nUpgrade: websocket", "none keep upgrade"},
      {"7.8 in a list",
       "Upgrade: websocket\r\nConnection: keep-alive, Upgrade",
       "none keep upgrade"},
      {"7.8 not in Connection", "Upgrade: websocket", "none keep"},
      {"7.8 to what?", "Connection: Upgrade", "none keep"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.rule) + ": " + c.lines);
    for (const Pieces& pieces : test::every_cut(request_with(c.lines))) {
      SCOPED_TRACE(test::how_cut(pieces));
      const std::string said = gathered(Message::request, pieces, 64);
      EXPECT_EQ(said.substr(said.rfind('|') + 1), c.verdict) << said;
    }
  }
}

TEST(HeadParser, decides_the_framing_of_responses) {
  const struct {
    const char* rule;
    Message message;
    const char* lines;
    const char* verdict;
  } cases[] = {
      {"6.3 to a HEAD", Message::response_to_head, "1.1 200 OK\r\nContent-Length: 5", "none keep"},
      {"6.3 to a HEAD",
       Message::response_to_head,
       "1.1 200 OK\r\nTransfer-Encoding: chunked",
       "none keep"},
      {"6.3 an interim answer",
       Message::response,
       "1.1 100 Continue\r\nContent-Length: 5",
       "none keep"},
      {"6.3 hints", Message::response, "1.1 103 Early Hints", "none keep"},
      {"6.3 no content", Message::response, "1.1 204 No Content\r\nContent-Length: 5", "none keep"},
      {"6.3 no content, no size", Message::response, "1.1 204 No Content", "none keep"},
      {"6.3 not modified",
       Message::response,
       "1.1 304 Not Modified\r\nContent-Length: 5",
       "none keep"},
      {"15.2.2 other protocols",
       Message::response,
       "1.1 101 Switching Protocols\r\nUpgrade: x",
       "none keep upgrade"},
      {"6.3 a tunnel",
       Message::response_to_connect,
       "1.1 200 OK\r\nContent-Length: 5",
       "none upgrade"},
      {"6.3 no tunnel",
       Message::response_to_connect,
       "1.1 407 No\r\nContent-Length: 5",
       "sized 5 keep"},
      {"6.3 chunked",
       Message::response,
       "1.1 200 OK\r\nTransfer-Encoding: chunked",
       "chunked keep"},
      {"6.3 both",
       Message::response,
       "1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
       "broken 400"},
      {"6.1 another coding",
       Message::response,
       "1.1 200 OK\r\nTransfer-Encoding: gzip",
       "broken 400"},
      {"6.1 a coding before chunked",
       Message::response,
       "1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
       "broken 501"},
      {"6.1 a coding from HTTP/1.0",
       Message::response,
       "1.0 200 OK\r\nTransfer-Encoding: chunked",
       "broken 400"},
      {"6.3 a size", Message::response, "1.1 200 OK\r\nContent-Length: 3", "sized 3 keep"},
      {"6.3 two sizes",
       Message::response,
       "1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4",
       "broken 400"},
      {"6.3 neither", Message::response, "1.1 200 OK", "until_close"},
      {"9.3 HTTP/1.0", Message::response, "1.0 200 OK\r\nContent-Length: 3", "sized 3"},
      {"9.3 HTTP/1.0 that stays",
       Message::response,
       "1.0 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive",
       "sized 3 keep"},
      {"9.3 until close, whatever it says",
       Message::response,
       "1.0 200 OK\r\nConnection: keep-alive",
       "until_close"},
      {"9.3 close",
       Message::response,
       "1.1 200 OK\r\nContent-Length: 3\r\nConnection: close",
       "sized 3"},
      {"3.2 Host means nothing here",
       Message::response,
       "1.1 204 OK\r\nHost: a b\r\nHost: c",
       "none keep"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.rule) + ": " + c.lines);
    for (const Pieces& pieces : test::every_cut(std::string("HTTP/") + c.lines + "\r\n\r\n")) {
      SCOPED_TRACE(test::how_cut(pieces));
      const std::string said = gathered(c.message, pieces, 64);
      EXPECT_EQ(said.substr(said.rfind('|') + 1), c.verdict) << said;
    }
  }
}

TEST(HeadParser, refuses_codings_and_upgrades_of_http_1_0_requests) {
  expect_however_cut(Message::request,
                     "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                     "POST /|Transfer-Encoding=chunked|broken 400");
  expect_however_cut(Message::request,
                     "GET / HTTP/1.0\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                     "GET /|Upgrade=x|Connection=upgrade|none");
}

TEST(HeadParser, takes_lines_that_fit_and_no_longer_ones) {
  const std::string fits = "HTTP/1.1 200 12345";  // 18 bytes, and CR LF
  for (const Pieces& pieces : test::every_cut(fits + "\r\nContent-Length: 0\r\n\r\n")) {
    SCOPED_TRACE(test::how_cut(pieces));
    EXPECT_EQ(gathered(Message::response, pieces, 20), "200 12345|Content-Length=0|sized 0 keep");
  }
  for (const Pieces& pieces : test::every_cut(fits + "6\r\nContent-Length: 0\r\n\r\n")) {
    SCOPED_TRACE(test::how_cut(pieces));
    EXPECT_EQ(gathered(Message::response, pieces, 20), "broken 431");
  }
  for (const Pieces& pieces : test::every_cut(fits + "\r\nContent-Length: 00\n\r\n")) {
    SCOPED_TRACE(test::how_cut(pieces));
    EXPECT_EQ(gathered(Message::response, pieces, 20), "200 12345|broken 400");
  }
}

TEST(HeadParser, takes_as_many_fields_as_it_says_and_no_more) {
  for (std::size_t more = 0; more < 2; ++more) {
    std::string bytes = "HTTP/1.1 204 OK\r\n", expected = "204 OK|";
    for (std::size_t at = 0; at < HeadParser::fields_max; ++at) {
      bytes += "a:b\r\n";
      expected += "a=b|";
    }
    if (more) bytes += "a:b\r\n";
    expected += more ? "broken 431" : "none keep";
    EXPECT_EQ(gathered(Message::response, {bytes + "\r\n"}, 32), expected);
  }
}

TEST(HeadParser, takes_as_many_bytes_as_it_says_and_no_more) {
  const std::string start = "HTTP/1.1 204 OK\r\n", line = "a:" + std::string(1020, 'b') + "\r\n";
  for (std::size_t more = 0; more < 2; ++more) {
    std::string bytes = start;
    while (bytes.size() + line.size() + 2 <= HeadParser::bytes_max) bytes += line;
    bytes +=
        "c:" + std::string(HeadParser::bytes_max - 2 - bytes.size() - 4 + more, 'd') + "\r\n\r\n";
    ASSERT_EQ(bytes.size(), HeadParser::bytes_max + more);
    const std::string expected = more ? "broken 431" : "none keep";
    Pieces singles;
    for (char byte : bytes) singles.emplace_back(1, byte);
    for (const Pieces& pieces :
         {Pieces{bytes}, singles, Pieces{bytes.substr(0, 9000), bytes.substr(9000)}}) {
      std::string said = gathered(Message::response, pieces, 2048);
      EXPECT_EQ(said.substr(said.rfind('|') + 1), expected);
      if (pieces.size() > 2) continue;
      said = in_place(Message::response, pieces);
      EXPECT_EQ(said.substr(said.rfind('|') + 1), expected);
    }
  }
}

TEST(HeadParser, stays_broken) {
  HeadParser parser(Message::response);
  ASSERT_EQ(parser.next(bytes_of("x\r\n")).kind, Kind::broken);
  EXPECT_EQ(parser.next(bytes_of("HTTP/1.1 200 OK\r\n")).kind, Kind::broken);
}

TEST(HeadParser, is_small) { EXPECT_LE(sizeof(HeadParser), sizeof(void*) == 8 ? 48u : 40u); }

}  // namespace
}  // namespace mote::http
