// SPDX-License-Identifier: MIT
// The half of http::Connection that reads responses.
#include <new>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/connection.hpp"
#include "mote/http/redirect.hpp"

namespace mote::http {

// What reads returns whether to go on: false also when this object may be gone.

bool Connection::read_head(ByteView bytes, std::size_t& used) {
  if (answer_ == Answer::may_be_lost && is_unsent()) {
    repeat();  // A server that says why it is about to close: not an answer to us.
    return false;
  }
  if (answer_ < Answer::begun) answer_ = Answer::begun;
  const HeadParser::Step step = reader_.head.next(bytes.from(used));
  used += step.used;
  switch (step.kind) {
    case HeadParser::Kind::need_more: return false;
    case HeadParser::Kind::start_line:
      code_ = reader_.head.code() < 200 ? std::uint16_t{0} : reader_.head.code();
      return true;
    case HeadParser::Kind::field: return take_field(step);
    case HeadParser::Kind::end: return take_head();
    case HeadParser::Kind::broken: break;
  }
  fail(reader_.head.why());
  return false;
}

bool Connection::take_field(const HeadParser::Step& line) {
  if (code_ == 0) return true;
  if (request_.redirects.rules && is_redirect(code_)) {
    if (answer_ == Answer::moved || !encoding::is_word(line.name, "location")) return true;
    return request_.redirects.rules->take_location(*this, line.value);
  }
  const Watch watch(*this);
  got_field({line.name, line.value});
  return !watch.ended();
}

bool Connection::take_head() {
  const Framing framing = reader_.head.framing();
  if (reader_.head.code() == 101) {  // Nobody asked for another protocol (RFC 9110 §15.2.2).
    fail(Status::protocol_error);
    return false;
  }
  if (code_ == 0) {
    begin_head();
    return true;
  }
  if (answer_ == Answer::moved) return request_.redirects.rules->follow(*this, framing);
  if (framing.kind == Framing::Kind::sized && framing.size > limits_now().body_bytes_max) {
    fail(Status::too_large);
    return false;
  }
  // What the server does not want need not be sent (RFC 9112 §9.3).
  if (upload_ != Upload::done && code_ >= 300) upload_ = Upload::stopped;
  begin_body(framing, State::body);
  const Watch watch(*this);
  got_head(code_);
  return !watch.ended();
}

void Connection::begin_body(const Framing& framing, State state) {
  keeps_alive_ = framing.keep_alive;
  received_bytes_ = 0;
  ::new (static_cast<void*>(&reader_.body)) BodyDecoder(framing);
  enter(state);
}

bool Connection::read_body(ByteView bytes, std::size_t& used) {
  const BodyDecoder::Step step = reader_.body.next(bytes.from(used));
  used += step.used;
  switch (step.kind) {
    case BodyDecoder::Kind::need_more: set_deadline(); return false;
    case BodyDecoder::Kind::data: return take_body(step, used);
    case BodyDecoder::Kind::end: end_body(used != bytes.size()); return false;
    case BodyDecoder::Kind::broken: break;
  }
  return give_up(reader_.body.why());
}

/// What a redirect brings along is not needed; anything else ends the exchange.
bool Connection::give_up(Status status) {
  if (state_ == State::skipping) {
    reconnect();
  } else {
    fail(status);
  }
  return false;
}

bool Connection::take_body(const BodyDecoder::Step& step, std::size_t& used) {
  const bool skips = state_ == State::skipping;
  const std::size_t received = received_bytes_ + step.data.size();
  if (received > (skips ? skipped_bytes_max : limits_now().body_bytes_max))
    return give_up(Status::too_large);
  received_bytes_ = received;
  if (skips) return true;
  const Watch watch(*this);
  got_body(step.data);
  if (watch.ended()) return false;
  if (const std::size_t put_back = received - received_bytes_; put_back != 0) {
    expects(paused_ && put_back <= step.data.size());
    reader_.body.put_back(put_back);
    used -= put_back;
  }
  return true;
}

/// What follows the body now belongs to no exchange: such a connection is not used again.
void Connection::end_body(bool more_follows) {
  const bool keep = keeps_alive_ && !more_follows;
  if (state_ == State::body) return finish({Status::ok, Layer::http, code_}, keep);
  if (!keep) return reconnect();
  upload_ = Upload::going;
  await_head(Answer::may_be_lost);
  send_on();
}

}  // namespace mote::http
