// SPDX-License-Identifier: MIT
#include "mote/http/redirect.hpp"

#include "mote/encoding/token.hpp"

namespace mote::http {

using encoding::is_exactly;

bool becomes_get(std::uint16_t code, std::string_view method) {
  if (code == 303) return !is_exactly(method, "GET") && !is_exactly(method, "HEAD");
  return code <= 302 && is_exactly(method, "POST");
}

Status may_follow(const encoding::Url& from, const encoding::Url& to) {
  using Scheme = encoding::Url::Scheme;
  if (to.scheme != Scheme::http && to.scheme != Scheme::https) return Status::bad_url;
  return from.secure() && !to.secure() ? Status::insecure : Status::ok;
}

bool same_origin(const encoding::Url& one, const encoding::Url& other) {
  return one.scheme == other.scheme && one.port == other.port &&
         encoding::equal_ignoring_case(one.host, other.host);
}

}  // namespace mote::http
