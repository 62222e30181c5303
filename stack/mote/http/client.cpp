// SPDX-License-Identifier: MIT
#include "mote/http/client.hpp"

#include <algorithm>

#include "mote/base/expects.hpp"
#include "mote/encoding/url.hpp"
#include "mote/http/redirect.hpp"

namespace mote::http {
namespace {

using encoding::Url;

Status parse_http_url(std::string_view text, Url& url) {
  const Status status = encoding::parse_url(text, url);
  if (status != Status::ok) return status;
  const bool http = url.scheme == Url::Scheme::http || url.scheme == Url::Scheme::https;
  return http ? Status::ok : Status::bad_url;
}

/// Whether sending it twice does no more than sending it once (RFC 9110 §9.2.2).
bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
         method == "OPTIONS" || method == "TRACE";
}

}  // namespace

Client::Client(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
    : loop_(loop), transport_(transport), rx_(rx), tx_(tx), timer_(loop, [this] { on_due(); }) {
  expects(rx.size() <= 0xFFFF && tx.size() <= 0xFFFF);
}

Client::~Client() { cancel(); }

Status Client::send(const Request& request) {
  if (is_busy()) return Status::busy;
  Url url;
  if (const Status status = parse_http_url(request.url, url); status != Status::ok) return status;
  bool reuse = state_ == State::kept && url.port == port_ &&
               url.secure() == (security_ == io::Security::tls);
  if (reuse) {
    Url kept = url;
    kept.host = text_of(tx_.from(tx_.size() - host_bytes_));
    reuse = same_origin(url, kept);
  }
  // Nothing of value is queued on the connection of an exchange that is over.
  if (!reuse) cancel();
  request_ = request;
  redirects_ = 0;
  code_ = 0;
  paused_ = hides_secrets_ = drops_body_ = false;
  target_bytes_ = 0;
  far_bytes_ = host_bytes_;
  Status status = reuse ? Status::ok : keep_host(url);
  if (status == Status::ok) status = compose();
  if (status != Status::ok) {
    upload_ = Upload::done;
    return status;
  }
  began_ = loop_.now();
  if (!reuse) return connect();
  upload_ = Upload::due;  // Not from here: `more` would be called.
  reused_ = true;
  await_head();
  return Status::ok;
}

void Client::send_more() {
  if (upload_ != Upload::later) return;
  upload_ = Upload::due;
  set_deadline();
}

void Client::pause() {
  paused_ = true;
  set_deadline();
}

void Client::resume() {
  if (!paused_) return;
  paused_ = false;
  set_deadline();
  if (state_ == State::body) transport_.resume();
}

void Client::cancel() {
  end_watches();
  if (state_ != State::idle) transport_.abort();
  upload_ = Upload::done;
  enter(State::idle);
}

void Client::enter(State state) {
  state_ = state;
  set_deadline();
}

void Client::set_deadline() {
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
    case State::skipping:
      if (!paused_) after = limits.idle;
      break;
  }
  if (upload_ == Upload::due) after = {0};
  if (is_busy() && limits.whole != Duration::forever())
    after = std::min(after, until(began_ + limits.whole, loop_.now()));
  timer_.start(after);
}

void Client::on_due() {
  if (state_ == State::kept) {
    transport_.close();
    return enter(State::closing);
  }
  const bool over =
      limits.whole != Duration::forever() && is_due(began_ + limits.whole, loop_.now());
  if (upload_ != Upload::due || over)
    return fail(Status::timed_out, state_ == State::connecting ? Layer::tcp : Layer::http);
  upload_ = Upload::going;
  set_deadline();
  send_on();
}

/// Connects to where the current URL says; the request's head is composed already.
Status Client::connect() {
  Url url;
  Status status = parse_http_url(current_url(), url);
  reused_ = false;
  security_ = url.secure() ? io::Security::tls : io::Security::none;
  port_ = url.port;
  enter(State::connecting);
  if (status == Status::ok) status = transport_.connect({url.host, port_, security_}, *this);
  if (status != Status::ok) {
    upload_ = Upload::done;
    enter(State::idle);
  }
  return status;
}

void Client::reconnect() {
  transport_.abort();
  const Status status = connect();
  if (status != Status::ok) fail(status);
}

/// The connection ended before the server answered: if it had been kept, that may have crossed the
/// request on its way (RFC 9112 §9.3.1), which is sent once more.
void Client::repeat() {
  if (!is_unsent()) {
    if (!request_.rewind && (pulled_ || !is_idempotent(request_.method)))
      return fail(Status::not_repeatable);
    const Watch watch(*this);
    if (request_.rewind) request_.rewind();
    if (watch.ended()) return;
  }
  const Status status = compose();
  if (status != Status::ok) return fail(status);
  reconnect();
}

void Client::on_connected() {
  upload_ = Upload::going;
  await_head();
  send_on();
}

void Client::await_head() {
  answered_ = false;
  begin_head();
  enter(State::head);
}

void Client::begin_head() {
  const bool to_head = request_.method == "HEAD";
  reader_.head = HeadParser(
      to_head ? HeadParser::Message::response_to_head : HeadParser::Message::response, rx_);
}

std::size_t Client::on_received(ByteSpan bytes) {
  std::size_t used = 0;
  for (bool more = true; more;) {
    switch (state_) {
      case State::idle:
      case State::closing:
      case State::connecting: more = false; break;
      case State::kept:
        // Nobody asked: whatever this is, the next response would not be told from it.
        transport_.close();
        enter(State::closing);
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

void Client::on_ended() {
  switch (state_) {
    case State::idle:
    case State::closing:
    case State::connecting: break;
    case State::kept:
      transport_.close();
      enter(State::closing);
      break;
    case State::head:
      if (answered_) return fail(Status::truncated);
      if (reused_) return repeat();
      return fail(Status::closed);
    case State::body: {
      const auto step = reader_.body.finish();
      if (step.kind != BodyDecoder::Kind::end) return fail(reader_.body.why());
      return finish({Status::ok, Layer::http, code_}, false);
    }
    case State::skipping: return reconnect();
  }
}

void Client::on_closed(Failure why) {
  if (state_ == State::skipping) return reconnect();
  if (state_ == State::head && reused_ && !answered_) return repeat();
  if (is_busy()) return finish(why, false);
  enter(State::idle);
}

/// The exchange is over. Nothing of this object is touched after on_done.
void Client::finish(Failure outcome, bool keep) {
  end_watches();
  if (upload_ != Upload::done) keep = false;
  upload_ = Upload::done;
  if (keep) {
    enter(State::kept);
  } else if (outcome.status == Status::ok) {
    transport_.close();
    enter(State::closing);
  } else {
    transport_.abort();
    enter(State::idle);
  }
  if (on_done) on_done(outcome);
}

void Client::fail(Status status, Layer layer) { finish({status, layer, code_}, false); }

}  // namespace mote::http
