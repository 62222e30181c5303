// SPDX-License-Identifier: MIT
#include "mote/http/collector.hpp"

#include <gtest/gtest.h>

#include "http/client_bench.hpp"

namespace mote::http {
namespace {

using test::chunked;
using test::response;

class CollectorTest : public testing::Test, protected Bench {
 protected:
  CollectorTest() {
    collector.on_done = [this](Failure why, const Response& whole) {
      said += std::to_string(whole.code) + " " + std::string(whole.type) + " [" +
              std::string(whole.body) + "] " + std::string(to_string(why.status));
    };
  }
  Collector collector{client};
};

TEST_F(CollectorTest, gives_the_response_in_one_piece_however_it_comes) {
  for (std::size_t piece : {1u, 3u, 1000u}) {
    net.wire.piece_bytes_max = piece;
    server.replies = {{chunked(200, "hello", "content-type: text/plain\r\n")}};
    EXPECT_EQ(get("http://a.example/"), "200 text/plain [hello] ok");
  }
  server.replies = {{response(404, "")}};
  EXPECT_EQ(get("http://a.example/"), "404  [] ok") << "nothing of the last one is left";
}

TEST_F(CollectorTest, holds_as_much_as_rx_and_names_what_is_more) {
  const std::string most(256, 'x');
  server.replies = {{response(200, most)}, {response(200, most + "x")}, {chunked(200, most + "x")}};
  EXPECT_EQ(get("http://a.example/"), "200  [" + most + "] ok");
  EXPECT_EQ(get("http://a.example/"), "200  [] too large");
  EXPECT_EQ(get("http://a.example/"), "200  [" + most + "] too large");
}

TEST_F(CollectorTest, tells_what_failed) {
  EXPECT_EQ(get("http://a.example:81/"), "0  [] connection refused");
}

TEST_F(CollectorTest, allows_the_next_request_in_its_callback) {
  collector.on_done = [this](Failure, const Response& whole) {
    said += std::string(whole.body) + " ";
    if (said.size() >= 6) return;
    EXPECT_EQ(client.get("http://a.example/"), Status::ok);
  };
  server.replies = {{response(200, "1")}, {response(200, "2")}, {response(200, "3")}};
  EXPECT_EQ(get("http://a.example/"), "1 2 3");
}

}  // namespace
}  // namespace mote::http
