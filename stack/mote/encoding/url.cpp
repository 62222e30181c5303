// SPDX-License-Identifier: MIT
#include "mote/encoding/url.hpp"

#include <cstring>

#include "mote/encoding/characters.hpp"
#include "mote/encoding/host.hpp"
#include "mote/encoding/token.hpp"

namespace mote::encoding {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// The first of `marks` between the two; `end` when there is none.
const char* find(const char* at, const char* end, const char* marks) {
  while (at != end && !std::strchr(marks, *at)) ++at;
  return at;
}

/// The port in decimal, of 16 bits; 0, where nobody can be reached, when it is anything else.
std::uint16_t read_port(const char* at, const char* end) {
  std::uint32_t value = 0;
  while (at != end) {
    const auto digit = static_cast<std::uint8_t>(*at++ - '0');
    value = value * 10 + digit;
    if (digit > 9 || value > 0xFFFF) return 0;
  }
  return static_cast<std::uint16_t>(value);
}

/// host [":" [port]], where the host may be an IPv6 address in brackets.
bool read_host(const char* at, const char* end, Url& url) {
  const bool literal = at != end && *at == '[';
  const char* behind = find(at, end, literal ? "]" : ":");
  url.host = between(literal ? at + 1 : at, behind);
  if (literal ? behind++ == end || !is_ipv6(url.host) : !is_host_name(url.host)) return false;
  url.host_field = between(at, behind);
  url.port = url.secure() ? 443 : 80;
  if (behind == end) return true;
  if (*behind++ != ':') return false;
  if (behind == end) return true;
  const std::uint16_t port = read_port(behind, end);
  if (port != url.port) url.host_field = between(at, end);
  url.port = port;
  return port != 0;
}

/// Appends the path between the two to what `out` has had since `root`, which is a slash, and now
/// ends in one (RFC 3986 §5.2.4).
void put_path(ByteWriter& out, std::size_t root, const char* at, const char* end) {
  while (at != end && out.status() == Status::ok) {
    const char* const begin = at;
    at = find(at, end, "/");
    const std::string_view segment = between(begin, at);
    if (at != end) ++at;  // its slash
    if (is_exactly(segment, "..")) {
      std::size_t size = out.size() - 1;
      while (size > root && out.text()[size - 1] != '/') --size;
      out.cut_to(size > root ? size : root + 1);
    } else if (!is_exactly(segment, ".")) {
      out.put(between(begin, at));
    }
  }
}

/// What a reference without an authority means at `base` (RFC 3986 §5.2.2).
void put_relative(const Url& base, const char* at, const char* end, ByteWriter& out) {
  out.put("//");
  if (!base.user_info.empty()) out.put(base.user_info).put('@');
  out.put(base.host_field);
  const char* const begin = base.target.data();
  const char* behind = find(begin, begin + base.target.size(), "?");  // the base's path
  const char* const path = at;
  at = find(at, end, "?#");
  if (path == at) {
    out.put(at != end && *at == '?' ? between(begin, behind) : base.target);
  } else {
    const std::size_t root = out.size();
    out.put('/');
    if (*path != '/') {
      while (behind != begin && behind[-1] != '/') --behind;
      if (behind != begin) put_path(out, root, begin + 1, behind);
    }
    put_path(out, root, *path == '/' ? path + 1 : path, at);
  }
  out.put(between(at, end));
}

}  // namespace

std::string_view Url::path() const { return text_first(target, target.find('?')); }

std::string_view Url::query() const { return text_from(text_from(target, path().size()), 1); }

Status parse_url(std::string_view text, Url& url) {
  url = {};
  for (const char c : text)
    if (!is_in(url_character, static_cast<std::uint8_t>(c))) return Status::bad_url;
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* mark = find(at, end, ":");
  const std::size_t scheme = word_in(between(at, mark), "http,https,ws,wss");
  if (scheme == 0 || end - mark < 3 || std::memcmp(mark, "://", 3) != 0) return Status::bad_url;
  url.scheme = static_cast<Url::Scheme>(scheme - 1);
  at = mark + 3;
  const char* const target = find(at, end, "/?#");
  mark = find(at, target, "@");
  if (mark != target) {
    url.user_info = between(at, mark);
    at = mark + 1;
  }
  mark = find(target, end, "#");
  url.target = between(target, mark);
  if (mark != end) url.fragment = between(mark + 1, end);
  return read_host(at, target, url) ? Status::ok : Status::bad_url;
}

Status resolve_url(const Url& base, std::string_view reference, ByteWriter& out) {
  const std::size_t start = out.size();
  const char* const at = reference.data();
  const char* const end = at + reference.size();
  const char* const mark = find(at, end, ":/?#");
  // A scheme is a letter and more, with a colon before any other mark.
  const bool has_scheme = mark != end && *mark == ':' && (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z';
  if (!has_scheme) {
    out.put(base.scheme <= Url::Scheme::https ? "http" : "ws");
    out.put(base.secure() ? "s:" : ":");
  }
  if (has_scheme || (end - at >= 2 && at[0] == '/' && at[1] == '/'))
    out.put(reference);
  else
    put_relative(base, at, end, out);
  if (out.status() != Status::ok) return Status::too_large;
  Url url;
  return parse_url(text_from(out.text(), start), url);
}

}  // namespace mote::encoding
