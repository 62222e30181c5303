// SPDX-License-Identifier: MIT
#include "mote/http/redirect.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mote::http {
namespace {

encoding::Url url(std::string_view text) {
  encoding::Url parsed;
  EXPECT_EQ(encoding::parse_url(text, parsed), Status::ok) << text;
  return parsed;
}

TEST(Redirect, follows_five_codes_and_no_other) {
  std::string followed;
  for (std::uint16_t code = 100; code < 1000; ++code)
    if (is_redirect(code)) followed += std::to_string(code) + " ";
  // Not 300, multiple choices, which are for people; 304, not modified; 305, use proxy, which is
  // deprecated; 306, which is unused (RFC 9110 §15.4).
  EXPECT_EQ(followed, "301 302 303 307 308 ");
}

TEST(Redirect, changes_the_method_as_rfc_9110_section_15_4_says) {
  const struct {
    const char* rule;
    std::uint16_t code;
    const char* method;
    const char* after;
  } cases[] = {
      {"15.4.2 moved permanently", 301, "GET", "GET"},
      {"15.4.2 a POST becomes a GET", 301, "POST", "GET"},
      {"15.4.2 nothing else does", 301, "PUT", "PUT"},
      {"15.4.3 found", 302, "HEAD", "HEAD"},
      {"15.4.3 a POST becomes a GET", 302, "POST", "GET"},
      {"15.4.3 nothing else does", 302, "DELETE", "DELETE"},
      {"15.4.4 see other", 303, "POST", "GET"},
      {"15.4.4 see other", 303, "PUT", "GET"},
      {"15.4.4 but HEAD stays", 303, "HEAD", "HEAD"},
      {"15.4.8 temporary", 307, "POST", "POST"},
      {"15.4.9 permanent", 308, "POST", "POST"},
      {"9.1 methods have a case", 301, "post", "post"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(becomes_get(c.code, c.method) ? "GET" : c.method, std::string(c.after));
  }
}

TEST(Redirect, never_leaves_tls_nor_http) {
  const struct {
    const char* from;
    const char* to;
    Status expected;
  } cases[] = {{"http://a/", "http://b/", Status::ok},
               {"http://a/", "https://a/", Status::ok},
               {"https://a/", "https://b/", Status::ok},
               {"https://a/", "http://a/", Status::insecure},
               {"http://a/", "ws://a/", Status::bad_url},
               {"https://a/", "wss://a/", Status::bad_url},
               {"wss://a/", "http://a/", Status::insecure}};
  for (const auto& c : cases) EXPECT_EQ(may_follow(url(c.from), url(c.to)), c.expected) << c.to;
}

TEST(Redirect, compares_origins) {
  const struct {
    const char* one;
    const char* other;
    bool same;
  } cases[] = {
      {"http://a.org/x", "http://A.ORG:80/y?z", true},
      {"https://a.org", "https://a.org:443", true},
      {"http://[::1]/", "http://[::1]:80/", true},
      {"http://u:p@a/", "http://a/", true},
      {"http://a/", "https://a/", false},
      {"http://a/", "http://a:8080/", false},
      {"http://a/", "http://b/", false},
      {"http://a.org/", "http://a.org./", false},
      {"http://a.org/", "http://x.a.org/", false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(same_origin(url(c.one), url(c.other)), c.same) << c.one << " " << c.other;
}

}  // namespace
}  // namespace mote::http
