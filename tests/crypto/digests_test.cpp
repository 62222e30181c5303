// SPDX-License-Identifier: MIT
// The vectors of the standards: FIPS 180-4, RFC 4231, and the handshake of RFC 6455.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mote/crypto/equal.hpp"
#include "mote/crypto/hmac.hpp"
#include "mote/crypto/sha1.hpp"
#include "mote/crypto/sha256.hpp"
#include "support/cut.hpp"
#include "support/json.hpp"

namespace mote::crypto {
namespace {

template <class Digest>
std::string text_of_digest(const Digest& digest) {
  return std::string(digest.begin(), digest.end());
}

TEST(Sha1, gives_the_digests_of_the_standards) {
  const char* const cases[][2] = {
      {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
       "b37a4f2cc0624f1690f64606cf385945b2bec4ea"},
  };
  for (const auto& [text, digest] : cases)
    EXPECT_EQ(text_of_digest(sha1(bytes_of(text))), test::from_hex(digest)) << text;
}

TEST(Sha256, gives_the_digests_of_the_standards) {
  const std::string million(1000000, 'a');
  const std::pair<std::string, std::string> cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [text, digest] : cases)
    EXPECT_EQ(text_of_digest(sha256(bytes_of(text))), test::from_hex(digest));
}

std::string hmac(const std::string& key, const test::Pieces& pieces) {
  std::vector<ByteView> parts;
  for (const std::string& piece : pieces) parts.push_back(bytes_of(piece));
  return text_of_digest(hmac_sha256(bytes_of(key), {parts.data(), parts.size()}));
}

TEST(Hmac, gives_the_tags_of_rfc_4231_however_the_text_is_cut) {
  const struct {
    const char* rule;
    std::string key, text, tag;
  } cases[] = {
      {"4.2",
       std::string(20, '\x0b'),
       "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"4.3 a key shorter than the tag",
       "Jefe",
       "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"4.4",
       std::string(20, '\xaa'),
       std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"4.7 a key longer than a block",
       std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"no key and no text",
       "",
       "",
       "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    EXPECT_EQ(hmac(c.key, {}) == test::from_hex(c.tag), c.text.empty());
    for (const test::Pieces& pieces : test::every_cut(c.text))
      EXPECT_EQ(hmac(c.key, pieces), test::from_hex(c.tag));
  }
}

TEST(Hmac, takes_a_key_of_exactly_a_block_as_it_is) {
  const std::string block(64, 'k');
  EXPECT_NE(hmac(block, {"text"}), hmac(text_of_digest(sha256(bytes_of(block))), {"text"}));
  const std::string longer(65, 'k');
  EXPECT_EQ(hmac(longer, {"text"}), hmac(text_of_digest(sha256(bytes_of(longer))), {"text"}));
}

TEST(Equal, is_true_only_for_the_same_bytes) {
  EXPECT_TRUE(equal(bytes_of("abcd"), bytes_of("abcd")));
  EXPECT_TRUE(equal({}, {}));
  for (const char* other : {"", "abc", "abcde", "Abcd", "abcD"})
    EXPECT_FALSE(equal(bytes_of("abcd"), bytes_of(other))) << other;
}

}  // namespace
}  // namespace mote::crypto
