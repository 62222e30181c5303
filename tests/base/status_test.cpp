// SPDX-License-Identifier: MIT
#include "mote/base/status.hpp"

#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(Status, has_the_text_that_belongs_to_it) {
  EXPECT_EQ(to_string(Status::ok), "ok");
  EXPECT_EQ(to_string(Status::bad_url), "bad URL");
  EXPECT_EQ(to_string(Status::reset), "connection reset");
  EXPECT_EQ(to_string(Status::timed_out), "timed out");
  EXPECT_EQ(to_string(Status::expired), "expired");
  EXPECT_EQ(to_string(Status::too_many_redirects), "too many redirects");
  EXPECT_EQ(to_string(Status::closed), "closed");
  EXPECT_EQ(to_string(Status{255}), "unknown");
}

TEST(Layer, has_the_text_that_belongs_to_it) {
  EXPECT_EQ(to_string(Layer::application), "application");
  EXPECT_EQ(to_string(Layer::tls), "TLS");
  EXPECT_EQ(to_string(Layer::sse), "SSE");
  EXPECT_EQ(to_string(Layer{255}), "unknown");
}

}  // namespace
}  // namespace mote
