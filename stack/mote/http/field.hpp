// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace mote::http {

class MessageWriter;

/// One header field, to send or as received.
struct Field {
  std::string_view name;
  std::string_view value;
  /// Whether no other origin may see it: then it is not sent on after a redirect to one.
  /// `Authorization`, `Proxy-Authorization` and `Cookie` are secrets however they are given.
  bool is_secret = false;
  /// Writes an `Authorization` made of these two; else they are written as they stand.
  void (*put)(MessageWriter& head, const Field& field) = nullptr;
};

/// Writes the line of basic().
void put_basic(MessageWriter& head, const Field& field);
/// Writes the line of bearer().
void put_bearer(MessageWriter& head, const Field& field);

/// `Authorization: Basic …` (RFC 7617). The user must not contain a colon.
constexpr Field basic(std::string_view user, std::string_view password) {
  return {user, password, true, put_basic};
}

/// `Authorization: Bearer …` (RFC 6750 §2.1).
constexpr Field bearer(std::string_view token) {
  return {"Authorization", token, true, put_bearer};
}

/// A field that no other origin may see, such as an API key.
constexpr Field secret(std::string_view name, std::string_view value) {
  return {name, value, true};
}

}  // namespace mote::http
