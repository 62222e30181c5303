// SPDX-License-Identifier: MIT
#include "mote/sse/source.hpp"

#include <algorithm>

#include "mote/encoding/characters.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/message_writer.hpp"
#include "mote/http/retry_after.hpp"

namespace mote::sse {
namespace {

constexpr Options default_options{};

/// A stream that stood so long was a success, also without an event: the next failure waits the
/// shortest time again. A server that accepts and hangs up is called ever more rarely.
constexpr Duration stable{10'000};

/// The shortest wait that a server may ask for.
constexpr Duration retry_least{100};

/// The next attempt would fare no better: what is wrong is ours, or stands in the redirects.
constexpr bool is_final(Status status) {
  return status == Status::bad_url || status == Status::bad_argument ||
         status == Status::insecure || status == Status::too_large ||
         status == Status::too_many_redirects;
}

/// An id with a control character cannot be said in a field (RFC 9110 §5.5).
bool is_value(std::string_view id) {
  const ByteView bytes = bytes_of(id);
  return encoding::find_control(bytes.begin(), bytes.end()) == bytes.end();
}

bool is_event_stream(std::string_view type) {
  const std::string_view essence = text_first(type, type.find(';'));
  return encoding::equal_ignoring_case(encoding::trimmed(essence), "text/event-stream");
}

/// What stands behind the last id: the lines of a head may lie there while no event does.
ByteSpan head_room(ByteSpan rx) {
  const ByteSpan behind = rx.from(rx.size() / 4);
  return behind.first(std::min<std::size_t>(behind.size(), 0xFFFF));
}

}  // namespace

Source::Source(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
    : loop_(loop),
      options_(&default_options),
      client_(loop, transport, head_room(rx), tx),
      parser_(rx),
      timer_(loop, [this] { on_timer(); }) {
  client_.on_field = [this](const http::Field& field) { take_field(field); };
  client_.on_head = [this](std::uint16_t code) { take_head(code); };
  client_.on_body = [this](ByteView part) { take_body(part); };
  client_.on_done = [this](Failure why) { take_end(why); };
}

Status Source::open(Lasting url, std::string_view last_id) {
  if (state_ != State::closed) return Status::busy;
  if (!is_value(last_id)) return Status::bad_argument;
  Status status = parser_.set_last_id(last_id);
  if (status != Status::ok) return status;
  url_ = url;
  client_.limits.idle = options_->stall;
  timer_.succeeded();
  status = ask();
  // What the network lacks now it may have later: that is told by a callback.
  if (status == Status::no_slot || status == Status::busy) {
    state_ = State::waiting;
    timer_.start({0});
    return Status::ok;
  }
  return status;
}

void Source::close() {
  if (state_ == State::closed || state_ >= State::closing_open) return;
  const State next = state_ == State::open ? State::closing_open : State::closing;
  abort();
  state_ = next;
  timer_.start({0});
}

void Source::abort() {
  end_watches();
  client_.cancel();
  timer_.stop();
  state_ = State::closed;
}

void Source::pause() {
  paused_ = true;
  if (state_ == State::open) client_.pause();
}

void Source::resume() {
  paused_ = false;
  if (state_ == State::open) client_.resume();
}

Status Source::ask() {
  parser_.restart();
  right_type_ = false;
  asked_wait_ = {0};
  http::Request request{"GET", url_.text(), options_->fields};
  request.more_fields = [this](http::MessageWriter& head) { write_fields(head); };
  const Status status = client_.send(request);
  if (status == Status::ok) state_ = State::asking;
  return status;
}

void Source::write_fields(http::MessageWriter& head) const {
  head.field("Accept", "text/event-stream").field("Cache-Control", "no-cache");
  const std::string_view id = parser_.last_id();
  if (!id.empty() && is_value(id)) head.field("Last-Event-ID", id);
}

void Source::take_field(const http::Field& field) {
  if (encoding::equal_ignoring_case(field.name, "Content-Type")) {
    right_type_ = is_event_stream(field.value);
  } else if (encoding::equal_ignoring_case(field.name, "Retry-After")) {
    (void)http::read_retry_after(field.value, loop_.unix_seconds(), asked_wait_);
  }
}

void Source::take_head(std::uint16_t code) {
  if (code != 200 || !right_type_) return refuse(code);
  state_ = State::open;
  asked_wait_ = {0};
  timer_.start(stable);
  if (paused_) client_.pause();
  if (on_open) on_open();
}

void Source::refuse(std::uint16_t code) {
  client_.cancel();
  const bool passes = code == 429 || (code >= 500 && code < 600);
  const Status status = code == 204   ? Status::closed
                        : code == 200 ? Status::wrong_type
                                      : Status::http_status;
  const Failure why{status, Layer::http, code};
  if (passes && options_->refusals == Refusals::are_waited_out) return plan(why);
  end(why);
}

void Source::take_body(ByteView part) {
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
  client_.put_back(part.size());
}

void Source::take_end(Failure why) {
  if (why.status == Status::ok) why.status = Status::closed;
  if (state_ == State::open) return lose(why);
  if (is_final(why.status)) return end(why);
  plan(why);
}

void Source::lose(Failure why) {
  state_ = State::waiting;
  timer_.stop();
  const Watch watch(*this);
  if (on_lost) on_lost(why);
  if (!watch.ended()) plan(why);
}

void Source::plan(Failure why) {
  state_ = State::waiting;
  io::Backoff backoff = options_->backoff;
  if (parser_.retry() != Duration::forever()) {
    backoff.first.ms = std::max(parser_.retry(), retry_least).ms * 2;
    backoff.most = std::max(backoff.first, backoff.most);
  }
  const Duration wait = timer_.wait(backoff, asked_wait_);
  if (on_retry) on_retry(why, wait);
}

void Source::end(Failure why) {
  abort();
  if (on_closed) on_closed(why);
}

void Source::on_timer() {
  switch (state_) {
    case State::closed:
    case State::asking: return;
    case State::open: return timer_.succeeded();
    case State::waiting: {
      const Status status = ask();
      if (status == Status::ok) return;
      const Failure why{status, Layer::application, 0};
      return is_final(status) ? end(why) : plan(why);
    }
    case State::closing_open: {
      state_ = State::closing;
      const Watch watch(*this);
      if (on_lost) on_lost({Status::closed, Layer::application, 0});
      if (watch.ended()) return;
      break;
    }
    case State::closing: break;
  }
  end({Status::closed, Layer::application, 0});
}

}  // namespace mote::sse
