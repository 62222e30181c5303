// SPDX-License-Identifier: MIT
// URLs by RFC 3986, in memory of exactly their size; and those of the web platform tests, with the
// differences that docs/conformance.md explains.
#include "mote/encoding/url.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "support/json.hpp"

namespace mote::encoding {
namespace {

using namespace std::literals;

/// What parse_url() makes of `text`: "scheme host port host_field target", or "bad".
std::string said_of(std::string_view text) {
  static constexpr const char* schemes[] = {"http", "https", "ws", "wss"};
  const std::vector<char> exact(text.begin(), text.end());
  Url url;
  if (parse_url({exact.data(), exact.size()}, url) != Status::ok) return "bad";
  std::string said = schemes[static_cast<int>(url.scheme)];
  said += " " + std::string(url.host) + " " + std::to_string(url.port);
  said += " " + std::string(url.host_field);
  return said + " " + std::string(url.root()) + std::string(url.target);
}

std::string resolved(std::string_view base, std::string_view reference, std::size_t bytes = 256) {
  Url from;
  if (parse_url(base, from) != Status::ok) return "bad base";
  const std::vector<char> exact(reference.begin(), reference.end());
  std::vector<std::uint8_t> room(bytes);
  ByteWriter out(ByteSpan{room.data(), bytes});
  switch (resolve_url(from, {exact.data(), exact.size()}, out)) {
    case Status::ok: return std::string(out.text());
    case Status::too_large: return "too large";
    default: return "bad";
  }
}

TEST(Url, takes_urls_apart) {
  const struct {
    const char* rule;
    const char* text;
    const char* expected;
  } cases[] = {
      {"RFC 9110 4.2.1 http", "http://example.org/a/b", "http example.org 80 example.org /a/b"},
      {"RFC 9110 4.2.2 https", "https://example.org/", "https example.org 443 example.org /"},
      {"RFC 6455 3 ws", "ws://example.org/", "ws example.org 80 example.org /"},
      {"RFC 6455 3 wss", "wss://example.org/", "wss example.org 443 example.org /"},
      {"RFC 3986 3.1 in any case", "HtTpS://A/", "https A 443 A /"},
      {"RFC 9112 3.2.1 no path", "http://a", "http a 80 a /"},
      {"RFC 9112 3.2.1 no path but a query", "http://a?b", "http a 80 a /?b"},
      {"RFC 3986 3.5 a fragment is not sent", "http://a/b?c#d?e/f", "http a 80 a /b?c"},
      {"RFC 3986 3.5 directly behind the host", "http://a#b", "http a 80 a /"},
      {"RFC 3986 3.2.3 a port", "http://a:8080/", "http a 8080 a:8080 /"},
      {"RFC 3986 3.2.3 with zeros", "http://a:0008080/", "http a 8080 a:0008080 /"},
      {"RFC 3986 3.2.3 the last port", "http://a:65535/", "http a 65535 a:65535 /"},
      {"RFC 3986 3.2.3 an empty port", "http://a:/", "http a 80 a /"},
      {"RFC 9110 7.2 the usual port", "wss://a:443/", "wss a 443 a /"},
      {"RFC 3986 3.2.1 a user", "http://u:p%40@a/", "http a 80 a /"},
      {"RFC 3986 3.2.1 an empty user", "http://@a/", "http a 80 a /"},
      {"RFC 3986 3.2.2 an IPv4 address",
       "http://192.168.0.1/",
       "http 192.168.0.1 80 192.168.0.1 /"},
      {"RFC 3986 3.2.2 an IPv6 address",
       "http://[2001:db8::1]/",
       "http 2001:db8::1 80 [2001:db8::1] /"},
      {"RFC 3986 3.2.2 with a port", "http://[::1]:81", "http ::1 81 [::1]:81 /"},
      {"RFC 3986 3.2.2 with its usual port", "http://[::1]:80", "http ::1 80 [::1] /"},
      {"RFC 3986 3.2.2 with IPv4",
       "http://[::ffff:1.2.3.4]/",
       "http ::ffff:1.2.3.4 80 [::ffff:1.2.3.4] /"},
      {"RFC 3986 3.3 all that a path may have",
       "http://a/-._~!$&'()*+,;=:@%41[]",
       "http a 80 a /-._~!$&'()*+,;=:@%41[]"},
      {"RFC 3986 3.3 dot segments stay", "http://a/b/../c", "http a 80 a /b/../c"},
      {"RFC 3986 2.1 bad escapes stay", "http://a/%zz%", "http a 80 a /%zz%"},
      {"RFC 3986 3.2.2 a name that begins like a number",
       "http://0x7f.1.example/",
       "http 0x7f.1.example 80 0x7f.1.example /"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(said_of(c.text), c.expected);
  }
}

TEST(Url, tells_its_parts) {
  Url url;
  ASSERT_EQ(parse_url("https://user:pass@example.org:8443/a/b?c=d?e#f", url), Status::ok);
  EXPECT_EQ(url.user_info, "user:pass");
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.query(), "c=d?e");
  EXPECT_EQ(url.fragment, "f");
  EXPECT_TRUE(url.secure());
  ASSERT_EQ(parse_url("http://a", url), Status::ok);
  EXPECT_EQ(url.path(), "");
  EXPECT_EQ(url.query(), "");
  EXPECT_FALSE(url.secure());
}

TEST(Url, refuses_what_it_cannot_use) {
  const struct {
    const char* rule;
    std::string_view text;
  } cases[] = {
      {"nothing", ""},
      {"no scheme", "//a/b"},
      {"no scheme", "/a"},
      {"no scheme", "a.org"},
      {"an empty scheme", "://a/"},
      {"another scheme", "ftp://a/"},
      {"another scheme", "httpx://a/"},
      {"another scheme", "file:///etc/passwd"},
      {"another scheme", "javascript:alert(1)"},
      {"no authority", "http:a"},
      {"no authority", "http:/a"},
      {"no host", "http://"},
      {"no host", "http:///a"},
      {"no host", "http://:80/"},
      {"no host", "http://u@/"},
      {"no host", "http://?a"},
      {"no host", "http://[]/"},
      {"two users", "http://a@b@c/"},
      {"an escape in the host", "http://a%41/"},
      {"a backslash", "http://a\\b/"},
      {"a backslash in the path", "http://a/b\\c"},
      {"a space", "http://a/b c"},
      {"a space before it", " http://a/"},
      {"a line break", "http://a/b\r\nX: y"},
      {"a line break in the query", "http://a/?b\nc"},
      {"a line break in the fragment", "http://a/#b\nc"},
      {"a line break in the host", "http://a\r\n/"},
      {"a tab", "http://a/\tb"},
      {"NUL", "http://a/\0b"sv},
      {"DEL", "http://a/\x7f"},
      {"beyond ASCII", "http://a/\xc3\xa4"},
      {"beyond ASCII in the host", "http://\xc3\xa4/"},
      {"quotes", "http://a/\"b\""},
      {"brackets", "http://a/<b>"},
      {"port 0", "http://a:0/"},
      {"a port of 17 bits", "http://a:65536/"},
      {"a port of 33 bits", "http://a:4294967376/"},
      {"a port that is no number", "http://a:b/"},
      {"a port with a sign", "http://a:-80/"},
      {"two ports", "http://a:80:80/"},
      {"an open bracket", "http://[::1/"},
      {"a bracket at the end", "http://["},
      {"something behind the bracket", "http://[::1]a/"},
      {"a name in brackets", "http://[a.org]/"},
      {"a zone", "http://[fe80::1%25eth0]/"},
      {"an IPv4 address in brackets", "http://[1.2.3.4]/"},
      {"seven groups", "http://[1:2:3:4:5:6:7]/"},
      {"nine groups", "http://[1:2:3:4:5:6:7:8:9]/"},
      {"eight groups and a gap", "http://[1:2:3:4::5:6:7:8]/"},
      {"two gaps", "http://[1::2::3]/"},
      {"three colons", "http://[1:::2]/"},
      {"a colon at the beginning", "http://[:1:2:3:4:5:6:7]/"},
      {"a colon at the end", "http://[1:2:3:4:5:6:7:]/"},
      {"five digits", "http://[12345::]/"},
      {"IPv4 that is not last", "http://[::1.2.3.4:5]/"},
      {"IPv4 too far behind", "http://[1:2:3:4:5:6:7:1.2.3.4]/"},
      {"three numbers", "http://1.2.3/"},
      {"five numbers", "http://1.2.3.4.5/"},
      {"one number", "http://2130706433/"},
      {"a number above 255", "http://256.1.1.1/"},
      {"a leading zero", "http://127.0.0.01/"},
      {"hexadecimal", "http://0x7f000001/"},
      {"a number and a dot", "http://1.2.3.4./"},
      {"a number behind a name", "http://a.1/"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(said_of(c.text), "bad");
  }
}

TEST(Url, refuses_hosts_that_no_resolver_takes) {
  EXPECT_NE(said_of("http://" + std::string(253, 'a') + "/"), "bad");
  EXPECT_EQ(said_of("http://" + std::string(254, 'a') + "/"), "bad");
}

TEST(Url, refuses_every_byte_that_could_end_a_line_wherever_it_stands) {
  const std::string good = "http://u:p@host.example:80/path?query#fragment";
  for (std::size_t at = 0; at <= good.size(); ++at)
    for (const char bad : "\r\n\t \x7f\x80\xff"s + '\0') {
      const std::string text = good.substr(0, at) + bad + good.substr(at);
      EXPECT_EQ(said_of(text), "bad") << at << " " << int(bad);
    }
}

TEST(Url, reads_nothing_outside_of_its_text) {
  const std::string text = "https://u:p@[2001:db8::1.2.3.4]:8080/a/../b?c#d";
  for (std::size_t from = 0; from < text.size(); ++from)
    for (std::size_t size = 0; from + size <= text.size(); ++size)
      (void)said_of(std::string_view(text).substr(from, size));  // the sanitizers watch
}

TEST(Url, resolves_the_examples_of_rfc_3986_section_5_4) {
  const struct {
    const char* reference;
    const char* expected;
  } cases[] = {
      {"//g", "http://g"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y#s"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g#s/./x"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
      {"g:h", "bad"},     // another scheme
      {"http:g", "bad"},  // strict
  };
  for (const auto& c : cases)
    EXPECT_EQ(resolved("http://a/b/c/d;p?q", c.reference), c.expected) << c.reference;
}

TEST(Url, resolves_references_of_other_kinds) {
  const struct {
    const char* base;
    const char* reference;
    const char* expected;
  } cases[] = {
      {"http://a", "g", "http://a/g"},
      {"http://a", "", "http://a"},
      {"http://a", "?y", "http://a?y"},
      {"http://a?q", "g", "http://a/g"},
      {"http://a?q", "", "http://a?q"},
      {"http://u:p@a:81/b#c", "/d", "http://u:p@a:81/d"},
      {"https://[::1]:444/b", "c", "https://[::1]:444/c"},
      {"http://a:80/b", "c", "http://a/c"},
      {"https://a/b", "//c/../d", "https://c/../d"},
      {"https://a/b", "WSS://c/./d/..", "WSS://c/./d/.."},
      {"http://a/b", "g_h:i", "bad"},
      {"http://a/b", "https://c?d", "https://c?d"},
      {"http://a//b//c", "../d", "http://a//b/d"},
      {"http://a/b", "..//c", "http://a//c"},
      {"http://a/b", ":c", "http://a/:c"},
      {"http://a/b", "1:c", "http://a/1:c"},
      {"http://a/b", "//", "bad"},
      {"http://a/b", "///c", "bad"},
      {"http://a/b", "//c:d", "bad"},
      {"http://a/b", "javascript:alert(1)", "bad"},
      {"http://a/b", "file:///c", "bad"},
      {"http://a/b", "c d", "bad"},
      {"http://a/b", "c\r\nX: y", "bad"},
      {"http://a/b", "\\\\c", "bad"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(resolved(c.base, c.reference), c.expected) << c.base << " " << c.reference;
}

TEST(Url, says_when_the_room_is_too_small_wherever_it_ends) {
  const std::string whole = "http://u@a:81/b/g?y#s";
  for (std::size_t bytes = 0; bytes <= whole.size() + 3; ++bytes) {
    const std::string said = resolved("http://u@a:81/b/c", "g?y#s", bytes);
    EXPECT_EQ(said, bytes < whole.size() ? "too large" : whole) << bytes;
    const std::string dots = resolved("http://u@a:81/b/c", "../g?y", bytes);
    EXPECT_EQ(dots, bytes < 17 ? "too large" : "http://u@a:81/g?y") << bytes;
  }
}

TEST(Url, resolves_into_the_memory_of_the_reference) {
  Url base;
  ASSERT_EQ(parse_url("http://a.org/b/c", base), Status::ok);
  const std::string reference = "../d/./e?f";
  std::array<std::uint8_t, 64> room{};
  std::copy(reference.begin(),
            reference.end(),
            room.end() - static_cast<std::ptrdiff_t>(reference.size()));
  const ByteView at_the_end{room.data() + room.size() - reference.size(), reference.size()};
  ByteWriter out(room);
  ASSERT_EQ(resolve_url(base, text_of(at_the_end), out), Status::ok);
  EXPECT_EQ(out.text(), "http://a.org/d/e?f");
}

// The web platform tests.

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Why we refuse what a browser takes; each line is explained in docs/conformance.md.
std::string difference(const std::string& input) {
  for (const char c : input)
    if (c <= ' ' || c >= 0x7F || std::string("\"<>\\^`{|}").find(c) != std::string::npos)
      return "a character that RFC 3986 does not have";
  const std::size_t colon = input.find(':');
  const std::string scheme = lower(input.substr(0, colon));
  const bool has_scheme =
      scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss";
  const std::string rest = has_scheme ? input.substr(colon + 1) : input;
  if (has_scheme && rest.substr(0, 2) != "//") return "a scheme without an authority";
  if (rest.substr(0, 3) == "///") return "an empty authority";
  if (rest.substr(0, 2) != "//") return "none";
  const std::string authority = rest.substr(2, rest.find_first_of("/?#", 2) - 2);
  const std::string user = authority.substr(0, authority.rfind('@') + 1);
  if (std::count(user.begin(), user.end(), '@') > 1) return "an @ in the user info";
  const std::string host = authority.substr(user.size());
  if (host.find('%') != std::string::npos) return "an escape in the host";
  if (host.find_first_not_of("0", host.find(':') + 1) == std::string::npos) return "port 0";
  if (host.find_first_not_of("0123456789abcdefxABCDEFX.") == std::string::npos)
    return "an IPv4 address that is not four decimal numbers";
  return "none";
}

/// Expects that `text` leads where the corpus says; a browser writes some parts in another form.
void expect_same_place(const std::string& text, const test::Json& c) {
  Url url;
  ASSERT_EQ(parse_url(text, url), Status::ok);
  EXPECT_EQ(url.port, static_cast<int>(c["connect_port"].number));
  EXPECT_EQ(url.secure(), c["tls"].boolean);
  if (text.find('[') == std::string::npos) {
    EXPECT_EQ(lower(std::string(url.host_field)), c["host_header"].string);
  }
  if (c["class"].string != "accept-normalised") {
    std::string target = std::string(url.root()) + std::string(url.target);
    if (target.back() == '?') target.pop_back();  // the corpus has no query where it is empty
    EXPECT_EQ(target, c["request_target"].string);
  }
}

TEST(Url, gives_the_web_platform_tests_their_verdict) {
  const test::Json corpus = test::corpus("url/wpt-http-urls.json");
  if (corpus.is_null()) GTEST_SKIP() << "corpus not run: url/wpt-http-urls.json";
  std::map<std::string, int> ran;
  for (const test::Json& c : corpus["cases"].items) {
    const std::string input = c["input"].string, kind = c["class"].string, base = c["base"].string;
    SCOPED_TRACE(kind + " <" + input + ">");
    const std::string text = kind == "relative" ? resolved(base, input) : input;
    const std::string said = said_of(text);
    const bool may_refuse = kind != "must-accept" && kind != "must-reject";
    if (said == "bad" && may_refuse) {
      EXPECT_NE(difference(input), "none");
      ++ran[kind + ", refused for " + difference(input)];
      continue;
    }
    ++ran[kind];
    EXPECT_EQ(said == "bad", c["failure"].boolean);
    if (said != "bad") expect_same_place(text, c);
  }
  for (const auto& [kind, count] : ran) std::cout << count << " " << kind << "\n";
  EXPECT_EQ(ran["must-accept"], 45);
  EXPECT_EQ(ran["must-reject"], 147);
  EXPECT_GT(ran["relative"], 50);
}

}  // namespace
}  // namespace mote::encoding
