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

TEST(Redirect, has_a_method_for_every_code_that_is_followed_and_for_no_other) {
  for (std::uint16_t code = 100; code < 1000; ++code)
    EXPECT_EQ(is_redirect(code), !method_after(code, "GET").empty()) << code;
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
      {"15.4.1 multiple choices are for people", 300, "GET", ""},
      {"15.4.5 not modified is no redirect", 304, "GET", ""},
      {"15.4.6 use proxy is deprecated", 305, "GET", ""},
      {"15.4.7 unused", 306, "GET", ""},
      {"15.3 success is none", 200, "GET", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(method_after(c.code, c.method), c.after);
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
