// SPDX-License-Identifier: MIT
// Vectors of Standard Webhooks' own libraries and of GitHub's documentation, and what must fail.
#include "mote/webhook/signature.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/json.hpp"

namespace mote::webhook {
namespace {

constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view time = "1614265330";
constexpr std::string_view body = "{\"test\": 2432232314}";
constexpr std::string_view signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::uint64_t now = 1614265330;

Status check(std::string_view with, const Claim& claim, std::uint64_t at = now) {
  return verify(with, claim, bytes_of(body), at);
}

Status status_of_secret(std::string_view with) {
  char out[signature_size];
  return sign(with, id, time, bytes_of(body), out);
}

TEST(Signature, takes_a_secret_without_the_padding_of_its_base64) {
  EXPECT_EQ(status_of_secret("whsec_c2VjcmV0IGZvciBkZW1v"), Status::ok);
  EXPECT_EQ(status_of_secret("whsec_c2VjcmV0IGZvciBkZW1vcw"), Status::ok);
  EXPECT_EQ(status_of_secret("whsec_c2VjcmV0IGZvciBkZW1vcw=="), Status::ok);
}

TEST(Signature, is_the_one_of_the_reference_libraries) {
  char out[signature_size];
  ASSERT_EQ(sign(secret, id, time, bytes_of(body), out), Status::ok);
  EXPECT_EQ(std::string_view(out, sizeof out), signature);
  ASSERT_EQ(sign(secret.substr(6), id, time, bytes_of(body), out), Status::ok);
  EXPECT_EQ(std::string_view(out, sizeof out), signature);
}

TEST(Signature, refuses_a_secret_that_is_no_base64_or_too_long) {
  char out[signature_size];
  for (const std::string& wrong : {std::string(),
                                   std::string("whsec_"),
                                   std::string("whsec_?"),
                                   std::string("a"),
                                   std::string("whsec_c2VjcmV0IGZvciBkZW1vcx"),  // spare bits set
                                   std::string("whsec_c2VjcmV0IGZvciBkZW1vcx=="),
                                   std::string(89, 'A')})
    EXPECT_EQ(sign(wrong, id, time, bytes_of(body), out), Status::bad_argument) << wrong;
}

TEST(Signature, fits_only_what_was_signed) {
  const std::string two = "v1,AAAA " + std::string(signature) + " v1a,BBBB";
  const struct {
    const char* rule;
    Claim claim;
    Status expected;
  } cases[] = {
      {"the whole signature", {id, time, signature}, Status::ok},
      {"one of several, during a change of secrets", {id, time, two}, Status::ok},
      {"an empty signature", {id, time, ""}, Status::unauthorised},
      {"no more than the version", {id, time, "v1,"}, Status::unauthorised},
      {"a part of it", {id, time, signature.substr(0, 20)}, Status::unauthorised},
      {"without the version", {id, time, signature.substr(3)}, Status::unauthorised},
      {"another id", {"msg_other", time, signature}, Status::unauthorised},
      {"no id", {"", time, signature}, Status::unauthorised},
      {"another time", {id, "1614265331", signature}, Status::unauthorised},
      {"no time", {id, "", signature}, Status::unauthorised},
      {"a time that is no number", {id, "16142653x0", signature}, Status::unauthorised},
      {"a time beyond all numbers", {id, "99999999999999999999", signature}, Status::unauthorised},
  };
  for (const auto& c : cases) EXPECT_EQ(check(secret, c.claim), c.expected) << c.rule;
  EXPECT_EQ(verify(secret, {id, time, signature}, bytes_of("{}"), now), Status::unauthorised);
}

TEST(Signature, expires_at_the_edge_of_its_tolerance_on_both_sides) {
  EXPECT_EQ(check(secret, {id, time, signature}, now + 300), Status::ok);
  EXPECT_EQ(check(secret, {id, time, signature}, now + 301), Status::expired);
  EXPECT_EQ(check(secret, {id, time, signature}, now - 300), Status::ok);
  EXPECT_EQ(check(secret, {id, time, signature}, now - 301), Status::expired);
}

TEST(Signature, is_true_by_any_of_several_secrets) {
  const std::string_view other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const Claim claim{id, time, signature};
  const struct {
    const char* rule;
    std::vector<std::string_view> secrets;
    std::uint64_t at;
    Status expected;
  } cases[] = {
      {"the first", {secret, other}, now, Status::ok},
      {"the last", {other, secret}, now, Status::ok},
      {"beside one that is none", {"whsec_?", secret, ""}, now, Status::ok},
      {"an old delivery", {other, secret}, now + 301, Status::expired},
      {"none of them", {other, other, "?"}, now, Status::unauthorised},
      {"none that is one", {"whsec_?"}, now, Status::bad_argument},
      {"none at all", {}, now, Status::bad_argument},
  };
  for (const auto& c : cases)
    EXPECT_EQ(verify({c.secrets.data(), c.secrets.size()}, claim, bytes_of(body), c.at), c.expected)
        << c.rule;
  char out[hub_signature_size];
  sign_hub(other, bytes_of(body), out);
  const std::string_view hub_secrets[] = {secret, other};
  EXPECT_EQ(verify_hub(hub_secrets, {out, sizeof out}, bytes_of(body)), Status::ok);
  EXPECT_EQ(verify_hub(hub_secrets, {out, sizeof out}, bytes_of("{}")), Status::unauthorised);
}

TEST(Signature, in_githubs_style_is_the_documented_one) {
  const std::string_view expected =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const std::string_view key = "It's a Secret to Everybody";
  EXPECT_EQ(verify_hub(key, expected, bytes_of("Hello, World!")), Status::ok);
  EXPECT_EQ(verify_hub(key, expected, bytes_of("Hello, World?")), Status::unauthorised);
  EXPECT_EQ(verify_hub(key, expected.substr(0, 70), bytes_of("Hello, World!")),
            Status::unauthorised);
  EXPECT_EQ(verify_hub(key, "", bytes_of("Hello, World!")), Status::unauthorised);
  EXPECT_EQ(verify_hub("", expected, bytes_of("Hello, World!")), Status::bad_argument);
}

TEST(Signature, agrees_with_the_corpus) {
  const test::Json all = test::corpus("webhook/vectors.json");
  for (const test::Json& c : all["cases"].items) {
    SCOPED_TRACE(c["name"].string);
    const test::Json& headers = c["headers"];
    const std::string payload = test::from_hex(c["payload_hex"].string);
    const std::string& key = c["secret"].string;
    Status status = Status::ok;
    if (c["scheme"].string == "standard-webhooks") {
      // Ed25519 is not supported: docs/conformance.md.
      if (key.rfind("whsk_", 0) == 0 || key.rfind("whpk_", 0) == 0) continue;
      // Bits that stand for nothing must be zero: docs/conformance.md.
      if (c["name"].string.rfind("secret without base64 padding", 0) == 0) {
        EXPECT_EQ(status_of_secret(key), Status::bad_argument);
        continue;
      }
      status = verify(key,
                      {headers["webhook-id"].string,
                       headers["webhook-timestamp"].string,
                       headers["webhook-signature"].string},
                      bytes_of(payload),
                      static_cast<std::uint64_t>(c["now"].number));
    } else if (c["scheme"].string == "github") {
      status = verify_hub(key, headers["X-Hub-Signature-256"].string, bytes_of(payload));
    } else {
      continue;
    }
    EXPECT_EQ(status == Status::ok, c["valid"].boolean);
  }
}

}  // namespace
}  // namespace mote::webhook
