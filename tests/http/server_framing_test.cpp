// SPDX-License-Identifier: MIT
// How a server reads requests, however they are cut: what is right is answered, what is wrong is
// refused at once, and never by a deadline.
#include "http/steered_bench.hpp"
#include "support/cut.hpp"
#include "support/json.hpp"

namespace mote::http {
namespace {

/// What a server said to these pieces, and how it stands then.
struct Outcome {
  std::string codes;
  std::string log;
  std::string bodies;
  bool ended = false;
};

Outcome serve(const test::Pieces& pieces, bool in_parts) {
  SteeredBench<> bench;
  bench.handler.in_parts = in_parts;
  Outcome outcome;
  bench.handler.asked = [&](const Received& request, Responder& responder) {
    outcome.bodies += (in_parts ? bench.handler.body : std::string(text_of(request.body))) + "|";
    bench.handler.body.clear();
    EXPECT_EQ(responder.answer(204), Status::ok);
  };
  RawClient client(bench.net);
  std::string said;
  for (const std::string& piece : pieces)
    if (!client.ended) said += client.ask(piece);
  outcome.codes = codes_of(said);
  outcome.ended = client.ended;
  outcome.log = bench.handler.log;
  return outcome;
}

/// Our own small table; the corpus has more.
struct Case {
  const char* rule;
  const char* bytes;
  const char* codes;
  bool ends;
};

constexpr Case cases[] = {
    {"RFC 9112 §6.3 (5): a negative length", "Content-Length: -1\r\n\r\n", "400 ", true},
    {"a sign", "Content-Length: +5\r\n\r\nhello", "400 ", true},
    {"RFC 9112 §5: whitespace around a value is no part of it",
     "Content-Length:  5\r\n\r\nhello",
     "204 ",
     false},
    {"hexadecimal", "Content-Length: 0x5\r\n\r\nhello", "400 ", true},
    {"a list of lengths", "Content-Length: 5,5\r\n\r\nhello", "400 ", true},
    {"lengths that agree", "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400 ", true},
    {"lengths that differ", "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400 ", true},
    {"2^31", "Content-Length: 2147483648\r\n\r\n", "413 ", true},
    {"2^32 + 5 is not 5", "Content-Length: 4294967301\r\n\r\nhello", "413 ", true},
    {"2^64 + 5 is not 5", "Content-Length: 18446744073709551621\r\n\r\nhello", "400 ", true},
    {"minus the message's size", "Content-Length: 18446744073709551556\r\n\r\n", "400 ", true},
    {"RFC 9112 §6.1: both fields",
     "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
     "400 ",
     true},
    {"a coding nobody knows", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400 ", true},
    {"chunked is not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "400 ", true},
    {"another coding below", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501 ", true},
    {"chunked twice", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "501 ", true},
    {"RFC 9112 §5.2: obs-fold", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", "400 ", true},
    {"a vertical tab",
     "Transfer-Encoding: \x0b"
     "chunked\r\n\r\n0\r\n\r\n",
     "400 ",
     true},
    {"RFC 9112 §5.1: space before the colon",
     "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
     "400 ",
     true},
    {"a bare CR", "X: a\rb\r\n\r\n", "400 ", true},
    {"a bare LF", "X: a\nY: b\r\n\r\n", "400 ", true},
    {"a field without a name", ": a\r\n\r\n", "400 ", true},
    {"RFC 9112 §3.2: two hosts", "Host: b\r\n\r\n", "400 ", true},
    {"a chunk's size overflows",
     "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\n",
     "400 ",
     true},
    {"a size that is none", "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "400 ", true},
    {"a size of no digits", "Transfer-Encoding: chunked\r\n\r\n\r\n", "400 ", true},
    {"LF alone behind a size",
     "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
     "400 ",
     true},
    {"no CR LF behind data", "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX0\r\n\r\n", "400 ", true},
    {"a trailer that is none",
     "Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
     "400 ",
     true},
    {"extensions and trailers are passed over",
     "Transfer-Encoding: chunked\r\n\r\n3;a=\"b\";c\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n",
     "204 ",
     false},
};

TEST(ServerFraming, answers_or_refuses_at_once_however_requests_are_cut) {
  for (const Case& each : cases) {
    const std::string bytes = std::string("POST / HTTP/1.1\r\nHost: a\r\n") + each.bytes;
    for (const bool in_parts : {false, true}) {
      for (const test::Pieces& pieces : test::every_cut(bytes)) {
        SCOPED_TRACE(std::string(each.rule) + ", " + test::how_cut(pieces));
        const Outcome outcome = serve(pieces, in_parts);
        const bool endless = in_parts && std::string(each.codes) == "413 ";
        EXPECT_EQ(outcome.codes, endless ? "" : each.codes);
        EXPECT_TRUE(outcome.ended || each.codes[0] == '2' || each.codes[1] == '1');
      }
    }
  }
}

TEST(ServerFraming, refuses_control_characters_and_old_codings) {
  const std::string rows[] = {
      "GET / HTTP/1.1\r\nHost: a\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / http/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\n\r\n",
      "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
      "\x16\x03\x01\x02\x01\x01\xfc\x03\x03",  // TLS
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  };
  for (const std::string& bytes : rows) {
    for (const test::Pieces& pieces : test::every_cut(bytes)) {
      SCOPED_TRACE(bytes + test::how_cut(pieces));
      const Outcome outcome = serve(pieces, false);
      EXPECT_EQ(outcome.codes, bytes[0] == 'P' && bytes[1] == 'R' ? "505 " : "400 ");
      EXPECT_TRUE(outcome.ended);
      EXPECT_EQ(outcome.log, "");
    }
  }
}

TEST(ServerFraming, sees_the_same_requests_however_they_are_cut) {
  const std::string bytes = post("hello") + get("/a?b") +
                            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n" +
                            post("") + get();
  for (const bool in_parts : {false, true}) {
    for (const test::Pieces& pieces : test::every_cut(bytes)) {
      SCOPED_TRACE(test::how_cut(pieces));
      const Outcome outcome = serve(pieces, in_parts);
      EXPECT_EQ(outcome.codes, "204 204 204 204 204 ");
      EXPECT_EQ(outcome.bodies, "hello||abc0123456789|||");
      EXPECT_FALSE(outcome.ended);
    }
  }
}

TEST(ServerFraming, tells_the_handler_when_a_body_breaks_and_the_client_why) {
  SteeredBench<> bench;
  bench.handler.in_parts = true;
  RawClient client(bench.net);
  const std::string said = client.ask(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");
  EXPECT_EQ(code_of(said), 400);
  EXPECT_TRUE(has(said, "Connection: close\r\n"));
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(bench.handler.log, "head body gone ");
}

TEST(ServerFraming, gives_the_framing_cases_the_verdict_of_rfc_9112) {
  const test::Json corpus = test::corpus("http/framing-cases.json");
  if (corpus.is_null()) GTEST_SKIP() << "corpus not run";
  std::size_t ran = 0;
  for (const test::Json& c : corpus["cases"].items) {
    const std::string bytes = test::from_hex(c["input_hex"].string);
    const std::string verdict = c["rfc"]["verdict"].string;
    for (const test::Pieces& pieces : test::every_cut(bytes)) {
      SCOPED_TRACE(c["id"].string + " " + c["name"].string + ", " + test::how_cut(pieces) + "\n" +
                   bytes);
      // Gathered, what is too long to be gathered would be refused for that.
      const Outcome outcome = serve(pieces, verdict == "incomplete");
      const std::string last =
          outcome.codes.size() < 4 ? std::string() : outcome.codes.substr(outcome.codes.size() - 4);
      if (verdict == "reject") {
        EXPECT_TRUE(outcome.ended);
        EXPECT_TRUE(last == "400 " || last == "501 " || last == "505 ") << outcome.codes;
      } else if (verdict == "accept") {
        const std::string wanted = has(bytes, "Expect: wings") ? "417 " : "204 ";
        std::string all;
        for (std::size_t i = 0; i < c["rfc"]["messages"].items.size(); ++i) all += wanted;
        EXPECT_EQ(outcome.codes, all);
      } else {
        EXPECT_EQ(outcome.codes, "");
        EXPECT_FALSE(outcome.ended);
      }
    }
    ++ran;
  }
  std::cout << ran << " cases\n";
  EXPECT_GT(ran, 40u);
}

}  // namespace
}  // namespace mote::http
