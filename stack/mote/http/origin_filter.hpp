// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/filter.hpp"

namespace mote::http {

/// Whether a page of `origin` (RFC 6454 §7) comes from where a request with this Host field went:
/// by http or https, whatever case the letters have.
bool is_same_origin(std::string_view origin, std::string_view host);

/// Answers 403 to requests that change something, which is all but GET, HEAD and OPTIONS, when a
/// page of another site has a browser send them: browsers send a POST of plain text without asking
/// first, and always name the page's origin then. Programs that name none pass.
///
///     OriginFilter own_pages;                    // no other
///     OriginFilter and_some{cors_options.origins};  // those as well; `*`: all
class OriginFilter final : public Filter {
 public:
  explicit constexpr OriginFilter(Span<const std::string_view> allowed = {}) : allowed_(allowed) {}

  bool keeps(std::string_view field_name) const override;
  bool passes(const Received& request, Responder& responder) override;

 private:
  Span<const std::string_view> allowed_;
};

}  // namespace mote::http
