// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/filter.hpp"

namespace mote::http {

/// Somebody who may come in. The user has no colon; both together have at most
/// BasicAuth::credential_bytes_max bytes.
struct Login {
  std::string_view user;
  std::string_view password;
};

/// Lets in who says a user and password (RFC 7617), and answers 401 to others. Over plain TCP
/// everybody on the way can read them.
///
/// Everything that it is given outlives it. `realm` has no quotes nor backslashes, and at most 90
/// bytes.
class BasicAuth final : public Filter {
 public:
  static constexpr std::size_t credential_bytes_max = 128;

  constexpr BasicAuth(std::string_view realm, Span<const Login> logins)
      : realm_(realm), logins_(logins) {}

  bool keeps(std::string_view field_name) const override;
  bool passes(const Received& request, Responder& responder) override;

 private:
  bool knows(std::string_view credentials) const;

  std::string_view realm_;
  Span<const Login> logins_;
};

/// Lets in who says one of some tokens (RFC 6750 §2.1), and answers 401 to others. The rest is as
/// with BasicAuth.
class BearerAuth final : public Filter {
 public:
  constexpr BearerAuth(std::string_view realm, Span<const std::string_view> tokens)
      : realm_(realm), tokens_(tokens) {}

  bool keeps(std::string_view field_name) const override;
  bool passes(const Received& request, Responder& responder) override;

 private:
  std::string_view realm_;
  Span<const std::string_view> tokens_;
};

}  // namespace mote::http
