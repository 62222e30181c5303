// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/status.hpp"
#include "mote/encoding/url.hpp"

namespace mote::http {

/// Whether a client follows responses of this code by itself.
constexpr bool is_redirect(std::uint16_t code) {
  return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
}

/// Whether the request that follows a redirect answered with `code` is a GET instead of `method`
/// (RFC 9110 §15.4). Then the body is dropped, and so are the fields that describe it.
bool becomes_get(std::uint16_t code, std::string_view method);

/// Whether a client may go from one URL to the other: `ok`; `insecure` when TLS would be lost;
/// `bad_url` when `to` is not http or https.
Status may_follow(const encoding::Url& from, const encoding::Url& to);

/// Whether both have the same scheme, host and port (RFC 9110 §4.3.1). Authorization, Cookie and
/// signatures go to the same origin only.
bool same_origin(const encoding::Url& one, const encoding::Url& other);

}  // namespace mote::http
