// SPDX-License-Identifier: MIT
// A stream read whole and in pieces gives the same events, in any room, and leaves it only for what
// does not fit. The first byte is the size of the room, the second that of the pieces.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "mote/sse/event_parser.hpp"

namespace {

using mote::sse::EventParser;

std::string read(const std::uint8_t* stream, std::size_t size, std::size_t room, std::size_t each) {
  std::vector<std::uint8_t> memory(room);
  EventParser parser({memory.data(), room});
  std::string said;
  for (std::size_t at = 0; at < size; at += each) {
    const std::vector<std::uint8_t> exact(stream + at, stream + std::min(size, at + each));
    mote::ByteView input{exact.data(), exact.size()};
    for (;;) {
      const EventParser::Step step = parser.next(input);
      if (step.used > input.size()) std::abort();
      input = input.from(step.used);
      if (step.kind == EventParser::Kind::need_more) break;
      if (step.used == 0) std::abort();
      const mote::sse::Event& event = parser.event();
      said += std::to_string(static_cast<int>(step.kind));
      for (const std::string_view text : {event.type, event.data, event.id})
        said.append(text).append(1, '\x1F');
      if (event.id.find_first_of(std::string_view("\r\n\0", 3)) != event.id.npos) std::abort();
      if (event.data.find('\r') != event.data.npos) std::abort();
    }
    if (!input.empty()) std::abort();
  }
  parser.restart();
  return said.append(parser.last_id()) + std::to_string(parser.retry().ms);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t room = data[0], each = std::size_t{1} + data[1];
  data += 2;
  size -= 2;
  if (read(data, size, room, size + 1) != read(data, size, room, each)) std::abort();
  return 0;
}
