// SPDX-License-Identifier: MIT
#include "mote/topic/writing.hpp"

#include <algorithm>

#include "mote/encoding/json.hpp"
#include "mote/sse/event_writer.hpp"

namespace mote::topic {
namespace {

using namespace std::literals;

/// What stands behind the messages of an answer at most, when there is a gap.
constexpr std::size_t tail_bytes_max =
    R"(],"missed":4294967295,"more":false,"last":"ffffffff-4294967295","restarted":true})"sv.size();

/// Where who stands at `place` reads on, and whether he has to begin anew.
Cursor cursor_of(const Topic& topic, std::uint32_t place, bool& restarted) {
  const Cursor at{topic.last().epoch, place};
  restarted = !topic.knows(at);
  return restarted ? topic.first() : at;
}

/// `{"id":"5f3a9c01-42"`
void put_begin(ByteWriter& out, Cursor id) {
  out.put(R"({"id":")"sv);
  put_id(out, id);
  out.put('"');
}

Cursor put_gap(ByteWriter& out, Cursor behind, std::uint32_t missed) {
  put_begin(out, behind);
  out.put(R"(,"missed":)"sv).number(missed).put('}');
  return behind;
}

void put_event(ByteWriter& out, std::string_view type, std::string_view data, Cursor id) {
  std::uint8_t room[id_bytes_max];
  ByteWriter text{room};
  put_id(text, id);
  // What does not fit sticks to `out`.
  (void)sse::write_event(out, {type, data, text.text()});
}

void put_missed(ByteWriter& out, std::uint32_t missed, Cursor id) {
  std::uint8_t room[24];
  ByteWriter data{room};
  data.put(R"({"missed":)"sv).number(missed).put('}');
  put_event(out, "mote.missed"sv, data.text(), id);
}

/// Appends what was written into the free part of `out`, if it is whole.
bool append(ByteWriter& out, const ByteWriter& piece) {
  if (piece.status() != Status::ok) return false;
  out.took(piece.size());
  return true;
}

}  // namespace

std::uint32_t place_of(const Topic& topic, std::string_view id) {
  if (id == "latest"sv) return topic.last().sequence;
  Cursor cursor;
  return read_id(id, cursor) && topic.knows(cursor) ? cursor.sequence : nowhere;
}

bool has_news(const Topic& topic, std::uint32_t place) { return topic.last().sequence != place; }

void put_message(ByteWriter& out, const Message& message) {
  put_begin(out, message.id);
  out.put(R"(,"event":)"sv);
  encoding::put_json(out, message.event);
  out.put(R"(,"data":)"sv);
  encoding::put_json(out, message.data);
  out.put('}');
}

Cursor put_object(ByteWriter& out, const Topic& topic, std::uint32_t place) {
  bool restarted = false;
  const Cursor at = cursor_of(topic, place, restarted);
  Message message;
  const bool any = topic.next(at, message);
  if (restarted || !any) {
    put_begin(out, at);
    out.put(restarted ? R"(,"restarted":true})"sv : "}"sv);
    return at;
  }
  if (message.missed)
    return put_gap(out, {message.id.epoch, message.id.sequence - 1}, message.missed);
  ByteWriter piece{out.free()};
  put_message(piece, message);
  return append(out, piece) ? message.id : put_gap(out, message.id, 1);
}

Cursor put_answer(ByteWriter& out, const Topic& topic, std::uint32_t place) {
  bool restarted = false;
  Cursor at = cursor_of(topic, place, restarted);
  std::uint32_t missed = 0;
  bool first = true;
  out.put(R"({"messages":[)"sv);
  for (Message message; topic.next(at, message); at = message.id) {
    const ByteSpan free = out.free();
    ByteWriter piece{free.first(free.size() - std::min(free.size(), tail_bytes_max))};
    if (!first) piece.put(',');
    put_message(piece, message);
    const bool fits = append(out, piece);
    if (!fits && !first) break;
    missed += message.missed + (fits ? 0 : 1);
    first = first && !fits;
  }
  out.put(R"(],"missed":)"sv).number(missed);
  out.put(R"(,"more":)"sv).put(has_news(topic, at.sequence) ? "true"sv : "false"sv);
  out.put(R"(,"last":")"sv);
  put_id(out, at);
  out.put('"');
  if (restarted) out.put(R"(,"restarted":true)"sv);
  out.put('}');
  return at;
}

Cursor put_events(ByteWriter& out, const Topic& topic, std::uint32_t place) {
  bool restarted = false;
  Cursor at = cursor_of(topic, place, restarted);
  if (restarted) put_event(out, "mote.restarted"sv, "{}"sv, at);
  for (Message message; topic.next(at, message); at = message.id) {
    const Cursor before{message.id.epoch, message.id.sequence - 1};
    ByteWriter piece{out.free()};
    if (message.missed) put_missed(piece, message.missed, before);
    put_event(piece, message.event, message.data, message.id);
    if (append(out, piece)) continue;
    if (out.size() != 0) break;
    ByteWriter gap{out.free()};
    put_missed(gap, message.missed + 1, message.id);
    if (!append(out, gap)) break;
  }
  return at;
}

}  // namespace mote::topic
