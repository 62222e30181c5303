// SPDX-License-Identifier: MIT
#include "mote/polling/poller.hpp"

#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::polling {
namespace {

using namespace std::literals;
using encoding::equal_ignoring_case;

/// What an answer may come later than the server holds it: the way there and back.
constexpr Duration way{5'000};
constexpr Duration longest{Duration::forever().ms - way.ms};

}  // namespace

const Options Poller::default_options{};

Status Poller::every(Duration period, Lasting url) {
  expects(period != Duration::forever());
  return start(url, false, std::max(period, options_->gap_after_news));
}

Status Poller::hold(Duration at_most, Lasting url) {
  if (at_most < longest) at_most.ms += way.ms;
  return start(url, true, at_most);
}

Status Poller::start(Lasting url, bool holds, Duration period) {
  if (state_ != State::closed) return Status::busy;
  url_ = url;
  holds_ = holds;
  period_ = period;
  validator_bytes_ = cursor_bytes_ = 0;
  return RetryingClient::start();
}

void Poller::pause() {
  paused_ = true;
  Connection::pause();
}

void Poller::resume() {
  paused_ = false;
  Connection::resume();
  if (state_ == State::waiting && !rests()) ask_after({0});
}

Status Poller::ask() {
  if (paused_ && state_ == State::waiting) return Status::ok;  // resume() asks.
  type_ = new_validator_ = new_cursor_ = {};
  cursor_lost_ = false;
  http::PlainRequest request{"GET"sv, url_.text(), options_->fields};
  if (next_url) {
    ByteWriter url(notes_.first(notes_.size() - cursor_bytes_).from(validator_bytes_));
    next_url(url);
    if (url.status() != Status::ok) return url.status();
    request.url = url.text();
  }
  const Status status = send_again(request);
  if (status == Status::ok && paused_) Connection::pause();
  return status;
}

http::Limits Poller::limits_now() const {
  http::Limits limits;
  if (holds_) limits.head = period_;
  limits.body_bytes_max = spare().size();
  return limits;
}

void Poller::more_fields(http::MessageWriter& head) const {
  if (validator_bytes_ != 0)
    head.field(validator_is_date_ ? "If-Modified-Since"sv : "If-None-Match"sv,
               text_of(validator()));
  if (cursor_bytes_ == 0) return;
  const bool same = options_->cursor_sent_as.empty();
  head.field(same ? options_->cursor_field : options_->cursor_sent_as, text_of(cursor()));
}

void Poller::got_field(const http::Field& field) {
  RetryingClient::got_field(field);
  const bool is_tag = equal_ignoring_case(field.name, "ETag"sv);
  const bool is_date = equal_ignoring_case(field.name, "Last-Modified"sv);
  // A tag says more than a date (RFC 9110 §13.1.3).
  if (is_date && !new_validator_.empty()) return;
  std::string_view* kept = nullptr;
  if (is_tag || is_date) {
    kept = &new_validator_;
    new_is_date_ = is_date;
  } else if (equal_ignoring_case(field.name, "Content-Type"sv)) {
    kept = &type_;
  } else if (!field.value.empty() && equal_ignoring_case(field.name, options_->cursor_field)) {
    kept = &new_cursor_;
  }
  if (!kept) return;
  *kept = keep(field.value);
  if (kept == &new_cursor_) cursor_lost_ = kept->empty() || kept->size() > notes_.size();
}

void Poller::got_body(ByteView part) {
  // No more comes than limits_now(), which is all the room there is.
  std::memcpy(spare().data() + received_bytes() - part.size(), part.data(), part.size());
}

void Poller::got_end(Failure why) {
  if (why.status == Status::ok) return take_answer(code());
  // The server held the request longer than was agreed, or is gone: a new connection will tell.
  if (holds_ && code() == 0 && why.status == Status::timed_out && why.layer == Layer::http)
    return ask_after({0});
  if (state_ == State::closing || is_final(why)) return end(why);
  plan(why, options_->backoff);
}

void Poller::take_answer(std::uint16_t code) {
  const Watch watch(*this);
  const bool last = ends_at ? ends_at(code) : code == 410;
  if (watch.ended()) return;
  Failure why{Status::http_status, Layer::http, code};
  if (last) {
    if (code < 400) why.status = Status::closed;
    return end(why);
  }
  const bool news = code >= 200 && code < 300 && code != 204;
  if (news || code == 204 || code == 304)
    why.status = cursor_lost_ ? Status::too_large : Status::ok;
  if (why.status != Status::ok) return plan(why, options_->backoff);
  timer_.succeeded();
  if (news && on_news) {
    on_news({code, type_, text_of(spare().first(received_bytes()))});
    if (watch.ended()) return;
  }
  remember(code);
  Duration gap = period_;
  if (holds_) gap = news ? options_->gap_after_news : options_->gap_after_nothing;
  ask_after(std::max(until(began() + gap, loop().now()), asked_wait_));
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

void Poller::end(Failure why) {
  abort();
  if (on_closed) on_closed(why);
}

}  // namespace mote::polling
