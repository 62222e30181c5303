// SPDX-License-Identifier: MIT
#include "mote/topic/publication.hpp"

#include "mote/encoding/json.hpp"
#include "mote/encoding/token.hpp"

namespace mote::topic {

using encoding::take_json_mark;
using encoding::take_json_string;

bool read_publication(std::string_view text, ByteSpan room, Publication& publication) {
  publication = {};
  if (!take_json_mark(text, '{')) return false;
  do {
    std::uint8_t bytes[8];
    ByteWriter name{bytes};
    if (!take_json_string(text, name) || !take_json_mark(text, ':')) return false;
    const bool is_event = encoding::is_exactly(name.text(), "event");
    if (!is_event && !encoding::is_exactly(name.text(), "data")) return false;
    std::string_view& member = is_event ? publication.event : publication.data;
    ByteWriter value{room};
    if (member.data() || !take_json_string(text, value)) return false;
    member = value.text();
    room = room.from(value.size());
  } while (take_json_mark(text, ','));
  if (!publication.data.data() || !take_json_mark(text, '}')) return false;
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace mote::topic
