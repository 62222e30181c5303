// SPDX-License-Identifier: MIT
// What the classes that stand on http::Client ask of it: fields made late, parts of a body left.
#include <string>

#include "client_bench.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::response;
using test::Then;

class ClientHooks : public testing::Test, protected Bench {
 protected:
  /// Reads `reply` three bytes at a time, each time pausing before the rest of the part.
  std::string read_by_threes(const std::string& reply) {
    server.replies = {{reply, Then::close}};
    client.on_body = [this](ByteView part) {
      const std::size_t take = part.size() < 3 ? part.size() : 3;
      body += std::string(text_of(part.first(take))) + "|";
      client.pause();
      client.put_back(part.size() - take);
    };
    (void)get("http://example.org/");
    for (int i = 0; i < 20 && client.is_busy(); ++i) {
      net.settle();
      client.resume();
      net.settle();
    }
    return heard();
  }
};

TEST_F(ClientHooks, leaves_what_is_put_back_until_it_goes_on) {
  EXPECT_EQ(read_by_threes(response(200, "abcdefgh")), "[abc|def|gh|] ok;");
}

TEST_F(ClientHooks, leaves_parts_of_chunks) {
  EXPECT_EQ(read_by_threes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "5\r\nabcde\r\n2;x=y\r\nfg\r\n0\r\n\r\n"),
            "[abc|de|fg|] ok;");
}

TEST_F(ClientHooks, leaves_parts_of_a_body_that_ends_with_the_connection) {
  EXPECT_EQ(read_by_threes("HTTP/1.0 200 OK\r\n\r\nabcdefg"), "[abc|def|g|] ok;");
}

TEST_F(ClientHooks, does_not_count_twice_what_comes_again) {
  client.limits.body_bytes_max = 8;
  EXPECT_EQ(read_by_threes(response(200, "abcdefgh")), "[abc|def|gh|] ok;");
}

TEST_F(ClientHooks, asks_for_more_fields_for_each_head) {
  server.replies = {{response(302, "", "Location: http://other.example/b\r\n")},
                    {response(200, "hello")}};
  int heads = 0;
  struct Counting {
    int& heads;
    void write(MessageWriter& head) { head.field("X-Head", std::uint64_t(++heads)); }
  } counting{heads};
  Request request{"GET", "http://example.org/a"};
  request.more_fields = [&counting](MessageWriter& head) { counting.write(head); };
  EXPECT_EQ(ask(request), "200 [hello] ok;");
  EXPECT_EQ(server.requests.at(0), "GET /a HTTP/1.1\r\nHost: example.org\r\nX-Head: 1\r\n\r\n");
  EXPECT_EQ(server.requests.at(1), "GET /b HTTP/1.1\r\nHost: other.example\r\nX-Head: 2\r\n\r\n");
}

}  // namespace
}  // namespace mote::http
