// SPDX-License-Identifier: MIT
#include "mote/http/redirect.hpp"

#include "mote/encoding/token.hpp"

namespace mote::http {

using namespace std::literals;

std::string_view method_after(std::uint16_t code, std::string_view method) {
  switch (code) {
    case 301:
    case 302: return method == "POST"sv ? "GET"sv : method;
    case 303: return method == "HEAD"sv ? method : "GET"sv;
    case 307:
    case 308: return method;
    default: return {};
  }
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
