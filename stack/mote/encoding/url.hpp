// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/byte_writer.hpp"

namespace mote::encoding {

/// The parts of an absolute http, https, ws or wss URL (RFC 3986 §3, RFC 6455 §3). All views point
/// into the text that was parsed.
struct Url {
  enum class Scheme : std::uint8_t { http, https, ws, wss };

  Scheme scheme = Scheme::http;
  std::uint16_t port = 0;       ///< the scheme's own when the text gives none
  std::string_view user_info;   ///< what stands before the @, or empty; never sent by itself
  std::string_view host;        ///< a name or an address, without the brackets of IPv6
  std::string_view host_field;  ///< for the Host field: with the brackets, and a port if it matters
  std::string_view target;      ///< path and query as sent behind root()
  std::string_view fragment;    ///< what stands behind the #; never sent

  /// What must be sent before `target`: "/" when the path is empty (RFC 9112 §3.2.1), else nothing.
  std::string_view root() const {
    return {"/", target.empty() || target[0] != '/' ? std::size_t{1} : 0};
  }
  std::string_view path() const;
  /// What stands behind the ?, or empty.
  std::string_view query() const;
  bool secure() const { return scheme == Scheme::https || scheme == Scheme::wss; }
};

/// Takes `text` apart. `bad_url` when it is not an absolute URL of these four schemes with a host,
/// or has a character that RFC 3986 has no place for: nothing that could end a line, no space, no
/// byte outside of ASCII. Host names with escapes are refused, and so are IPv4 addresses in any
/// form but four decimal numbers, since programs do not agree on what the others mean. Escapes in
/// path and query are neither checked nor changed.
Status parse_url(std::string_view text, Url& url);

/// Appends to `out` the URL that `reference` means where `base` was found, as in a Location field
/// (RFC 3986 §5.2, strict); dot segments of a path that is joined to that of `base` are taken out.
/// `bad_url` when that is none for parse_url(); `too_large` when it does not fit. Then part of it
/// may have been written. The memory of `out` must not be that of `base`.
Status resolve_url(const Url& base, std::string_view reference, ByteWriter& out);

}  // namespace mote::encoding
