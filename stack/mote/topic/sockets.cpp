// SPDX-License-Identifier: MIT
#include "mote/topic/sockets.hpp"

#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"
#include "mote/topic/publication.hpp"
#include "mote/topic/writing.hpp"

namespace mote::topic {
namespace {

using namespace std::literals;

constexpr std::uint16_t no_text = 1003;
constexpr ws::Options with_ids{"mote.v1"};
/// A reader with a long way behind it yields to the others after so many messages.
constexpr int messages_a_turn = 4;

std::uint32_t place_of(const ws::Session& session) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(session.user));
}

void set_place(ws::Session& session, std::uint32_t place) {
  session.user = reinterpret_cast<void*>(static_cast<std::uintptr_t>(place));
}

bool has_ids(const ws::Session& session) { return !session.subprotocol().empty(); }

}  // namespace

/// An object composed once, for all who stand at the same place.
struct Sockets::Batch {
  explicit Batch(io::Blocks& blocks) : block(blocks) {}

  /// What follows on `place`; empty when no block is free.
  std::string_view object(const Topic& topic, std::uint32_t place) {
    if (!written.empty() && begin == place) return written;
    ByteWriter out{block.bytes()};
    begin = place;
    end = put_object(out, topic, place).sequence;
    return written = out.text();
  }

  io::ComposingBlock block;
  std::string_view written;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

Sockets::Sockets(Topic& topic, Slow slow) : topic_(topic), slow_(slow) {
  topic.subscribe(*this);
  sessions_.use(with_ids);
  sessions_.on_open = [this](ws::Session& session) { begin(session); };
  sessions_.on_text = [this](ws::Session& session, std::string_view text) {
    on_text(session, text);
  };
  sessions_.on_binary = [](ws::Session& session, ByteView) { (void)session.close(no_text); };
  sessions_.on_writable = [this](ws::Session& session) {
    Batch batch(topic_.loop().blocks());
    go_on(session, batch);
  };
}

void Sockets::on_request(const http::Received& request, http::Responder& responder) {
  round_.in(responder.server());
  const std::string_view after = request.query_value("after"sv);
  opening_ = after.data() ? topic::place_of(topic_, after) : topic_.first().sequence;
  sessions_.on_request(request, responder);
}

void Sockets::begin(ws::Session& session) {
  set_place(session, opening_);
  // Bare data has no words for gaps and restarts, and who has just come has not missed anything.
  if (!has_ids(session) && opening_ != topic_.last().sequence &&
      (opening_ == nowhere || opening_ < topic_.first().sequence))
    set_place(session, topic_.first().sequence);
  Batch batch(topic_.loop().blocks());
  if (has_ids(session) && !has_news(topic_, opening_)) {
    (void)session.send_text(batch.object(topic_, opening_));
  } else {
    serve(session, batch);
  }
}

/// Returns whether there may be more to send.
bool Sockets::send_next(ws::Session& session, Batch& batch) {
  const std::uint32_t place = place_of(session);
  std::string_view text;
  std::uint32_t end = 0;
  if (has_ids(session)) {
    text = batch.object(topic_, place);
    end = batch.end;
    if (text.empty()) return true;
  } else {
    Message message;
    (void)topic_.next({topic_.last().epoch, place}, message);
    text = message.data;
    end = message.id.sequence;
  }
  if (session.send_text(text) != Status::ok) return false;
  set_place(session, end);
  return has_news(topic_, end);
}

void Sockets::serve(ws::Session& session, Batch& batch) {
  if (!session.is_open() || !has_news(topic_, place_of(session))) return;
  for (int i = 0; i < messages_a_turn; ++i)
    if (!send_next(session, batch)) return;
  round_.come_again(topic_);
}

/// Serves somebody who was served before.
void Sockets::go_on(ws::Session& session, Batch& batch) {
  const bool fell_out = place_of(session) < topic_.first().sequence;
  if (!fell_out || (slow_ == Slow::skip && has_ids(session))) return serve(session, batch);
  (void)session.close(ws::close_codes::try_again_later);
}

Status Sockets::publish(std::string_view event, std::string_view data) {
  if (event.empty()) event = Topic::default_event;
  if (admits && !admits(event, data)) return Status::unauthorised;
  return topic_.publish(event, data);
}

void Sockets::on_text(ws::Session& session, std::string_view text) {
  const http::StillHere still(session);
  if (!has_ids(session)) {
    const Status status = publish(Topic::default_event, text);
    if (status == Status::ok || !still) return;
    (void)session.close(status == Status::too_large ? ws::close_codes::message_too_big
                                                    : ws::close_codes::policy_violation);
    return;
  }
  const io::ComposingBlock block(topic_.loop().blocks());
  Publication publication;
  Status status = Status::too_large;
  if (text.size() <= block.bytes().size()) {
    status = read_publication(text, block.bytes(), publication)
                 ? publish(publication.event, publication.data)
                 : Status::bad_argument;
  }
  if (status == Status::ok || !still) return;
  (void)session.send_text(status == Status::too_large      ? R"({"error":"too_large"})"sv
                          : status == Status::unauthorised ? R"({"error":"forbidden"})"sv
                                                           : R"({"error":"bad_argument"})"sv);
}

void Sockets::on_news() {
  Batch batch(topic_.loop().blocks());
  round_.begin_turn(topic_);
  while (http::Occupant* const each = round_.next(sessions_)) {
    auto& session = static_cast<ws::Session&>(*each);
    if (!has_news(topic_, place_of(session))) continue;
    go_on(session, batch);
    round_.served();
  }
  round_.end_turn(topic_);
}

}  // namespace mote::topic
