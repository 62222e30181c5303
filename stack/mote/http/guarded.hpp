// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/filter.hpp"
#include "mote/http/handler.hpp"

namespace mote::http {

/// Puts a filter before one handler only:
///
///     BasicAuth auth{"device", logins};
///     Guarded settings{auth, settings_handler};
///     const Route routes[] = {{"GET", "/", page}, {"", "/settings/*", settings}};
///
/// What the filter would add to answers by write_fields() is not added. There is no filter for
/// paths that begin so or so: a path can be written in many ways, and the route is what decides.
class Guarded final : public Handler {
 public:
  constexpr Guarded(Filter& guard, Handler& handler) : guard_(guard), handler_(handler) {}

  bool keeps(std::string_view field_name) const override;
  bool on_head(const Received& request, Responder& responder) override;
  void on_request(const Received& request, Responder& responder) override;

 private:
  Filter& guard_;
  Handler& handler_;
};

}  // namespace mote::http
