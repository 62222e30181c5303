// SPDX-License-Identifier: MIT
#include "mote/http/client.hpp"

#include "client_bench.hpp"
#include "support/cut.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::response;
using test::Then;

class Client_ : public testing::Test, protected Bench {};

TEST_F(Client_, gets_a_page) {
  server.replies = {{response(200, "hello", "Content-Type: text/plain\r\n")}};
  EXPECT_EQ(get("http://example.org/a?b"), "200 [hello] ok;");
  ASSERT_EQ(server.requests.size(), 1u);
  EXPECT_EQ(server.requests[0], "GET /a?b HTTP/1.1\r\nHost: example.org\r\n\r\n");
  EXPECT_EQ(fields, "Content-Type: text/plain\nContent-Length: 5\n");
  EXPECT_EQ(outcome.native, 200);
  EXPECT_EQ(client.code(), 200);
}

TEST_F(Client_, keeps_the_connection_and_uses_it_again) {
  server.replies = {{response(200, "1")}, {chunked(404, "22")}, {response(204, "")}};
  EXPECT_EQ(get("http://example.org/"), "200 [1] ok;");
  EXPECT_EQ(get("http://EXAMPLE.org:80/2"), "404 [22] ok;");
  EXPECT_EQ(server.accepted, 1u);
}

}  // namespace
}  // namespace mote::http
