// SPDX-License-Identifier: MIT
#include "mote/sse/source.hpp"

#include <algorithm>

#include "mote/encoding/characters.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::sse {
namespace {

using namespace std::literals;

/// A stream that stood so long was a success, also without an event: the next failure waits the
/// shortest time again. A server that accepts and hangs up is called ever more rarely.
constexpr Duration stable{10'000};

/// The shortest wait that a server may ask for.
constexpr Duration retry_least{100};

/// An id with a control character cannot be said in a field (RFC 9110 §5.5).
bool is_value(std::string_view id) {
  const ByteView bytes = bytes_of(id);
  return encoding::find_control(bytes.begin(), bytes.end()) == bytes.end();
}

bool is_event_stream(std::string_view type) {
  const std::string_view essence = text_first(type, type.find(';'));
  return encoding::equal_ignoring_case(encoding::trimmed(essence), "text/event-stream"sv);
}

}  // namespace

const Options Source::default_options{};

/// What stands behind the last id: the lines of a head may lie there while no event does.
ByteSpan Source::head_room(ByteSpan rx) {
  const ByteSpan behind = rx.from(rx.size() / 4);
  return behind.first(std::min<std::size_t>(behind.size(), 0xFFFF));
}

Status Source::open(Lasting url, std::string_view last_id) {
  if (state_ != State::closed) return Status::busy;
  if (!is_value(last_id)) return Status::bad_argument;
  const Status status = parser_.set_last_id(last_id);
  if (status != Status::ok) return status;
  url_ = url;
  return start();
}

void Source::pause() {
  paused_ = true;
  if (state_ == State::open) Connection::pause();
}

void Source::resume() {
  paused_ = false;
  if (state_ == State::open) Connection::resume();
}

Status Source::ask() {
  parser_.restart();
  right_type_ = false;
  return send_again({"GET"sv, url_.text(), options_->fields});
}

http::Limits Source::limits_now() const {
  http::Limits limits;
  limits.idle = options_->stall;
  return limits;
}

void Source::more_fields(http::MessageWriter& head) const {
  head.lines("Accept: text/event-stream\r\nCache-Control: no-cache\r\n"sv);
  const std::string_view id = parser_.last_id();
  if (!id.empty() && is_value(id)) head.field("Last-Event-ID"sv, id);
}

void Source::got_field(const http::Field& field) {
  if (encoding::equal_ignoring_case(field.name, "Content-Type"sv))
    right_type_ = is_event_stream(field.value);
  RetryingClient::got_field(field);
}

void Source::got_head(std::uint16_t code) {
  if (code != 200 || !right_type_) return refuse(code);
  state_ = State::open;
  asked_wait_ = {0};
  opened_ = loop().now();
  if (paused_) Connection::pause();
  if (on_open) on_open();
}

void Source::refuse(std::uint16_t code) {
  cancel();
  const bool passes = code == 429 || (code >= 500 && code < 600);
  const Status status = code == 204   ? Status::closed
                        : code == 200 ? Status::wrong_type
                                      : Status::http_status;
  const Failure why{status, Layer::http, code};
  if (passes && options_->refusals == Refusals::are_waited_out) return plan(why);
  end(why);
}

void Source::got_body(ByteView part) {
  const Watch watch(*this);
  while (!paused_) {
    const EventParser::Step step = parser_.next(part);
    part = part.from(step.used);
    if (step.kind == EventParser::Kind::need_more) return;
    timer_.succeeded();
    const auto& tell = step.kind == EventParser::Kind::event ? on_event : on_too_large;
    if (tell) tell(parser_.event());
    if (watch.ended()) return;
  }
  put_back(part.size());
}

void Source::got_end(Failure why) {
  if (why.status == Status::ok) why.status = Status::closed;
  const bool closes = state_ >= State::closing_open;
  if (state_ == State::open || state_ == State::closing_open) {
    state_ = closes ? State::closing : State::waiting;
    const Duration stood{loop().now().ms - opened_.ms};
    if (stable <= stood) timer_.succeeded();
    const Watch watch(*this);
    if (on_lost) on_lost(why);
    if (watch.ended()) return;
  }
  // An answer whose head is too large would be so again.
  if (closes || is_final(why) || why.status == Status::too_large) return end(why);
  plan(why);
}

void Source::plan(Failure why) {
  io::Backoff backoff = options_->backoff;
  if (parser_.retry() != Duration::forever()) {
    backoff.first.ms = std::max(parser_.retry(), retry_least).ms * 2;
    backoff.most = std::max(backoff.first, backoff.most);
  }
  RetryingClient::plan(why, backoff);
}

void Source::end(Failure why) {
  abort();
  if (on_closed) on_closed(why);
}

}  // namespace mote::sse
