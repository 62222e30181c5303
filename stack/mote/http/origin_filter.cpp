// SPDX-License-Identifier: MIT
#include "mote/http/origin_filter.hpp"

#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"

namespace mote::http {

using namespace std::literals;

bool is_same_origin(std::string_view origin, std::string_view host) {
  if (host.empty()) return false;
  for (const std::string_view scheme : {"http://"sv, "https://"sv})
    if (encoding::equal_ignoring_case(text_first(origin, scheme.size()), scheme) &&
        encoding::equal_ignoring_case(text_from(origin, scheme.size()), host))
      return true;
  return false;
}

bool OriginFilter::keeps(std::string_view field_name) const {
  return encoding::list_contains("host,origin"sv, field_name);
}

bool OriginFilter::passes(const Received& request, Responder& responder) {
  if (encoding::list_contains("GET,HEAD,OPTIONS"sv, request.method)) return true;
  const std::string_view origin = request.field("Origin"sv);
  if (!origin.data() || is_same_origin(origin, request.field("Host"sv))) return true;
  for (const std::string_view each : allowed_)
    if (each == "*"sv || each == origin) return true;
  (void)responder.answer(403);
  return false;
}

}  // namespace mote::http
