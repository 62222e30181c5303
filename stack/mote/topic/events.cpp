// SPDX-License-Identifier: MIT
#include "mote/topic/events.hpp"

#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/topic/writing.hpp"

namespace mote::topic {
namespace {

using namespace std::literals;

std::uint32_t place_of(const sse::Stream& stream) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(stream.user));
}

void* user_of(std::uint32_t place) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(place));
}

}  // namespace

/// Events composed once, for all who stand at the same place.
struct Events::Batch {
  explicit Batch(io::Blocks& blocks) : block(blocks) {}

  /// What follows on `place`; nothing when no block is free.
  ByteView from(const Topic& topic, std::uint32_t place) {
    if (!written.empty() && begin == place) return written;
    ByteSpan room = block.bytes();
    if (!room.empty()) room = room.first(io::surely_sent_bytes(room.size()));
    ByteWriter out{room};
    begin = place;
    end = put_events(out, topic, place).sequence;
    return written = out.written();
  }

  io::ComposingBlock block;
  ByteView written;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

Events::Events(Topic& topic, Slow slow) : topic_(topic), slow_(slow) {
  topic.subscribe(*this);
  streams_.on_open = [this](sse::Stream& stream, std::string_view) { begin(stream); };
  streams_.on_writable = [this](sse::Stream& stream) {
    Batch batch(topic_.loop().blocks());
    go_on(stream, batch);
  };
}

void Events::on_request(const http::Received& request, http::Responder& responder) {
  if (responder.is_head()) return streams_.on_request(request, responder);
  round_.in(responder.server());
  // A client that comes back by itself asks for the same URL, and says how far it got since.
  std::string_view id = request.field("Last-Event-ID"sv);
  if (id.empty()) id = request.query_value("after"sv);
  responder.user = user_of(id.data() ? topic::place_of(topic_, id) : topic_.first().sequence);
  streams_.on_request(request, responder);
}

void Events::begin(sse::Stream& stream) {
  Batch batch(topic_.loop().blocks());
  if (has_news(topic_, place_of(stream))) return serve(stream, batch);
  // Without an event it would have no id to come back with.
  std::uint8_t room[id_bytes_max + 6];
  ByteWriter out{room};
  out.put("id: "sv);
  put_id(out, topic_.last());
  (void)stream.send_written(out.put("\n\n"sv).written());
}

void Events::serve(sse::Stream& stream, Batch& batch) {
  const std::uint32_t place = place_of(stream);
  if (!stream.writable() || !has_news(topic_, place)) return;
  const ByteView written = batch.from(topic_, place);
  const bool sent = !written.empty() && stream.send_written(written) == Status::ok;
  if (sent) stream.user = user_of(batch.end);
  if (!stream.writable() || !has_news(topic_, place_of(stream))) return;
  round_.come_again(topic_);
}

/// Serves somebody who was served before.
void Events::go_on(sse::Stream& stream, Batch& batch) {
  if (slow_ == Slow::close && place_of(stream) < topic_.first().sequence) return stream.close();
  serve(stream, batch);
}

void Events::on_news() {
  Batch batch(topic_.loop().blocks());
  round_.begin_turn(topic_);
  while (http::Occupant* const each = round_.next(streams_)) {
    auto& stream = static_cast<sse::Stream&>(*each);
    if (!has_news(topic_, place_of(stream))) continue;
    go_on(stream, batch);
    round_.served();
  }
  round_.end_turn(topic_);
}

}  // namespace mote::topic
