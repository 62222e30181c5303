// SPDX-License-Identifier: MIT
#include "mote/http/host_filter.hpp"

#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"

namespace mote::http {
namespace {

/// What stands before the port of a Host field, which HeadParser has judged.
std::string_view without_port(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t from = bracket == std::string_view::npos ? 0 : bracket;
  const std::size_t colon = text_from(host, from).find(':');
  return colon == std::string_view::npos ? host : text_first(host, from + colon);
}

/// Whether it is an address: in brackets, or nothing but digits and dots.
bool is_address(std::string_view host) {
  if (!host.empty() && host.front() == '[') return true;
  for (const char c : host)
    if (c != '.' && (c < '0' || c > '9')) return false;
  return !host.empty();
}

}  // namespace

bool HostFilter::keeps(std::string_view field_name) const {
  return encoding::is_word(field_name, "host");
}

bool HostFilter::passes(const Received& request, Responder& responder) {
  if (knows(without_port(request.field("host")))) return true;
  (void)responder.answer(421);
  return false;
}

bool HostFilter::knows(std::string_view host) const {
  if (is_address(host)) return true;
  for (const std::string_view name : names_)
    if (encoding::equal_ignoring_case(name, host)) return true;
  return false;
}

}  // namespace mote::http
