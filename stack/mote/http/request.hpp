// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/base/bytes.hpp"
#include "mote/base/callback.hpp"
#include "mote/http/field.hpp"

namespace mote::http {

class Connection;
struct RedirectRules;

/// What a Client makes of a redirect.
struct Redirects {
  /// Follows it, up to Limits::redirects_max times, by the rules of RFC 9110 §15.4.
  static const Redirects follow;
  /// Takes it for a response like any other. A program that only does this does not link what
  /// following takes.
  static const Redirects report;

  const RedirectRules* rules;  ///< for the Client alone
};

extern const RedirectRules redirect_rules;
inline constexpr Redirects Redirects::follow{&redirect_rules};
inline constexpr Redirects Redirects::report{nullptr};

/// Makes a body piece by piece: any function that a Callback can hold. A program that sets none
/// does not link what pulling takes.
class Pull : public Callback<std::size_t(ByteSpan room)> {
 public:
  constexpr Pull() = default;
  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Pull>>>
  Pull(F function) : Callback(function), refill_(&refill) {}

 private:
  friend class Client;
  static bool refill(Connection& client);

  bool (*refill_)(Connection& client) = nullptr;
};

/// What a Client is to ask. The texts, `fields` and `body` live until on_done; the object itself
/// may be a temporary.
struct Request {
  /// The length of a body that nobody knows yet: it goes out in chunks.
  static constexpr std::size_t unknown = ~std::size_t{0};
  /// `more` has nothing now: Client::send_more() will tell when it has.
  static constexpr std::size_t later = ~std::size_t{0};

  std::string_view method = "GET";
  std::string_view url;  ///< http or https; a user in it becomes Basic authorization
  /// Sent as they stand. `Host`, `Content-Length` and `Transfer-Encoding` are the client's own:
  /// `bad_argument`.
  Span<const Field> fields{};
  ByteView body{};  ///< sent from where it lies, whatever its size
  /// Instead of `body`, for one that is made or read on the way: fills `room` and returns how many
  /// bytes that were; 0 ends the body.
  Pull more{};
  /// How many bytes `more` will give in all. Fewer are a `bad_argument`, and the connection is
  /// lost.
  std::size_t more_bytes = unknown;
  /// When set, the request may be sent twice: because a kept connection was lost before an answer,
  /// or a 307 or 308 sends it elsewhere. Called before it is sent again; then `more` begins anew.
  /// Without it a request is only repeated when its method is idempotent (RFC 9110 §9.2.2) and
  /// `more` was not called yet; else on_done says `not_repeatable`.
  Callback<void()> rewind{};
  Redirects redirects = Redirects::follow;
  /// Writes fields that are known only when the head is made, after `fields`; they go wherever a
  /// redirect leads. Called for each head, also from send(); it must do nothing else.
  Callback<void(MessageWriter& head)> more_fields{};
  /// The same as a `rewind` that does nothing, for a request without `more`.
  bool may_repeat = false;
};

/// What a Connection is to ask: a Request without its functions.
struct PlainRequest {
  std::string_view method, url;
  Span<const Field> fields{};
  ByteView body{};
  Redirects redirects = Redirects::follow;
  bool may_repeat = false;
};

/// A whole response, for those who collect one.
struct Response {
  std::uint16_t code = 0;
  std::string_view type;  ///< Content-Type, or empty
  std::string_view body;
};

}  // namespace mote::http
