// SPDX-License-Identifier: MIT
#include "mote/http/guarded.hpp"

#include "mote/http/responder.hpp"

namespace mote::http {

bool Guarded::keeps(std::string_view field_name) const {
  return guard_.keeps(field_name) || handler_.keeps(field_name);
}

bool Guarded::on_head(const Received& request, Responder& responder) {
  if (!guard_.passes(request, responder)) return false;
  responder.pass_to(handler_);
  return handler_.on_head(request, responder);
}

void Guarded::on_request(const Received& request, Responder& responder) {
  if (!guard_.passes(request, responder)) return;
  responder.pass_to(handler_);
  handler_.on_request(request, responder);
}

}  // namespace mote::http
