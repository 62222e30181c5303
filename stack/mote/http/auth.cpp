// SPDX-License-Identifier: MIT
#include "mote/http/auth.hpp"

#include "mote/crypto/equal.hpp"
#include "mote/encoding/base64.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

bool is_authorization(std::string_view name) { return encoding::is_word(name, "authorization"); }

/// What follows `scheme`, in lower case, and its spaces in an Authorization field; else nothing.
std::string_view credentials_of(const Received& request, const char* scheme) {
  const std::string_view value = request.field("authorization");
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return {};
  if (!encoding::is_word(text_first(value, space), scheme)) return {};
  return encoding::trimmed(text_from(value, space));
}

/// Answers 401 with `before` realm `behind`. Returns false, for passes().
bool turn_away(Responder& responder,
               std::string_view before,
               std::string_view realm,
               std::string_view behind) {
  std::uint8_t room[128];
  ByteWriter challenge{room};
  challenge.put(before).put(realm).put(behind);
  (void)Reply(responder, 401).field("WWW-Authenticate"sv, challenge.text()).send();
  return false;
}

bool same(std::string_view one, std::string_view other) {
  return crypto::equal(bytes_of(one), bytes_of(other));
}

}  // namespace

bool BasicAuth::keeps(std::string_view field_name) const { return is_authorization(field_name); }

bool BasicAuth::passes(const Received& request, Responder& responder) {
  return knows(credentials_of(request, "basic")) ||
         turn_away(responder, "Basic realm=\""sv, realm_, "\", charset=\"UTF-8\""sv);
}

bool BasicAuth::knows(std::string_view credentials) const {
  std::uint8_t room[credential_bytes_max];
  ByteWriter plain{room};
  if (encoding::decode_base64(credentials, plain) != Status::ok) return false;
  const std::size_t colon = plain.text().find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view user = text_first(plain.text(), colon);
  const std::string_view password = text_from(plain.text(), colon + 1);
  bool known = false;
  // All are compared, both halves of each, so that the time does not tell who was nearly right.
  for (const Login& each : logins_) {
    const bool is_user = same(user, each.user);
    const bool is_password = same(password, each.password);
    known |= is_user & is_password;
  }
  return known;
}

bool BearerAuth::keeps(std::string_view field_name) const { return is_authorization(field_name); }

bool BearerAuth::passes(const Received& request, Responder& responder) {
  const std::string_view token = credentials_of(request, "bearer");
  bool known = false;
  for (const std::string_view each : tokens_) known |= same(token, each);
  if (known && !token.empty()) return true;
  // RFC 6750 §3.1: who said nothing is not told that he was wrong.
  return turn_away(responder,
                   "Bearer realm=\""sv,
                   realm_,
                   token.empty() ? "\""sv : "\", error=\"invalid_token\""sv);
}

}  // namespace mote::http
