// SPDX-License-Identifier: MIT
#include "mote/encoding/url.hpp"

#include "mote/encoding/characters.hpp"
#include "mote/encoding/host.hpp"
#include "mote/encoding/token.hpp"

namespace mote::encoding {
namespace {

using namespace std::literals;

constexpr std::size_t host_bytes_max = 253;  // what a name can have in DNS (RFC 1035 §2.3.4)

constexpr std::string_view scheme_names[] = {"http", "https", "ws", "wss"};

constexpr std::string_view none{};

/// Takes what stands before the first of `marks` off the front of `text`.
std::string_view take_until(std::string_view& text, std::string_view marks) {
  const std::string_view front = text_first(text, text.find_first_of(marks));
  text.remove_prefix(front.size());
  return front;
}

bool has_only(std::uint8_t wanted, std::string_view also, std::string_view text) {
  for (const char c : text)
    if (!is_in(wanted, static_cast<std::uint8_t>(c)) && also.find(c) == std::string_view::npos)
      return false;
  return true;
}

/// The scheme and the colon behind it, or nothing (RFC 3986 §3.1).
std::string_view scheme_of(std::string_view reference) {
  std::size_t at = 0;
  while (at < reference.size() && is_in(scheme_character, static_cast<std::uint8_t>(reference[at])))
    ++at;
  const bool letter = at != 0 && (reference[0] | 0x20) >= 'a';
  return letter && at < reference.size() && reference[at] == ':' ? text_first(reference, at + 1)
                                                                 : none;
}

/// The port in decimal; false when it is more than 16 bits, or 0, where nobody can be reached.
bool read_port(std::string_view digits, std::uint16_t& port) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint8_t>(c - '0');
    if (digit > 9) return false;
    value = value * 10 + digit;
    if (value > 0xFFFF) return false;
  }
  port = static_cast<std::uint16_t>(value);
  return value != 0;
}

/// host [":" port], where the host may be an IPv6 address in brackets.
bool read_host(std::string_view text, Url& url) {
  const bool literal = text_first(text, 1) == "["sv;
  const std::size_t end = literal ? text.find(']') : text.find(':');
  url.host = literal ? text_first(text_from(text, 1), end - 1) : text_first(text, end);
  if (literal && end == std::string_view::npos) return false;
  if (!(literal ? is_ipv6(url.host) : is_host_name(url.host))) return false;
  if (url.host.size() > host_bytes_max) return false;
  url.host_field = text_first(text, literal ? end + 1 : end);
  std::string_view port = text_from(text, url.host_field.size());
  const std::uint16_t usual = url.secure() ? 443 : 80;
  url.port = usual;
  if (port.empty()) return true;
  if (port[0] != ':') return false;
  port.remove_prefix(1);
  if (!port.empty() && !read_port(port, url.port)) return false;
  if (url.port != usual) url.host_field = text;
  return true;
}

/// Appends `path` to what `out` has had since `start`, which ends in a slash (RFC 3986 §5.2.4).
void put_path(ByteWriter& out, std::size_t start, std::string_view path) {
  while (!path.empty()) {
    const std::string_view segment = take_until(path, "/"sv);
    const bool last = path.empty();
    if (!last) path.remove_prefix(1);
    if (segment == ".."sv) {
      const std::string_view before = text_from(text_first(out.text(), out.size() - 1), start);
      const std::size_t slash = before.rfind('/');
      out.cut_to(slash == std::string_view::npos ? start + 1 : start + slash + 1);
    } else if (segment != "."sv) {
      out.put(segment);
      if (!last) out.put('/');
    }
    if (out.status() != Status::ok) return;
  }
}

}  // namespace

std::string_view Url::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? none : text_from(target, mark + 1);
}

Status parse_url(std::string_view text, Url& url) {
  url = {};
  std::string_view rest = text;
  const std::string_view scheme = scheme_of(rest);
  rest.remove_prefix(scheme.size());
  bool known = false;
  for (std::size_t at = 0; !known && at < 4; ++at) {
    url.scheme = Url::Scheme{static_cast<std::uint8_t>(at)};
    known = equal_ignoring_case(text_first(scheme, scheme.size() - 1), scheme_names[at]);
  }
  if (!known || text_first(rest, 2) != "//"sv) return Status::bad_url;
  rest.remove_prefix(2);
  std::string_view authority = take_until(rest, "/?#"sv);
  if (const std::size_t at = authority.find('@'); at != std::string_view::npos) {
    url.user_info = text_first(authority, at);
    authority.remove_prefix(at + 1);
  }
  if (!has_only(host_character, ":%"sv, url.user_info) || !read_host(authority, url))
    return Status::bad_url;
  url.target = take_until(rest, "#"sv);
  if (!rest.empty()) url.fragment = text_from(rest, 1);
  const bool good =
      has_only(url_character, none, url.target) && has_only(url_character, none, url.fragment);
  return good ? Status::ok : Status::bad_url;
}

Status resolve_url(const Url& base, std::string_view reference, ByteWriter& out) {
  const std::size_t start = out.size();
  const std::string_view scheme = scheme_of(reference);
  reference.remove_prefix(scheme.size());
  std::string_view path = take_until(reference, "?#"sv);
  std::string_view query = take_until(reference, "#"sv);
  const bool has_authority = text_first(path, 2) == "//"sv;
  // http:path is allowed to old programs only (§5.2.2); another scheme without // is not ours.
  if (!scheme.empty() && !has_authority) return Status::bad_url;
  if (scheme.empty())
    out.put(scheme_names[static_cast<std::size_t>(base.scheme)]).put(':');
  else
    out.put(scheme);
  out.put("//"sv);
  std::string_view directory;
  if (has_authority) {
    path.remove_prefix(2);
    out.put(take_until(path, "/"sv));
  } else {
    if (!base.user_info.empty()) out.put(base.user_info).put('@');
    out.put(base.host_field);
    if (path.empty()) {
      path = base.path();
      if (query.empty()) query = text_from(base.target, path.size());
    } else if (path[0] != '/') {
      const std::string_view whole = base.path();
      directory = text_first(whole, whole.rfind('/') + 1);
      if (directory.empty()) directory = "/"sv;
    }
  }
  const std::size_t root = out.size();
  // Of directory and path one begins with a slash, unless there is no path at all.
  std::string_view& first = directory.empty() ? path : directory;
  if (!first.empty()) {
    out.put('/');
    first.remove_prefix(1);
    put_path(out, root, directory);
    put_path(out, root, path);
  }
  out.put(query).put(reference);
  if (out.status() != Status::ok) return out.status();
  Url url;
  return parse_url(text_from(out.text(), start), url);
}

}  // namespace mote::encoding
