// SPDX-License-Identifier: MIT
#include "mote/encoding/url.hpp"

#include "mote/encoding/characters.hpp"
#include "mote/encoding/host.hpp"
#include "mote/encoding/token.hpp"

namespace mote::encoding {
namespace {

using namespace std::literals;

constexpr std::size_t host_bytes_max = 253;  // what a name can have in DNS (RFC 1035 §2.3.4)

bool begins_with(std::string_view text, std::string_view with) {
  return equal_ignoring_case(text_first(text, with.size()), with);
}

/// Takes what stands before the first of `marks` off the front of `text`.
std::string_view take_until(std::string_view& text, std::string_view marks) {
  std::size_t at = 0;
  while (at < text.size() && marks.find(text[at]) == std::string_view::npos) ++at;
  const std::string_view front = text_first(text, at);
  text.remove_prefix(at);
  return front;
}

/// Takes the scheme and :// off the front of `text`.
bool take_scheme(std::string_view& text, Url& url) {
  const bool web = begins_with(text, "http"sv);
  if (!web && !begins_with(text, "ws"sv)) return false;
  text.remove_prefix(web ? 4 : 2);
  const bool secure = begins_with(text, "s"sv);
  if (secure) text.remove_prefix(1);
  url.scheme = web      ? secure ? Url::Scheme::https : Url::Scheme::http
               : secure ? Url::Scheme::wss
                        : Url::Scheme::ws;
  const bool good = begins_with(text, "://"sv);
  text = text_from(text, 3);
  return good;
}

/// The port in decimal; false when it is more than 16 bits, or 0, where nobody can be reached.
bool read_port(std::string_view digits, std::uint16_t& port) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint8_t>(c - '0');
    value = value * 10 + digit;
    if (digit > 9 || value > 0xFFFF) return false;
  }
  port = static_cast<std::uint16_t>(value);
  return value != 0;
}

/// host [":" port], where the host may be an IPv6 address in brackets.
bool read_host(std::string_view text, Url& url) {
  std::string_view port = text;
  if (begins_with(text, "["sv)) {
    url.host = text_from(take_until(port, "]"sv), 1);
    if (port.empty() || !is_ipv6(url.host)) return false;
    port.remove_prefix(1);
  } else {
    url.host = take_until(port, ":"sv);
    if (!is_host_name(url.host) || url.host.size() > host_bytes_max) return false;
  }
  url.host_field = text_first(text, text.size() - port.size());
  const std::uint16_t usual = url.secure() ? 443 : 80;
  url.port = usual;
  if (port.empty()) return true;
  if (port[0] != ':') return false;
  port.remove_prefix(1);
  if (!port.empty() && !read_port(port, url.port)) return false;
  if (url.port != usual) url.host_field = text;
  return true;
}

/// Appends `path` to what `out` has had since `root`, which is a slash, and now ends in one
/// (RFC 3986 §5.2.4).
void put_path(ByteWriter& out, std::size_t root, std::string_view path) {
  while (!path.empty() && out.status() == Status::ok) {
    const std::string_view segment = take_until(path, "/"sv);
    const std::string_view slash = text_first(path, 1);
    path = text_from(path, 1);
    if (segment == ".."sv) {
      std::size_t size = out.size() - 1;
      while (size > root && out.text()[size - 1] != '/') --size;
      out.cut_to(size > root ? size : root + 1);
    } else if (segment != "."sv) {
      out.put(segment).put(slash);
    }
  }
}

/// Whether `reference` begins with a scheme: a letter, and a colon before any other mark.
bool has_scheme(std::string_view reference) {
  const std::string_view first = take_until(reference, ":/?#"sv);
  return !first.empty() && (first[0] | 0x20) >= 'a' && (first[0] | 0x20) <= 'z' &&
         begins_with(reference, ":"sv);
}

/// What a reference without an authority means at `base` (RFC 3986 §5.2.2).
void put_relative(const Url& base, std::string_view reference, ByteWriter& out) {
  out.put("//"sv);
  if (!base.user_info.empty()) out.put(base.user_info).put('@');
  out.put(base.host_field);
  const std::string_view path = take_until(reference, "?#"sv);
  if (path.empty()) {
    out.put(begins_with(reference, "?"sv) ? base.path() : base.target);
  } else {
    const std::size_t root = out.size();
    out.put('/');
    if (path[0] != '/') {
      std::string_view directory = base.path();
      while (!directory.empty() && directory.back() != '/') directory.remove_suffix(1);
      put_path(out, root, text_from(directory, 1));
    }
    put_path(out, root, text_from(path, path[0] == '/' ? 1 : 0));
  }
  out.put(reference);
}

}  // namespace

std::string_view Url::path() const { return text_first(target, target.find('?')); }

std::string_view Url::query() const { return text_from(text_from(target, path().size()), 1); }

Status parse_url(std::string_view text, Url& url) {
  url = {};
  for (const char c : text)
    if (!is_in(url_character, static_cast<std::uint8_t>(c))) return Status::bad_url;
  if (!take_scheme(text, url)) return Status::bad_url;
  std::string_view authority = take_until(text, "/?#"sv);
  if (const std::size_t at = authority.find('@'); at != std::string_view::npos) {
    url.user_info = text_first(authority, at);
    authority.remove_prefix(at + 1);
  }
  url.target = take_until(text, "#"sv);
  url.fragment = text_from(text, 1);
  return read_host(authority, url) ? Status::ok : Status::bad_url;
}

Status resolve_url(const Url& base, std::string_view reference, ByteWriter& out) {
  const std::size_t start = out.size();
  if (has_scheme(reference)) {
    out.put(reference);
  } else {
    const bool web = base.scheme <= Url::Scheme::https;
    out.put(web ? "http"sv : "ws"sv).put(base.secure() ? "s:"sv : ":"sv);
    if (begins_with(reference, "//"sv))
      out.put(reference);
    else
      put_relative(base, reference, out);
  }
  if (out.status() != Status::ok) return Status::too_large;
  Url url;
  return parse_url(text_from(out.text(), start), url);
}

}  // namespace mote::encoding
