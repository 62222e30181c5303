// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace mote::http {

class MessageWriter;

/// One header field, to send or as received.
struct Field {
  /// What becomes of a field on its way out. Everything but `plain` is a secret: it is not sent on
  /// to another origin after a redirect. `Authorization`, `Proxy-Authorization` and `Cookie` are
  /// secrets however they are given.
  enum class Kind : std::uint8_t {
    plain,
    secret,
    basic,   ///< made by basic(): `name` is the user, `value` the password
    bearer,  ///< made by bearer(): `value` is the token
  };

  std::string_view name;
  std::string_view value;
  Kind kind = Kind::plain;
};

/// `Authorization: Basic …` (RFC 7617). The user must not contain a colon.
constexpr Field basic(std::string_view user, std::string_view password) {
  return {user, password, Field::Kind::basic};
}

/// `Authorization: Bearer …` (RFC 6750 §2.1).
constexpr Field bearer(std::string_view token) {
  return {"Authorization", token, Field::Kind::bearer};
}

/// A field that no other origin may see, such as an API key.
constexpr Field secret(std::string_view name, std::string_view value) {
  return {name, value, Field::Kind::secret};
}

/// Writes the field as its kind says.
void put_field(MessageWriter& head, const Field& field);

}  // namespace mote::http
