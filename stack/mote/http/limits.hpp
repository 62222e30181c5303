// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/base/time.hpp"

namespace mote::http {

/// How long a Client waits, and how much it takes. May be changed at any time; what is under way is
/// measured by it from its next step on. Beside these, a response head has at most
/// HeadParser::bytes_max bytes and HeadParser::fields_max fields, and no line longer than rx.
struct Limits {
  static constexpr std::size_t none = ~std::size_t{0};

  Duration connect{15'000};  ///< from send() until the connection stands: name, TCP, TLS
  Duration head{30'000};     ///< from the last byte of the request to the end of the response head
  Duration idle{30'000};     ///< without a byte of either body, the peer's or ours, going on
  Duration whole = Duration::forever();  ///< from send() to on_done; at most 24 days
  Duration kept{60'000};                 ///< that an unused connection is kept
  std::size_t body_bytes_max = none;     ///< more is `too_large`; the default: no limit
  std::uint8_t redirects_max = 5;        ///< one more is `too_many_redirects`
};

}  // namespace mote::http
