// SPDX-License-Identifier: MIT
#include "mote/topic/polls.hpp"

#include <algorithm>

#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/topic/writing.hpp"

namespace mote::topic {
namespace {

using namespace std::literals;

/// An entity tag of ours.
class Tag {
 public:
  static constexpr std::size_t bytes_max = id_bytes_max + 2;
  explicit Tag(Cursor cursor) : out_(room_) {
    out_.put('"');
    put_id(out_, cursor);
    out_.put('"');
  }
  std::string_view text() const { return out_.text(); }

 private:
  std::uint8_t room_[bytes_max] = {};
  ByteWriter out_;
};

/// What stands between the first quotes: of several, a client has our last answer first.
std::string_view untagged(std::string_view field) {
  const std::string_view behind = text_from(field, std::min(field.find('"'), field.size()) + 1);
  return text_first(behind, behind.find('"'));
}

/// A number of seconds; nothing when it is none.
Duration seconds(std::string_view text, Duration most) {
  std::uint64_t ms = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return {0};
    ms = std::min<std::uint64_t>(ms * 10 + static_cast<unsigned>(digit - '0') * 1000u, most.ms);
  }
  return {static_cast<std::uint32_t>(ms)};
}

}  // namespace

Polls::Polls(Topic& topic, Duration held_most) : topic_(topic), held_most_(held_most) {
  topic.subscribe(*this);
}

void Polls::on_request(const http::Received& request, http::Responder& responder) {
  round_.in(responder.server());
  const std::string_view after = request.query_value("after"sv);
  const std::string_view tag = request.field("If-None-Match"sv);
  std::uint32_t place = topic_.first().sequence;
  if (after.data()) {
    place = place_of(topic_, after);
  } else if (tag.data()) {
    place = place_of(topic_, untagged(tag));
  }
  const bool as_events =
      request.field("Accept"sv).find("text/event-stream"sv) != std::string_view::npos;
  if (!has_news(topic_, place)) {
    const Duration wait = seconds(request.query_value("wait"sv), held_most_);
    if (wait.ms != 0 && !responder.is_head()) {
      responder.user = as_events ? this : nullptr;
      return responder.hold(wait, place);
    }
    if (tag.data() && place_of(topic_, untagged(tag)) == place) {
      const Tag same(topic_.last());
      (void)http::Reply(responder, 304)
          .field("ETag"sv, same.text())
          .field("Vary"sv, "Accept"sv)
          .send();
      return;
    }
  }
  if (answer(responder, place, as_events) != Status::would_block) return;
  responder.user = as_events ? this : nullptr;
  responder.hold(held_most_, place);
}

Status Polls::answer(http::Responder& responder, std::uint32_t place, bool as_events) {
  http::Reply reply(responder, 200);
  reply.type(as_events ? "text/event-stream"sv : "application/json"sv);
  reply.field("Cache-Control"sv, "no-cache"sv).field("Vary"sv, "Accept"sv);
  ByteWriter body{reply.body_room("ETag: \r\n"sv.size() + Tag::bytes_max)};
  const Cursor last = as_events ? put_events(body, topic_, place) : put_answer(body, topic_, place);
  const bool fits = body.status() == Status::ok;
  // What does not fit is as large as nothing that does; unless there was no block at all.
  const ByteView too_large{nullptr, responder.loop().blocks().block_bytes()};
  return reply.field("ETag"sv, Tag(last).text()).send(fits ? body.written() : too_large);
}

void Polls::answer_held(http::Responder& responder) {
  const bool as_events = responder.user != nullptr;
  const Status status = answer(responder, responder.mark(), as_events);
  // Nothing of ours fits the server's blocks, with the fields that its filters add.
  if (status != Status::ok && status != Status::would_block) (void)responder.answer(500);
}

void Polls::on_writable(http::Responder& responder) {
  if (has_news(topic_, responder.mark())) return answer_held(responder);
  on_held_out(responder);
}

/// Most who do that have gone; whoever has not is answered what there is, at once.
void Polls::on_half_closed(http::Responder& responder) { on_writable(responder); }

void Polls::on_news() {
  round_.begin_turn(topic_);
  while (http::Occupant* const each = round_.next(*this)) {
    auto& responder = static_cast<http::Responder&>(*each);
    if (!responder.is_held() || !has_news(topic_, responder.mark())) continue;
    answer_held(responder);
    round_.served();
  }
  round_.end_turn(topic_);
}

}  // namespace mote::topic
