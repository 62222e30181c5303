// SPDX-License-Identifier: MIT
#include "mote/http/handler.hpp"

#include "mote/encoding/hex.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/responder.hpp"

namespace mote::http {
namespace {

/// Takes what stands before the next `/` off the front of `path`, and that `/`.
std::string_view take_segment(std::string_view& path) {
  const std::size_t end = path.find('/');
  const std::string_view segment = text_first(path, end);
  path = end == std::string_view::npos ? std::string_view{} : text_from(path, end + 1);
  return segment;
}

}  // namespace

void Handler::on_held_out(Responder& responder) { (void)responder.answer(204); }

bool Handler::keeps(std::string_view field_name) const {
  return encoding::list_contains(
      "accept,authorization,content-type,cookie,if-none-match,last-event-id,origin,range",
      field_name);
}

bool path_fits(std::string_view pattern,
               std::string_view path,
               std::string_view name,
               std::string_view& parameter) {
  while (!pattern.empty() && pattern.front() != '*') {
    const bool more = path.find('/') != std::string_view::npos;
    if (more != (pattern.find('/') != std::string_view::npos)) return false;
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted.size() > 1 && wanted.front() == '{') {
      if (given.empty()) return false;
      if (text_first(text_from(wanted, 1), wanted.size() - 2) == name) parameter = given;
    } else if (wanted != given) {
      return false;
    }
    if (!more) return pattern.empty();
    if (pattern.empty()) return path.empty();
  }
  if (!pattern.empty() && name == pattern) parameter = path;
  return !pattern.empty() || path.empty();
}

bool is_plain_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  path = text_from(path, 1);
  for (bool more = true; more;) {
    more = path.find('/') != std::string_view::npos;
    const std::string_view segment = take_segment(path);
    std::size_t dots = 0, characters = 0;
    for (std::size_t at = 0; at < segment.size(); ++at, ++characters) {
      std::uint32_t c = static_cast<std::uint8_t>(segment[at]);
      if (c == '%') {
        if (segment.size() - at < 3) return false;
        const std::uint32_t high = encoding::hex_value(segment[at + 1]);
        const std::uint32_t low = encoding::hex_value(segment[at + 2]);
        c = high << 4 | low;
        if (c == 0 || (high | low) == encoding::not_hex) return false;
        at += 2;
      }
      dots += c == '.';
    }
    if (dots == characters && (dots == 1 || dots == 2)) return false;
  }
  return true;
}

}  // namespace mote::http
