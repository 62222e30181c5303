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
    tls_failed,        ///< for none of the reasons below
    tls_memory,        ///< what TLS may allocate is used up
    tls_alert,         ///< the peer refused, with the alert that the native code names
    key_update,        ///< the peer changed its keys in the midst of a connection
    record_too_large,  ///< for the memory that was given for one
    truncated,         ///< the stream ended without close_notify
    clock_unknown,     ///< dates cannot be checked yet
    no_roots,          ///< nobody has said whose certificates to believe
    // The peer's certificate.
    untrusted_root,          ///< unknown, or signed by itself, or one in the middle is missing
    wrong_name,              ///< it is for another name or address
    expired,                 ///< it, or a signature, is not valid any more
    not_yet_valid,           ///< valid later only
    wrong_usage,             ///< it is not for this side of TLS, or its issuer may not issue
    weak_certificate,        ///< its key, its signature or its curve is not accepted
    unreadable_certificate,  ///< malformed, or with a critical extension that is not evaluated
    wrong_pin,               ///< its key is none of those expected
    refused_certificate,     ///< by the application
    no_certificate,          ///< the peer has shown none
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
