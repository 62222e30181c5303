// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace mote {

/// How an operation went. Whoever receives one must look at it.
enum class [[nodiscard]] Status : std::uint8_t{
    ok,
    // Try again, or do it smaller.
    would_block,  ///< no room now; nothing was taken; on_writable will follow
    too_large,    ///< can never fit in this object's limits
    no_slot,      ///< all slots are taken; one becomes free when another is given back
    // This object is not in a state for that.
    not_open,
    busy,  ///< something is under way that must end first
    // The application's mistake.
    bad_url,         ///< not an absolute http, https, ws or wss URL that this object can use
    bad_argument,    ///< text that would not be one field, name or token on the wire
    insecure,        ///< TLS asked of a transport that has none
    not_repeatable,  ///< had to be sent again, but its body cannot begin again
    // The network.
    unresolved,   ///< the name has no address
    refused,      ///< nobody listens there
    unreachable,  ///< no link, no route, or both were lost
    reset,
    timed_out,
    // TLS: each refusal has its own reason.
    tls_failed,
    tls_memory,
    record_too_large,
    truncated,
    clock_unknown,
    untrusted_root,
    wrong_name,
    expired,
    // The peer.
    protocol_error,      ///< it broke the protocol; the connection is being closed
    http_status,         ///< it answered, but not what was asked for
    wrong_type,          ///< it answered with another Content-Type than was asked for
    too_many_redirects,  ///< more in a row than the client follows
    unauthorised,
    too_slow,  ///< it does not take what is sent to it
    closed,    ///< an orderly end
};

/// Which layer noticed.
enum class Layer : std::uint8_t { application, resolver, tcp, tls, http, ws, sse };

/// Why something ended: what to do, where it happened, and the number that layer gave it.
struct Failure {
  Status status;
  Layer layer;
  std::int32_t native;  ///< errno, err_t, an Mbed TLS code, an HTTP status, a close code; or 0
};

/// A short English text, such as "timed out". Linked only when used.
std::string_view to_string(Status status);

/// The layer's name as people write it, such as "HTTP". Linked only when used.
std::string_view to_string(Layer layer);

}  // namespace mote
