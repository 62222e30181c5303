// SPDX-License-Identifier: MIT
// What is written is read back as one event with that type, data and id, or was refused. The first
// two bytes are the sizes of type and id.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "mote/sse/event_parser.hpp"
#include "mote/sse/event_writer.hpp"

namespace {

/// As a reader sees data: every end of a line is LF.
std::string with_line_feeds(std::string_view data) {
  std::string text;
  for (std::size_t at = 0; at < data.size(); ++at) {
    if (data[at] == '\n' && at > 0 && data[at - 1] == '\r') continue;
    text += data[at] == '\r' ? '\n' : data[at];
  }
  return text;
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mote;
  if (size < 2) return 0;
  const std::string_view all = text_of({data + 2, size - 2});
  const sse::Event event{text_first(all, data[0]),
                         text_from(all, std::size_t{data[0]} + data[1]),
                         text_first(text_from(all, data[0]), data[1])};
  const std::size_t most =
      sse::event_bytes_max(event.data.size(), event.id.size(), event.type.size());
  std::vector<std::uint8_t> room(most);
  ByteWriter out{{room.data(), most}};
  const Status status = sse::write_event(out, event);
  const bool good = is_one_line(event.type) && is_one_line(event.id);
  if (status != (good ? Status::ok : Status::bad_argument)) std::abort();
  if (!good) return 0;

  std::vector<std::uint8_t> memory(4 * most + 64);
  sse::EventParser parser({memory.data(), memory.size()});
  const auto step = parser.next(out.written());
  if (step.kind != sse::EventParser::Kind::event || step.used != out.size()) std::abort();
  const sse::Event& read = parser.event();
  if (read.type != (event.type.empty() ? "message" : event.type)) std::abort();
  if (read.id != event.id || read.data != with_line_feeds(event.data)) std::abort();
  return 0;
}
