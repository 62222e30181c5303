// SPDX-License-Identifier: MIT
#include "mote/http/connection.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/encoding/url.hpp"

namespace mote::http {

using encoding::Url;

Connection::Connection(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
    : Exchange(transport, rx, tx), timer_(loop, [this] { on_due(); }) {
  expects((rx.size() | tx.size()) <= 0xFFFF);
}

Status Connection::send(const PlainRequest& request) {
  if (is_busy()) return Status::busy;
  Url url;
  Status status = encoding::parse_url(request.url, url);
  if (status == Status::ok && url.scheme > Url::Scheme::https) status = Status::bad_url;
  if (status != Status::ok) return status;
  const bool reuse = state_ == State::kept && is_at(url);
  // Nothing of value is queued on the connection of an exchange that is over.
  if (!reuse) cancel();
  request_ = request;
  rests_ = false;
  redirects_ = 0;
  code_ = 0;
  paused_ = hides_secrets_ = drops_body_ = false;
  status = keep_origin(url, 0);
  if (status == Status::ok) status = compose();
  if (status != Status::ok) return status;
  began_ = timer_.loop().now();
  if (!reuse) return connect();
  upload_ = Upload::due;  // Not from here: pull() would be called.
  await_head(Answer::may_be_lost);
  return Status::ok;
}

/// Whether the connection is one to where `url` leads.
bool Connection::is_at(const Url& url) const {
  return url.port == port_ && url.secure() == (security_ == io::Security::tls) &&
         encoding::equal_ignoring_case(
             url.host, text_of(tx_memory().from(std::size_t{tx_bytes_} - host_bytes_)));
}

Url Connection::current_url() const {
  const ByteSpan target =
      tx_memory().from(std::size_t{tx_bytes_} - host_bytes_ - target_bytes_).first(target_bytes_);
  Url url;
  (void)encoding::parse_url(target.empty() ? request_.url : text_of(target), url);  // It was good.
  return url;
}

/// Keeps the host of the connection at the very end of tx, and before it the target of a redirect,
/// which lies at its front.
Status Connection::keep_origin(const Url& url, std::size_t target_bytes) {
  const std::size_t host_bytes = url.host.size();
  if (host_bytes + target_bytes > tx_bytes_) return Status::too_large;
  std::uint8_t* const host = tx_memory().end() - host_bytes;
  std::memcpy(host, url.host.data(), host_bytes);
  std::memmove(host - target_bytes, tx_, target_bytes);
  host_bytes_ = static_cast<std::uint16_t>(host_bytes);
  target_bytes_ = static_cast<std::uint16_t>(target_bytes);
  far_bytes_ = static_cast<std::uint16_t>(host_bytes + target_bytes);
  return Status::ok;
}

void Connection::send_more() {
  if (upload_ != Upload::later) return;
  upload_ = Upload::due;
  set_deadline();
}

void Connection::pause() {
  paused_ = true;
  set_deadline();
}

void Connection::resume() {
  if (!paused_) return;
  paused_ = false;
  set_deadline();
  if (state_ == State::body) transport_.resume();
}

void Connection::cancel() {
  end_watches();
  if (state_ != State::idle) transport_.abort();
  upload_ = Upload::done;
  rests_ = false;
  enter(State::idle);
}

void Connection::rest(Duration after) {
  rests_ = true;
  if (state_ == State::kept && limits_now().kept < after) close_connection();
}

void Connection::enter(State state) {
  state_ = state;
  set_deadline();
}

void Connection::set_deadline() {
  if (rests_) return;
  const Limits limits = limits_now();
  Duration after = Duration::forever();
  switch (state_) {
    case State::idle:
    case State::closing: break;
    case State::kept: after = limits.kept; break;
    case State::connecting: after = limits.connect; break;
    case State::head:
      if (upload_ != Upload::later) after = upload_ == Upload::done ? limits.head : limits.idle;
      break;
    case State::body:
      if (!paused_) after = limits.idle;
      break;
    case State::skipping: after = limits.idle; break;
  }
  if (is_busy() && limits.whole != Duration::forever())
    after = std::min(after, until(began_ + limits.whole, timer_.loop().now()));
  if (upload_ == Upload::due) after = {0};
  timer_.start(after);
}

void Connection::on_due() {
  if (rests_) {
    rests_ = false;
    set_deadline();
    return got_rested();
  }
  if (state_ == State::kept) return close_connection();
  if (upload_ != Upload::due)
    return fail(Status::timed_out, state_ == State::connecting ? Layer::tcp : Layer::http);
  upload_ = Upload::going;
  set_deadline();
  send_on();
}

/// Connects to where the current URL says; the request's head is composed already.
Status Connection::connect() {
  const Url url = current_url();
  security_ = url.secure() ? io::Security::tls : io::Security::none;
  port_ = url.port;
  enter(State::connecting);
  const Status status = transport_.connect({url.host, port_, security_}, *this);
  if (status != Status::ok) enter(State::idle);
  return status;
}

void Connection::reconnect() {
  transport_.abort();
  const Status status = connect();
  if (status != Status::ok) fail(status);
}

void Connection::close_connection() {
  transport_.close();
  enter(State::closing);
}

/// The connection ended before the server answered: if it had been kept, that may have crossed the
/// request on its way (RFC 9112 §9.3.1), which is sent once more.
void Connection::repeat() {
  // Those methods do no more when sent twice than when sent once (RFC 9110 §9.2.2).
  constexpr const char* idempotent = "get,head,put,delete,options,trace";
  if (!is_unsent()) {
    if (!request_.may_repeat && (pulled_ || encoding::word_in(request_.method, idempotent) == 0))
      return fail(Status::not_repeatable);
    if (!rewind()) return;
  }
  const Status status = compose();
  if (status != Status::ok) return fail(status);
  reconnect();
}

void Connection::on_connected() {
  upload_ = Upload::going;
  await_head(Answer::awaited);
  send_on();
}

void Connection::await_head(Answer answer) {
  answer_ = answer;
  begin_head();
  enter(State::head);
}

void Connection::begin_head() {
  using Message = HeadParser::Message;
  const bool to_head = encoding::is_exactly(request_.method, "HEAD");
  ::new (static_cast<void*>(&reader_.head))
      HeadParser(to_head ? Message::response_to_head : Message::response, rx_memory());
}

std::size_t Connection::on_received(ByteSpan bytes) {
  std::size_t used = 0;
  for (bool more = true; more;) {
    switch (state_) {
      case State::idle:
      case State::closing:
      case State::connecting: more = false; break;
      case State::kept:
        // Nobody asked: whatever this is, the next response would not be told from it.
        close_connection();
        more = false;
        break;
      case State::head: more = read_head(bytes, used); break;
      case State::body:
        if (paused_ && used != bytes.size()) return used;
        more = read_body(bytes, used);
        break;
      case State::skipping: more = read_body(bytes, used); break;
    }
  }
  return bytes.size();
}

void Connection::on_ended() {
  switch (state_) {
    case State::idle:
    case State::closing:
    case State::connecting: break;
    case State::kept: return close_connection();
    case State::head:
      if (answer_ == Answer::may_be_lost) return repeat();
      return fail(answer_ == Answer::awaited ? Status::closed : Status::truncated);
    case State::body:
      if (!reader_.body.finish()) return fail(reader_.body.why());
      return finish({Status::ok, Layer::http, code_}, false);
    case State::skipping: return reconnect();
  }
}

void Connection::on_closed(Failure why) {
  if (state_ == State::skipping) return reconnect();
  if (state_ == State::head && answer_ == Answer::may_be_lost) return repeat();
  if (is_busy()) return finish(why, false);
  enter(State::idle);
}

/// The exchange is over. Nothing of this object is touched after got_end().
void Connection::finish(Failure outcome, bool keep) {
  end_watches();
  keep = keep && upload_ == Upload::done;
  upload_ = Upload::done;
  if (keep) {
    enter(State::kept);
  } else if (outcome.status == Status::ok) {
    close_connection();
  } else {
    transport_.abort();
    enter(State::idle);
  }
  got_end(outcome);
}

void Connection::fail(Status status, Layer layer) { finish({status, layer, code_}, false); }

}  // namespace mote::http
