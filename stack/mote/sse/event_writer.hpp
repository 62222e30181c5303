// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/byte_writer.hpp"
#include "mote/base/time.hpp"
#include "mote/sse/event.hpp"

namespace mote::sse {

/// Bytes that an event takes at most: each byte of its data may end a line, and then becomes seven.
constexpr std::size_t event_bytes_max(std::size_t data_bytes,
                                      std::size_t id_bytes = 0,
                                      std::size_t type_bytes = 0) {
  return 7 * data_bytes + id_bytes + type_bytes + 21;
}

/// Writes one event (WHATWG HTML §9.2.5), each line of its data, however it ends, as a field of its
/// own: whatever the data holds, it stays data, and comes out with LF for every end of a line. A
/// type that is empty or "message" is left out. `bad_argument`: CR, LF or NUL in type or id.
/// `too_large`: `out` has no room for all of it. Then nothing of it is written.
Status write_event(ByteWriter& out, const Event& event);

/// Writes how long the client is to wait before it reconnects, from now on. As above.
Status write_retry(ByteWriter& out, Duration retry);

/// Writes what every client passes over; each of its lines as a comment. As above.
Status write_comment(ByteWriter& out, std::string_view text);

}  // namespace mote::sse
