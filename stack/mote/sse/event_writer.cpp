// SPDX-License-Identifier: MIT
#include "mote/sse/event_writer.hpp"

namespace mote::sse {
namespace {

using namespace std::literals;

bool is_one_line(std::string_view text) {
  for (const char c : text)
    if (c == '\n' || c == '\r' || c == '\0') return false;
  return true;
}

/// Writes `text` line by line, each behind `name`.
void put_lines(ByteWriter& out, std::string_view name, std::string_view text) {
  for (bool more = true; more;) {
    std::size_t end = 0;
    while (end != text.size() && text[end] != '\n' && text[end] != '\r') ++end;
    out.put(name).put(text_first(text, end)).put('\n');
    more = end != text.size();
    const bool two = text_first(text_from(text, end), 2) == "\r\n"sv;
    text = text_from(text, end + (two ? 2 : 1));
  }
}

/// Ends the block that began at `start`, or takes it back.
Status end_block(ByteWriter& out, std::size_t start) {
  out.put('\n');
  if (out.status() != Status::ok) out.cut_to(start);
  return out.status();
}

}  // namespace

Status write_event(ByteWriter& out, const Event& event) {
  if (!is_one_line(event.type) || !is_one_line(event.id)) return Status::bad_argument;
  const std::size_t start = out.size();
  if (event.id.data()) out.put("id: "sv).put(event.id).put('\n');
  if (!event.type.empty() && event.type != "message"sv)
    out.put("event: "sv).put(event.type).put('\n');
  put_lines(out, "data: "sv, event.data);
  return end_block(out, start);
}

Status write_retry(ByteWriter& out, Duration retry) {
  const std::size_t start = out.size();
  out.put("retry: "sv).number(retry.ms).put('\n');
  return end_block(out, start);
}

Status write_comment(ByteWriter& out, std::string_view text) {
  const std::size_t start = out.size();
  put_lines(out, ":"sv, text);
  return end_block(out, start);
}

}  // namespace mote::sse
