// SPDX-License-Identifier: MIT
// How a request is answered, and how connections end. How it is read is in responder_receiving.cpp.
#include "mote/http/responder.hpp"

#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/http/reply.hpp"
#include "mote/http/responder_request.hpp"
#include "mote/http/server.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

/// An answer in pieces yields to the rest of the loop after so many.
constexpr int pieces_a_turn = 8;
/// What a client still sends of a body that was refused is read for so long, so that it gets to
/// read the answer.
constexpr Duration drained_within{2'000};
constexpr std::size_t drained_bytes_max = 1024 * 1024;
/// Whoever held a request for as long as he said is told so again, until he answers.
constexpr Duration held_out_again{1'000};
/// What stands before and behind the data of a chunk.
constexpr std::size_t chunk_head_max = 10;
constexpr std::size_t chunk_tail = 2;

}  // namespace

void Responder::begin() {
  handler_ = nullptr;
  user = nullptr;
  filter_mark = 0;
  state_ = State::idle;
  keep_alive_ = old_ = is_head_ = body_read_ = answered_ = calling_ = told_ = held_ = false;
  pulled_ = chunked_ = waits_ = ended_ = starves_ = false;
  left_ = 0;
  held_for_ = Duration::forever();
  since_ = loop().now();
  check_in(server_.options().kept);
}

Status Responder::answer(std::uint16_t code, std::string_view type, std::string_view body) {
  return Reply(*this, code).type(type).send(body);
}

Status Responder::answer_constant(std::uint16_t code, std::string_view type, ByteView body) {
  return Reply(*this, code).type(type).send_constant(body);
}

Status Responder::stream(std::uint16_t code, std::string_view type, More more, std::size_t size) {
  return Reply(*this, code).type(type).stream(more, size);
}

void Responder::send_more() {
  if (!waits_) return;
  waits_ = false;
  since_ = loop().now();
  check_in({0});
}

Ticket Responder::ticket() {
  held_ = true;
  Place& place = server_.place_of(*this);
  Ticket ticket;
  ticket.place_ = &place;
  ticket.tenant_ = place.tenant_;
  ticket.request_ = place.request_;
  return ticket;
}

void Responder::hold(Duration at_most, std::uint32_t mark) {
  expects(may_answer());
  held_ = true;
  left_ = mark;
  held_for_ = at_most;
  since_ = loop().now();
  check_in(at_most);
}

Responder* Ticket::responder() const {
  if (!place_ || place_->tenant_ != tenant_ || place_->request_ != request_) return nullptr;
  // Whoever takes the place over changes `tenant_`, so this is who gave the ticket.
  return static_cast<Responder*>(std::launder(reinterpret_cast<Occupant*>(place_->memory_)));
}

/// Of this object only the memory is left.
void* Responder::make_way() {
  expects(may_answer());
  give_back(block_);
  Place& place = server_.place_of(*this);
  place.tenant_ = static_cast<std::uint16_t>(place.tenant_ + 2);
  return place.memory_;
}

std::string_view Responder::connection_option() {
  keep_alive_ = keep_alive_ && body_read_ && !ended_ && !server_.is_shutting_down();
  if (!keep_alive_) return "close"sv;
  return old_ ? "keep-alive"sv : std::string_view{};
}

/// Whether an answer of unknown length may go out in chunks; else the end of the connection is its
/// end.
bool Responder::begin_chunks() {
  chunked_ = !old_;
  if (old_) keep_alive_ = false;
  return chunked_;
}

/// Sends the first `size` bytes of a block. What finds no room waits in it.
Status Responder::send_composed(io::ComposingBlock& block, std::size_t size) {
  const Status status = transport_.send(block.bytes().first(size), {}, io::Urgency::data);
  if (status != Status::would_block) return status;
  pending_ = block.keep();
  pending_bytes_ = static_cast<std::uint32_t>(size);
  return pending_ ? Status::ok : status;
}

void Responder::answer_is(ByteView constant) {
  answered_ = true;
  waits_ = false;
  constant_ = constant.data();
  left_ = constant.size();
  since_ = loop().now();
  if (calling_) return;
  state_ = State::answering;
  send_on();
}

void Responder::answer_is_pulled(More more, std::size_t size) {
  pulled_ = size != 0;
  if (size != unknown) chunked_ = false;  // As it was for an answer that found no room.
  waits_ = false;
  ::new (static_cast<void*>(&more_)) More(more);
  left_ = size;
  answered_ = true;
  since_ = loop().now();
  if (calling_) return;
  state_ = State::answering;
  check_in({0});  // Not from here: `more` would be called.
}

/// Sends what there is of the answer, for as long as there is room.
void Responder::send_on() {
  give_back(block_);
  check_in(server_.options().taken_within);
  for (int piece = 0; piece < pieces_a_turn; ++piece) {
    if (pending_ && !send_pending()) return;
    if (!pulled_ && left_ == 0) return finish();
    if (pulled_) {
      if (!send_piece()) return;
      continue;
    }
    const std::size_t sent = transport_.send_constant({constant_, left_});
    if (sent) since_ = loop().now();
    constant_ += sent;
    left_ -= sent;
    if (left_) return;
  }
  check_in({0});
}

bool Responder::send_pending() {
  const ByteView bytes{pending_, pending_bytes_};
  // When the connection is lost, on_closed follows.
  if (transport_.send(bytes, {}, io::Urgency::data) != Status::ok) return false;
  since_ = loop().now();
  give_back(pending_);
  return true;
}

/// Asks for the next piece and sends it. Returns whether to go on.
bool Responder::send_piece() {
  if (waits_) return false;
  const std::size_t most = io::surely_sent_bytes(loop().blocks().block_bytes());
  if (transport_.room(io::Urgency::data) < most) {
    transport_.await_room(most);
    return false;
  }
  io::ComposingBlock block(loop().blocks());
  if (block.bytes().empty()) {
    await_block();
    return false;
  }
  const ByteSpan room = block.bytes().from(chunk_head_max);
  const std::size_t wanted = std::min(left_, most - chunk_head_max - chunk_tail);
  const StillHere still(*this);
  const More more = more_;
  const std::size_t size = more(room.first(wanted));
  if (!still) return false;
  if (size == later) {
    waits_ = true;
    return false;
  }
  expects(size <= wanted);
  ByteSpan piece = room.first(size);
  if (chunked_) {
    std::uint8_t digits[chunk_head_max];
    ByteWriter head{digits};
    if (size) write_chunk_size(head, static_cast<std::uint32_t>(size));
    const std::string_view tail = size ? chunk_end : last_chunk;
    std::memcpy(room.data() - head.size(), digits, head.size());
    std::memcpy(room.data() + size, tail.data(), tail.size());
    piece = {room.data() - head.size(), head.size() + size + tail.size()};
  } else if (size == 0 && left_ != unknown) {
    abort(true);  // Less than was promised: the client must notice.
    return false;
  }
  if (left_ != unknown) left_ -= size;
  if (size == 0 || left_ == 0) {
    pulled_ = false;
    left_ = 0;
  }
  since_ = loop().now();
  std::memmove(block.bytes().data(), piece.data(), piece.size());
  if (send_composed(block, piece.size()) == Status::ok) return true;
  abort(true);
  return false;
}

void Responder::on_writable() {
  if (state_ == State::answering) return send_on();
  ask_for_body();
  if (is_held() && handler_) handler_->on_writable(*this);
}

void Responder::on_block_free() {
  if (state_ != State::idle) return on_writable();
  if (begin_head()) transport_.resume();
}

/// The answer is sent.
void Responder::finish() {
  Place& place = server_.place_of(*this);
  ++place.request_;
  told_ = false;
  if (!body_read_) {
    state_ = State::draining;
    left_ = drained_bytes_max;
    since_ = loop().now();
    check_in(drained_within);
  } else if (!keep_alive_ || server_.is_shutting_down()) {
    return close();
  } else {
    begin();
  }
  transport_.resume();
}

void Responder::close() {
  give_back(block_);
  state_ = State::closing;
  transport_.close();
}

Duration Responder::check() {
  const ServerOptions& options = server_.options();
  const Instant now = loop().now();
  Duration most = Duration::forever();
  switch (state_) {
    case State::idle: most = starves_ ? options.head_within : options.kept; break;
    case State::head: most = options.head_within; break;
    case State::body:
      if (!waits_) most = options.body_within;
      break;
    case State::answering:
      if (!waits_) most = options.taken_within;
      break;
    case State::draining: most = drained_within; break;
    case State::asked: most = held_for_; break;
    case State::closing: break;
  }
  if (most == Duration::forever()) return most;
  if (!is_due(since_ + most, now)) {
    const Duration left = until(since_ + most, now);
    if (state_ == State::answering) send_on();  // It may have yielded. This may be the end of us.
    return left;
  }
  switch (state_) {
    case State::head:
    case State::body: break_off(408); break;
    case State::answering: abort(true); break;
    case State::asked:
      held_for_.ms += held_out_again.ms;
      handler_->on_held_out(*this);
      return held_out_again;
    case State::idle:
      // What there is no block to read cannot be answered from one either.
      if (starves_) (void)transport_.send_constant(bytes_of(unavailable));
      [[fallthrough]];
    default: close(); break;
  }
  return Duration::forever();
}

void Responder::on_ended() {
  switch (state_) {
    case State::asked:
      ended_ = true;
      keep_alive_ = false;
      if (held_ && handler_) handler_->on_half_closed(*this);
      return;
    case State::answering:
      ended_ = true;
      keep_alive_ = false;
      return;
    case State::body: {
      const StillHere still(*this);
      tell_gone();
      if (!still) return;
      break;
    }
    default: break;
  }
  close();
}

/// Tells the handler that it need not answer any more.
void Responder::tell_gone() {
  if (!told_) return;
  told_ = false;
  answered_ = true;
  if (handler_) handler_->on_gone(*this);
}

void Responder::on_closed(Failure) {
  const StillHere still(*this);
  tell_gone();
  if (!still) return;
  give_back(block_);
  give_back(pending_);
  vacate();
}

void Responder::wind_up() {
  keep_alive_ = false;
  if (state_ == State::idle || state_ == State::head) close();
  // Whoever was promised an answer in a while gets it now.
  if (is_held() && held_for_ != Duration::forever()) held_for_ = {0};
}

void Responder::abort(bool tells) {
  const StillHere still(*this);
  transport_.abort();
  if (tells) tell_gone();
  if (!still) return;
  give_back(block_);
  give_back(pending_);
  vacate();
}

}  // namespace mote::http
