// SPDX-License-Identifier: MIT
#include "mote/base/status.hpp"

namespace mote {

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok: return "ok";
    case Status::would_block: return "no room now";
    case Status::too_large: return "too large";
    case Status::no_slot: return "no free slot";
    case Status::not_open: return "not open";
    case Status::busy: return "busy";
    case Status::bad_url: return "bad URL";
    case Status::bad_argument: return "bad argument";
    case Status::insecure: return "TLS needed, but this transport has none";
    case Status::not_repeatable: return "cannot be sent again";
    case Status::unresolved: return "name not resolved";
    case Status::refused: return "connection refused";
    case Status::unreachable: return "unreachable";
    case Status::reset: return "connection reset";
    case Status::timed_out: return "timed out";
    case Status::tls_failed: return "TLS failed";
    case Status::tls_memory: return "TLS ran out of memory";
    case Status::record_too_large: return "TLS record too large";
    case Status::truncated: return "stream truncated";
    case Status::clock_unknown: return "clock not set";
    case Status::untrusted_root: return "certificate from an unknown root";
    case Status::wrong_name: return "certificate for another name";
    case Status::expired: return "certificate expired";
    case Status::protocol_error: return "protocol error";
    case Status::http_status: return "unexpected HTTP status";
    case Status::wrong_type: return "unexpected content type";
    case Status::too_many_redirects: return "too many redirects";
    case Status::unauthorised: return "unauthorised";
    case Status::too_slow: return "peer too slow";
    case Status::closed: return "closed";
  }
  return "unknown";
}

std::string_view to_string(Layer layer) {
  switch (layer) {
    case Layer::application: return "application";
    case Layer::resolver: return "resolver";
    case Layer::tcp: return "TCP";
    case Layer::tls: return "TLS";
    case Layer::http: return "HTTP";
    case Layer::ws: return "WebSocket";
    case Layer::sse: return "SSE";
  }
  return "unknown";
}

}  // namespace mote
