// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace mote::encoding {

/// Whether `text` can be a host name or an IPv4 address (RFC 3986 §3.2.2): not empty, and no longer
/// than a name can be in DNS. A text whose last label is a number must be four decimal numbers
/// below 256 without leading zeros.
bool is_host_name(std::string_view text);

/// Whether `text`, without brackets, is an IPv6 address; one with a zone is none.
bool is_ipv6(std::string_view text);

}  // namespace mote::encoding
