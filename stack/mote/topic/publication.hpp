// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"

namespace mote::topic {

/// What a client of `mote.v1` sends to have it published: `{"event":"chat","data":"hello"}`.
struct Publication {
  std::string_view event;  ///< empty when the client did not say
  std::string_view data;
};

/// Reads one, strictly: an object of these two strings, the first of which may be absent, and
/// nothing else. The views lie in `room`, which is at least as large as `text`.
bool read_publication(std::string_view text, ByteSpan room, Publication& publication);

}  // namespace mote::topic
