// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/time.hpp"
#include "mote/http/filter.hpp"

namespace mote::http {

/// What pages of other origins may do (Fetch standard, §3.2). Outlives its Cors; may lie in flash.
struct CorsOptions {
  /// As browsers write them: `https://app.example`; at most 255. One that is `*` lets all in, but
  /// none with credentials.
  Span<const std::string_view> origins;
  std::string_view methods = "GET, HEAD, POST";
  std::string_view fields = "Content-Type";  ///< that requests may have beside the usual ones
  std::string_view exposed{};                ///< fields that pages may read beside the usual ones
  bool credentials = false;                  ///< whether cookies and authorization may come along
  Duration max_age{600'000};                 ///< for which browsers need not ask again
};

/// Lets pages of other origins read answers, and answers their preflights; whoever answers, and
/// whenever. Refuses nobody else: what a page may not read, it may still have sent. One Cors a
/// server: it marks requests by Responder::filter_mark. It stands before filters that ask who it
/// is, since preflights do not say.
class Cors final : public Filter {
 public:
  explicit constexpr Cors(const CorsOptions& options) : options_(options) {}

  bool keeps(std::string_view field_name) const override;
  bool passes(const Received& request, Responder& responder) override;
  void write_fields(const Responder& responder, MessageWriter& head) const override;

 private:
  std::uint8_t mark_of(std::string_view origin) const;

  const CorsOptions& options_;
};

}  // namespace mote::http
