// SPDX-License-Identifier: MIT
// How a request is read and comes to its handler. How it is answered is in responder.cpp.
#include <algorithm>
#include <cstring>
#include <new>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/filter.hpp"
#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/http/responder_request.hpp"
#include "mote/http/server.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

/// The body of a request that is refused is read to its end when it is so short: that is cheaper
/// than a new connection.
constexpr std::uint64_t skipped_bytes_max = 4096;

constexpr std::string_view please_continue = "HTTP/1.1 100 Continue\r\n\r\n";

/// What follows the authority of a target in absolute form (RFC 9112 §3.2.2), perhaps nothing; else
/// all of it.
std::string_view without_authority(std::string_view target, std::string_view& authority) {
  std::size_t begin = 7;
  if (!encoding::is_word(text_first(target, begin), "http://")) ++begin;
  if (begin == 8 && !encoding::is_word(text_first(target, begin), "https://")) return target;
  target.remove_prefix(begin);
  std::size_t end = 0;
  while (end < target.size() && target[end] != '/' && target[end] != '?') ++end;
  authority = text_first(target, end);
  return end == 0 ? std::string_view{} : text_from(target, end);
}

}  // namespace

Responder::Request& Responder::request() const {
  return *std::launder(reinterpret_cast<Request*>(block_));
}

bool Responder::begin_head() {
  check_in(server_.options().head_within);
  block_ = take_block();
  if (!block_) return false;
  const std::size_t room = loop().blocks().block_bytes() - sizeof(Request);
  // What is kept grows from the front, and lines are gathered in the other half.
  ::new (block_) Request{{block_ + sizeof(Request) + room / 2, room - room / 2}};
  state_ = State::head;
  since_ = loop().now();
  return true;
}

std::size_t Responder::on_received(ByteSpan bytes) {
  std::size_t used = 0;
  const StillHere still(*this);
  // The end of a body with a length is found without a byte of what follows.
  for (bool more = true; more && (used < bytes.size() || state_ == State::body);) {
    switch (state_) {
      case State::idle:
        if (!starves_) since_ = loop().now();
        more = begin_head();
        break;
      case State::head: more = read_head(bytes, used); break;
      case State::body: more = read_body(bytes, used); break;
      case State::asked:
      case State::answering: return used;  // Sent ahead: its turn comes.
      case State::draining:
        left_ -= std::min(left_, bytes.size());
        if (left_ == 0) close();
        return bytes.size();
      case State::closing: return bytes.size();
    }
    if (!still) return used;
  }
  ask_for_body();
  return used;
}

/// Sends 100 to a client that waits for it (RFC 9110 §10.1.1), unless its body is coming anyway.
void Responder::ask_for_body() {
  if (state_ != State::body || !request().expects_continue) return;
  const Status status = transport_.send(bytes_of(please_continue), {}, io::Urgency::control);
  request().expects_continue = status == Status::would_block;
}

/// Returns whether to go on reading.
bool Responder::read_head(ByteSpan bytes, std::size_t& used) {
  HeadParser& parser = request().parser;
  const HeadParser::Step step = parser.next(bytes.from(used));
  used += step.used;
  switch (step.kind) {
    case HeadParser::Kind::need_more: return false;
    case HeadParser::Kind::start_line: take_start_line(step); return true;
    case HeadParser::Kind::field: take_field(step.name, step.value); return true;
    case HeadParser::Kind::end: return take_head();
    case HeadParser::Kind::broken: break;
  }
  const bool long_line = parser.refusal() == 431 && request().method_bytes == 0;
  break_off(long_line ? 414 : parser.refusal());
  return false;
}

/// Copies it behind what is kept so far, or notes that there is no room.
void Responder::keep(std::string_view text) {
  Request& request = this->request();
  if (request.kept_bytes + text.size() > request.room(loop()) / 2) {
    if (request.refusal == 0) request.refusal = request.method_bytes == 0 ? 414 : 431;
    return;
  }
  std::copy(text.begin(), text.end(), request.kept() + request.kept_bytes);
  request.kept_bytes = static_cast<std::uint16_t>(request.kept_bytes + text.size());
}

void Responder::take_start_line(const HeadParser::Step& line) {
  Request& request = this->request();
  is_head_ = line.name == "HEAD"sv;
  std::string_view authority;
  std::string_view path = without_authority(line.value, authority);
  const std::size_t mark = std::min(path.find('?'), path.size());
  const std::string_view query = text_from(path, mark + 1);
  path = text_first(path, mark);
  if (path.empty() && !authority.empty()) path = "/"sv;
  keep(line.name);
  keep(path);
  keep(query);
  request.method_bytes = static_cast<std::uint16_t>(line.name.size());
  if (request.refusal) return;
  request.path_bytes = static_cast<std::uint16_t>(path.size());
  request.fields_at = request.kept_bytes;
  const bool all = path == "*"sv && line.name == "OPTIONS"sv;
  request.refusal = all                    ? std::uint16_t{0}
                    : !is_plain_path(path) ? std::uint16_t{400}
                                           : find_route(line.name, path);
  // Host is not looked at when the target has an authority of its own.
  if (authority.data()) take_field("Host"sv, authority);
}

/// Sets the route and its handler; returns 404 or 405 when there is none.
std::uint16_t Responder::find_route(std::string_view method, std::string_view path) {
  std::uint16_t refusal = 404;
  std::string_view unused;
  for (const Route& route : server_.routes()) {
    if (!path_fits(route.path, path, {}, unused)) continue;
    if (route.method.empty() || route.method == method || (is_head_ && route.method == "GET"sv)) {
      request().route = &route;
      handler_ = &route.handler;
      return 0;
    }
    refusal = 405;
  }
  return refusal;
}

void Responder::take_field(std::string_view name, std::string_view value) {
  Request& request = this->request();
  if (encoding::is_word(name, "expect") && !request.parser.is_http_1_0()) {
    request.expects_continue = encoding::is_word(value, "100-continue");
    if (!request.expects_continue && request.refusal == 0) request.refusal = 417;
  }
  bool wanted = handler_ && handler_->keeps(name);
  for (const Filter* const each : server_.options().filters) wanted = wanted || each->keeps(name);
  if (!wanted || request.refusal == 414) return;
  keep(name);
  keep("\0"sv);
  keep(value);
  keep("\0"sv);
}

Received Responder::received() const {
  const Request& request = this->request();
  const std::string_view kept{request.kept(), request.kept_bytes};
  Received received;
  received.method = text_first(kept, request.method_bytes);
  received.path = text_first(text_from(kept, request.method_bytes), request.path_bytes);
  received.query = text_from(text_first(kept, request.fields_at),
                             std::size_t{request.method_bytes} + request.path_bytes);
  received.body = {block_ + sizeof(Request) + request.kept_bytes, request.body_bytes};
  received.kept_ = text_from(kept, request.fields_at);
  if (request.route) received.pattern_ = request.route->path;
  return received;
}

/// The head is there. Returns whether to go on reading.
bool Responder::take_head() {
  Request& request = this->request();
  const Framing framing = request.parser.framing();
  old_ = request.parser.is_http_1_0();
  keep_alive_ = framing.keep_alive && !ended_ && !server_.is_shutting_down();
  body_read_ = framing.kind == Framing::Kind::none ||
               (framing.kind == Framing::Kind::sized && framing.size == 0);
  request.decoder = BodyDecoder(framing);
  state_ = State::asked;
  since_ = loop().now();
  const Received received = this->received();
  if (!pass_filters(received)) return false;
  if (!body_read_) return begin_body(received, framing);
  if (request.refusal) return refuse(request.refusal);
  return call_handler();
}

/// Returns whether nobody has answered.
bool Responder::pass_filters(const Received& received) {
  for (Filter* const each : server_.options().filters) {
    const StillHere still(*this);
    calling_ = true;
    const bool passes = each->passes(received, *this);
    if (!still) return false;
    calling_ = false;
    if (!passes || answered_) {
      (void)after_call();
      return false;
    }
  }
  return true;
}

bool Responder::begin_body(const Received& received, const Framing& framing) {
  Request& request = this->request();
  const bool sized = framing.kind == Framing::Kind::sized;
  state_ = State::body;
  body_ = Body::dropped;
  if (request.refusal == 0 && handler_) {
    const StillHere still(*this);
    calling_ = told_ = true;
    const bool in_parts = handler_->on_head(received, *this);
    if (!still) return false;
    calling_ = false;
    if (answered_) return after_call();
    body_ = in_parts ? Body::in_parts : Body::gathered;
    const std::size_t room = request.room(loop()) - request.kept_bytes;
    if (!in_parts && sized && framing.size > room) return give_up(413);
  } else if (!sized || framing.size > skipped_bytes_max || request.expects_continue) {
    return refuse(request.refusal ? request.refusal : std::uint16_t{404});
  }
  check_in(server_.options().body_within);
  return true;
}

bool Responder::read_body(ByteSpan bytes, std::size_t& used) {
  const BodyDecoder::Step step = request().decoder.next(bytes.from(used));
  used += step.used;
  switch (step.kind) {
    case BodyDecoder::Kind::need_more: return false;
    case BodyDecoder::Kind::data:
      request().expects_continue = false;
      return take_part(step.data, used);
    case BodyDecoder::Kind::end: break;
    case BodyDecoder::Kind::broken:
      break_off(request().decoder.why() == Status::too_large ? 431 : 400);
      return false;
  }
  body_read_ = true;
  if (const std::uint16_t refusal = request().refusal) return refuse(refusal);
  return call_handler();
}

bool Responder::take_part(ByteView data, std::size_t& used) {
  Request& request = this->request();
  if (body_ == Body::dropped) return true;
  if (body_ == Body::gathered) {
    const std::size_t taken = std::size_t{request.kept_bytes} + request.body_bytes;
    if (data.size() > request.room(loop()) - taken) return give_up(413);
    std::memcpy(block_ + sizeof(Request) + taken, data.data(), data.size());
    request.body_bytes += static_cast<std::uint32_t>(data.size());
    return true;
  }
  since_ = loop().now();
  if (waits_) check_in(server_.options().body_within);
  waits_ = false;
  const StillHere still(*this);
  calling_ = true;
  const std::size_t taken = handler_->on_body(*this, data);
  if (!still) return false;
  calling_ = false;
  expects(taken <= data.size());
  if (answered_) return after_call();
  const std::size_t left = data.size() - taken;
  if (left == 0) return true;
  request.decoder.put_back(left);
  used -= left;
  waits_ = true;
  return false;
}

void Responder::resume() {
  send_more();
  transport_.resume();
}

/// The request is whole. Returns whether to go on reading.
bool Responder::call_handler() {
  state_ = State::asked;
  if (!handler_) return refuse(204);  // OPTIONS *
  const StillHere still(*this);
  calling_ = told_ = true;
  handler_->on_request(received(), *this);
  if (!still) return false;
  calling_ = false;
  if (!answered_ && !held_) return refuse(500);
  if (answered_) return after_call();
  give_back(block_);
  return true;
}

/// An answer was given while the application was called. Returns whether to go on reading.
bool Responder::after_call() {
  if (!answered_) return refuse(500);  // By a filter that let nobody pass, and said nothing.
  state_ = State::answering;
  send_on();
  return true;
}

/// What may be asked of a path.
void Responder::write_allowed(ByteWriter& out, std::string_view path) const {
  std::string_view unused;
  out.put("OPTIONS"sv);
  for (const Route& route : server_.routes()) {
    if (route.method.empty() || !path_fits(route.path, path, {}, unused)) continue;
    if (encoding::list_contains(out.text(), route.method)) continue;
    out.put(", "sv).put(route.method);
    if (route.method == "GET"sv) out.put(", HEAD"sv);
  }
}

/// Answers by ourselves. Returns whether to go on reading.
bool Responder::refuse(std::uint16_t code) {
  const StillHere still(*this);
  const Received received = this->received();
  if (code == 405 && received.method == "OPTIONS"sv) code = 204;
  state_ = State::asked;
  calling_ = true;
  Reply reply(*this, code);
  if (code == 405 || code == 204) {
    std::uint8_t room[80];
    ByteWriter allowed{room};
    write_allowed(allowed, received.path);
    reply.field("Allow"sv, allowed.text());
  }
  if (code != 204) reply.type("text/plain"sv);
  const Status status = reply.send(code == 204 ? std::string_view{} : reason_of(code));
  calling_ = false;
  if (status != Status::ok) {
    abort(true);
    return false;
  }
  return after_call() && static_cast<bool>(still);
}

/// Answers by ourselves what a handler may know of already. Returns whether to go on reading.
bool Responder::give_up(std::uint16_t code) {
  const StillHere still(*this);
  tell_gone();
  if (!still) return false;
  answered_ = false;
  return refuse(code);
}

/// The rest of what the client sends means nothing any more.
void Responder::break_off(std::uint16_t code) {
  body_read_ = true;
  keep_alive_ = false;
  (void)give_up(code);
}

}  // namespace mote::http
