// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/filter.hpp"

namespace mote::http {

/// Answers 421 to requests that were meant for somebody else: against DNS rebinding, by which a
/// page of anybody's makes a browser in the same network talk to a device under a name of his own.
///
///     constexpr std::string_view names[] = {"device.local"};
///     HostFilter host_filter{names};
///
/// A Host that is an IP address passes: whoever goes to one has asked no DNS. The port does not
/// count, nor does case.
class HostFilter final : public Filter {
 public:
  explicit constexpr HostFilter(Span<const std::string_view> names) : names_(names) {}

  bool keeps(std::string_view field_name) const override;
  bool passes(const Received& request, Responder& responder) override;

 private:
  bool knows(std::string_view host) const;

  Span<const std::string_view> names_;
};

}  // namespace mote::http
