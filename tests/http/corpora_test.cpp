// SPDX-License-Identifier: MIT
// The corpora of requests and responses: the same verdict as a strict reading of RFC 9112, however
// the bytes are cut. Where the RFCs leave a choice we make the strict one; the exception stands in
// docs/conformance.md.
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "mote/http/body_decoder.hpp"
#include "support/cut.hpp"
#include "support/json.hpp"

namespace mote::http {
namespace {

using test::Pieces;

/// Reads one connection's messages, one behind the other.
class Connection {
 public:
  explicit Connection(bool requests)
      : message_(requests ? HeadParser::Message::request : HeadParser::Message::response) {}

  void receive(const std::string& piece) {
    const std::vector<std::uint8_t> exact(piece.begin(), piece.end());
    ByteView input{exact.data(), exact.size()};
    while (verdict_.empty() && (in_body_ ? read_body(input) : read_head(input))) {
    }
  }

  std::string finish() {
    if (!verdict_.empty()) return verdict_;
    if (in_body_ && parser_.framing().kind == Framing::Kind::until_close) return "until-close";
    return begun_ ? "incomplete" : "accept";
  }

  std::string body;

 private:
  bool read_head(ByteView& input) {
    if (!input.empty()) begun_ = true;
    const auto step = parser_.next(input);
    input = input.from(step.used);
    if (step.kind == HeadParser::Kind::broken) verdict_ = "reject";
    if (step.kind == HeadParser::Kind::end) {
      in_body_ = true;
      decoder_ = BodyDecoder(parser_.framing());
    }
    return step.kind != HeadParser::Kind::need_more;
  }

  bool read_body(ByteView& input) {
    const auto step = decoder_.next(input);
    input = input.from(step.used);
    body.append(step.data.begin(), step.data.end());
    if (step.kind == BodyDecoder::Kind::broken) verdict_ = "reject";
    if (step.kind == BodyDecoder::Kind::end) {
      const Framing framing = parser_.framing();
      if (!framing.keep_alive || framing.upgrade) verdict_ = "accept";
      in_body_ = begun_ = false;
      body += "|";
      parser_ = HeadParser(message_, line_);
    }
    return step.kind != BodyDecoder::Kind::need_more;
  }

  HeadParser::Message message_;
  std::array<std::uint8_t, 2048> line_{};
  HeadParser parser_{message_, line_};
  BodyDecoder decoder_;
  bool in_body_ = false;
  bool begun_ = false;
  std::string verdict_;
};

/// Bodies, each ended by a bar, for those messages that the corpus calls complete.
std::string bodies_of(const test::Json& messages) {
  std::string bodies;
  for (const test::Json& message : messages.items)
    if (message["complete"].boolean) bodies += test::from_hex(message["body_hex"].string) + "|";
  return bodies;
}

void expect_verdict(bool requests, const std::string& bytes, const test::Json& rfc) {
  for (const Pieces& pieces : test::every_cut(bytes)) {
    SCOPED_TRACE(test::how_cut(pieces));
    Connection connection(requests);
    for (const std::string& piece : pieces) connection.receive(piece);
    EXPECT_EQ(connection.finish(), rfc["verdict"].string) << rfc["rule"].string;
    if (rfc["verdict"].string == "accept") {
      EXPECT_EQ(connection.body, bodies_of(rfc["messages"]));
    }
  }
}

/// `bytes` with a Host behind each request line of HTTP/1.1.
std::string with_host(std::string bytes) {
  const std::string version = " HTTP/1.1\r\n", host = "Host: a\r\n";
  for (std::size_t at = 0; (at = bytes.find(version, at)) != std::string::npos;
       at += version.size())
    bytes.insert(at + version.size(), host);
  return bytes;
}

/// The one case of which we take the other choice that the RFCs leave; see docs/conformance.md.
constexpr const char* our_choice = "request/method.md:147";

void run(const std::string& file) {
  const test::Json corpus = test::corpus(file);
  if (corpus.is_null()) GTEST_SKIP() << "corpus not run: " << file;
  std::size_t ran = 0;
  for (const test::Json& c : corpus["cases"].items) {
    if (c["parser"].string == "url") continue;
    SCOPED_TRACE(c["id"].string + " " + c["name"].string);
    const std::string bytes = test::from_hex(c["input_hex"].string);
    const bool requests = c["parser"].string != "response";
    if (c["id"].string != our_choice) {
      expect_verdict(requests, bytes, c["rfc"]);
      ++ran;
    }
    const test::Json& without = c["rfc_without_host_rule"];
    if (!without.is_null()) {
      expect_verdict(requests, with_host(bytes), without);
      ++ran;
    }
  }
  std::cout << file << ": " << ran << " verdicts\n";
  EXPECT_GT(ran, 40u);
}

TEST(Corpora, give_the_framing_cases_the_verdict_of_rfc_9112) { run("http/framing-cases.json"); }

TEST(Corpora, give_the_cases_of_llhttp_the_verdict_of_rfc_9112) { run("http/llhttp-cases.json"); }

}  // namespace
}  // namespace mote::http
