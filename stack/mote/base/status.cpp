// SPDX-License-Identifier: MIT
#include "mote/base/status.hpp"

namespace mote {
namespace {

// One text behind the other, in the order of the enumerators: neither a switch nor pointers to
// them.
constexpr char status_texts[] =
    "ok\0"
    "no room now\0"
    "too large\0"
    "no free slot\0"
    "not open\0"
    "busy\0"
    "bad URL\0"
    "bad argument\0"
    "TLS needed, but this transport has none\0"
    "cannot be sent again\0"
    "name not resolved\0"
    "connection refused\0"
    "unreachable\0"
    "connection reset\0"
    "timed out\0"
    "TLS failed\0"
    "TLS ran out of memory\0"
    "refused by a TLS alert\0"
    "TLS keys changed meanwhile\0"
    "TLS record too large\0"
    "stream truncated\0"
    "clock not set\0"
    "no roots of trust\0"
    "certificate from an unknown root\0"
    "certificate for another name\0"
    "expired\0"
    "certificate not valid yet\0"
    "certificate for another use\0"
    "certificate too weak\0"
    "certificate not readable\0"
    "certificate with another key\0"
    "certificate refused\0"
    "no certificate shown\0"
    "protocol error\0"
    "unexpected HTTP status\0"
    "unexpected content type\0"
    "too many redirects\0"
    "unauthorised\0"
    "peer too slow\0"
    "closed\0";

constexpr char layer_texts[] =
    "application\0"
    "resolver\0"
    "TCP\0"
    "TLS\0"
    "HTTP\0"
    "WebSocket\0"
    "SSE\0";

/// The number of texts, with the empty one at the very end.
template <std::size_t Size>
constexpr unsigned count(const char (&texts)[Size]) {
  unsigned found = 0;
  for (const char character : texts) found += character == 0;
  return found;
}

static_assert(count(status_texts) - 1 == static_cast<unsigned>(Status::closed) + 1);
static_assert(count(layer_texts) - 1 == static_cast<unsigned>(Layer::sse) + 1);

std::string_view text_at(const char* texts, unsigned index) {
  for (; index != 0; --index) texts += std::string_view(texts).size() + 1;
  return texts;
}

}  // namespace

std::string_view to_string(Status status) {
  return status > Status::closed ? "unknown" : text_at(status_texts, static_cast<unsigned>(status));
}

std::string_view to_string(Layer layer) {
  return layer > Layer::sse ? "unknown" : text_at(layer_texts, static_cast<unsigned>(layer));
}

}  // namespace mote
