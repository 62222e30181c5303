// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace mote::sse {

/// One event of a stream.
struct Event {
  std::string_view type;  ///< "message" unless the server says otherwise
  std::string_view data;  ///< its lines, joined by \n
  /// As received: the last id that the stream gave, also when this event brought none. To send:
  /// the event's own, if it has data(); empty takes back the last one.
  std::string_view id;
};

}  // namespace mote::sse
