// SPDX-License-Identifier: MIT
#include "mote/polling/poller.hpp"

#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/message_writer.hpp"
#include "mote/http/retry_after.hpp"

namespace mote::polling {
namespace {

using encoding::equal_ignoring_case;

constexpr Options default_options{};

/// What an answer may come later than the server holds it: the way there and back.
constexpr Duration way{5'000};
constexpr Duration longest{Duration::forever().ms - way.ms};

/// The next attempt would fare no better: what is wrong is ours, or stands in the redirects.
constexpr bool is_final(Status status) {
  return status == Status::bad_url || status == Status::bad_argument ||
         status == Status::insecure || status == Status::too_many_redirects;
}

}  // namespace

Poller::Poller(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
    : loop_(loop),
      options_(&default_options),
      notes_(rx.first(rx.size() / 4)),
      client_(loop, transport, rx.from(rx.size() / 4), tx),
      timer_(loop, [this] { on_timer(); }) {
  client_.limits.body_bytes_max = client_.spare().size();
  client_.on_field = [this](const http::Field& field) { take_field(field); };
  client_.on_body = [this](ByteView part) { take_body(part); };
  client_.on_done = [this](Failure why) { take_end(why); };
}

Status Poller::every(Duration period, Lasting url) {
  expects(period != Duration::forever());
  client_.limits.head = http::Limits{}.head;
  return start(url, std::max(period, options_->gap_after_news));
}

Status Poller::hold(Duration at_most, Lasting url) {
  client_.limits.head = at_most;
  if (at_most < longest) client_.limits.head.ms += way.ms;
  return start(url, Duration::forever());
}

Status Poller::start(Lasting url, Duration period) {
  if (state_ != State::closed) return Status::busy;
  url_ = url;
  period_ = period;
  validator_bytes_ = cursor_bytes_ = 0;
  timer_.succeeded();
  const Status status = ask();
  // What the network lacks now it may have later: that is told by a callback.
  if (status == Status::no_slot || status == Status::busy) {
    state_ = State::waiting;
    timer_.start({0});
    return Status::ok;
  }
  return status;
}

void Poller::stop() {
  if (state_ == State::closed) return;
  abort();
  state_ = State::closing;
  timer_.start({0});
}

void Poller::abort() {
  end_watches();
  client_.cancel();
  timer_.stop();
  state_ = State::closed;
}

void Poller::pause() {
  paused_ = true;
  client_.pause();
}

void Poller::resume() {
  paused_ = false;
  client_.resume();
  if (state_ == State::waiting && !timer_.running()) timer_.start({0});
}

Status Poller::ask() {
  asked_wait_ = {0};
  type_ = new_validator_ = new_cursor_ = {};
  body_bytes_ = 0;
  cursor_lost_ = false;
  began_ = loop_.now();
  http::Request request{"GET", url_.text(), options_->fields};
  if (next_url) {
    ByteWriter url(notes_.first(notes_.size() - cursor_bytes_).from(validator_bytes_));
    next_url(url);
    if (url.status() != Status::ok) return url.status();
    request.url = url.text();
  }
  request.more_fields = [this](http::MessageWriter& head) { write_fields(head); };
  const Status status = client_.send(request);
  if (status != Status::ok) return status;
  state_ = State::asking;
  if (paused_) client_.pause();
  return status;
}

void Poller::write_fields(http::MessageWriter& head) const {
  if (validator_bytes_ != 0)
    head.field(validator_is_date_ ? "If-Modified-Since" : "If-None-Match", text_of(validator()));
  if (cursor_bytes_ == 0) return;
  const bool same = options_->cursor_sent_as.empty();
  head.field(same ? options_->cursor_field : options_->cursor_sent_as, text_of(cursor()));
}

void Poller::take_field(const http::Field& field) {
  const bool is_tag = equal_ignoring_case(field.name, "ETag");
  if (is_tag || equal_ignoring_case(field.name, "Last-Modified")) {
    // A tag says more than a date (RFC 9110 §13.1.3).
    if (!is_tag && !new_validator_.empty()) return;
    new_validator_ = client_.keep(field.value);
    new_is_date_ = !is_tag;
  } else if (equal_ignoring_case(field.name, "Content-Type")) {
    type_ = client_.keep(field.value);
  } else if (equal_ignoring_case(field.name, "Retry-After")) {
    (void)http::read_retry_after(field.value, loop_.unix_seconds(), asked_wait_);
  } else if (!field.value.empty() && equal_ignoring_case(field.name, options_->cursor_field)) {
    new_cursor_ = client_.keep(field.value);
    cursor_lost_ = new_cursor_.empty() || new_cursor_.size() > notes_.size();
  }
}

void Poller::take_body(ByteView part) {
  // No more comes than limits.body_bytes_max, which is all the room there is.
  std::memcpy(client_.spare().data() + body_bytes_, part.data(), part.size());
  body_bytes_ += part.size();
}

void Poller::take_end(Failure why) {
  if (why.status == Status::ok) return take_answer(client_.code());
  const bool held = period_ == Duration::forever() && client_.code() == 0;
  // The server held the request longer than was agreed, or is gone: a new connection will tell.
  if (held && why.status == Status::timed_out && why.layer == Layer::http) return ask_after({0});
  if (is_final(why.status)) return end(why);
  plan(why);
}

void Poller::take_answer(std::uint16_t code) {
  const Watch watch(*this);
  const bool last = ends_at ? ends_at(code) : code == 410;
  if (watch.ended()) return;
  if (last) return end({code < 400 ? Status::closed : Status::http_status, Layer::http, code});
  const bool good = (code >= 200 && code < 300) || code == 304;
  if (!good) return plan({Status::http_status, Layer::http, code});
  if (cursor_lost_) return plan({Status::too_large, Layer::http, code});
  timer_.succeeded();
  const bool news = code != 204 && code != 304;
  if (news && on_news) {
    on_news({code, type_, text_of(client_.spare().first(body_bytes_))});
    if (watch.ended()) return;
  }
  remember(code);
  const bool held = period_ == Duration::forever();
  ask_after(!held ? period_ : news ? options_->gap_after_news : options_->gap_after_nothing);
}

/// Moves on behind this answer.
void Poller::remember(std::uint16_t code) {
  if (!new_cursor_.empty()) {
    cursor_bytes_ = static_cast<std::uint16_t>(new_cursor_.size());
    std::memcpy(notes_.end() - cursor_bytes_, new_cursor_.data(), cursor_bytes_);
  }
  const std::size_t room = notes_.size() - cursor_bytes_;
  // What has no content leaves the validator of the last that had.
  if (new_validator_.empty() && (code == 204 || code == 304) && validator_bytes_ <= room) return;
  validator_bytes_ = 0;
  // Not to remember it costs a repeated answer, no more.
  if (new_validator_.empty() || new_validator_.size() > room) return;
  validator_bytes_ = static_cast<std::uint16_t>(new_validator_.size());
  validator_is_date_ = new_is_date_;
  std::memcpy(notes_.data(), new_validator_.data(), validator_bytes_);
}

/// Plans the next request for when `gap` has passed since the last one began.
void Poller::ask_after(Duration gap) {
  state_ = State::waiting;
  timer_.start(std::max(until(began_ + gap, loop_.now()), asked_wait_));
}

void Poller::plan(Failure why) {
  state_ = State::waiting;
  const Duration wait = timer_.wait(options_->backoff, asked_wait_);
  if (on_retry) on_retry(why, wait);
}

void Poller::end(Failure why) {
  abort();
  if (on_closed) on_closed(why);
}

void Poller::on_timer() {
  switch (state_) {
    case State::closed:
    case State::asking: return;
    case State::closing: return end({Status::closed, Layer::application, 0});
    case State::waiting: break;
  }
  if (paused_) return;  // resume() starts it again
  const Status status = ask();
  if (status == Status::ok) return;
  const Failure why{status, Layer::application, 0};
  return is_final(status) || status == Status::too_large ? end(why) : plan(why);
}

}  // namespace mote::polling
