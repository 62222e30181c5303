// SPDX-License-Identifier: MIT
// What comes in, and the deadlines. What goes out is in connection_send.cpp.
#include "mote/ws/connection.hpp"

#include <algorithm>
#include <cstring>

namespace mote::ws {
namespace {

constexpr Timing default_timing{};

}  // namespace

Connection::Connection(io::Loop& loop, io::Transport& transport, Role us, ByteSpan memory)
    : timing_(&default_timing),
      message_bytes_max_(~std::size_t{0}),
      loop_(loop),
      transport_(transport),
      decoder_(us),
      memory_(memory) {}

void Connection::begin() {
  forget();
  state_ = State::open;
  paused_ = in_frame_ = pinged_ = pong_waits_ = close_waits_ = writer_waits_ = false;
  control_bytes_ = 0;
  decoder_ = FrameDecoder(decoder_.us());
  heard_ = loop_.now();
  on_deadlines();
}

void Connection::forget() {
  end_watches();
  state_ = State::idle;
  gathered_ = 0;
  end_status_ = Status::ok;
  close_code_ = close_codes::gone;
  io::Blocks::stop_waiting(*this);
  give_back(rx_block_);
  give_back(tx_block_);
}

void Connection::give_back(std::uint8_t*& block) {
  if (block) loop_.blocks().give_back({block, loop_.blocks().block_bytes()});
  block = nullptr;
}

void Connection::resume() {
  paused_ = false;
  if (state_ != State::idle) transport_.resume();
}

std::size_t Connection::on_received(ByteSpan bytes) {
  heard_ = loop_.now();
  pinged_ = false;
  std::size_t used = 0;
  Watch watch(*this);
  while (!paused_) {
    if (state_ == State::ending) return bytes.size();
    if (in_frame_ && !has_room_for_rest(bytes.size() - used)) break;
    const FrameDecoder::Step step = decoder_.next(bytes.from(used));
    used += step.used;
    bool goes_on = true;
    switch (step.kind) {
      case FrameDecoder::Kind::need_more: return used;
      case FrameDecoder::Kind::header: goes_on = start_frame(); break;
      case FrameDecoder::Kind::payload: goes_on = take_payload(step); break;
      case FrameDecoder::Kind::broken:
        fail(Status::protocol_error, close_codes::protocol_error);
        break;
    }
    if (watch.ended()) return 0;
    if (!goes_on) return bytes.size();
  }
  return used;
}

/// Whether the payload can be taken when so many bytes of it are there. An unfinished one is
/// gathered; without a place for it nothing more is taken, until a block comes free.
bool Connection::has_room_for_rest(std::size_t available) {
  const bool control = is_control(decoder_.opcode());
  if (decoder_.left() == 0) return true;
  const bool whole = decoder_.left() <= available;
  if (control ? whole && control_bytes_ == 0 : in_pieces_) return true;
  if (!control && whole && decoder_.final() && gathered_ == 0) return true;
  if (available == 0 || take_storage()) return true;
  wait_for_block();
  return false;
}

/// Looks at a new frame's header. Returns whether the connection still reads.
bool Connection::start_frame() {
  in_frame_ = true;
  const Opcode opcode = decoder_.opcode();
  if (is_control(opcode)) {
    control_bytes_ = 0;
    pong_waits_ = false;  // The newest ping is the one to answer (RFC 6455 §5.5.3).
    return true;
  }
  if (opcode != Opcode::continuation) {
    kind_ = opcode;
    gathered_ = 0;
    utf8_.reset();
  }
  // Refused before a byte of it is read.
  if (decoder_.left() > longest_message() - std::min(gathered_, longest_message())) {
    fail(Status::too_large, close_codes::message_too_big);
    return false;
  }
  return true;
}

bool Connection::take_payload(const FrameDecoder::Step& step) {
  if (step.last) in_frame_ = false;
  if (is_control(decoder_.opcode())) return take_control(step.payload, step.last);
  return take_data(step, step.last && decoder_.final());
}

bool Connection::take_data(const FrameDecoder::Step& step, bool last) {
  const ByteSpan piece = step.payload;
  if (state_ != State::open) return true;  // Nobody is told of data after a close (§5.5.1).
  const bool known = step.ascii && utf8_.is_whole();
  if (kind_ == Opcode::text && ((!known && !utf8_.check(piece)) || (last && !utf8_.is_whole()))) {
    fail(Status::protocol_error, close_codes::invalid_payload);
    return false;
  }
  if (in_pieces_) {
    gathered_ = last ? 0 : gathered_ + piece.size();
    if (last || !piece.empty()) on_message_piece(piece, last);
    return true;
  }
  if (gathered_ == 0 && last) {
    on_message(kind_, piece);
    return true;
  }
  if (!piece.empty()) {
    if (!rx_block_ && memory_.empty() && !take_storage()) {
      fail(Status::too_slow, close_codes::try_again_later);
      return false;
    }
    const bool first = gathered_ == 0;
    std::memcpy(storage().data() + gathered_, piece.data(), piece.size());
    gathered_ += piece.size();
    if (first) {
      since_ = loop_.now();
      on_deadlines();
    }
  }
  if (last) deliver_gathered();
  return true;
}

void Connection::deliver_gathered() {
  const ByteSpan message = storage().first(gathered_);
  gathered_ = 0;
  // The block is taken out of the connection's hands: the message stays even if it is closed in the
  // callback. Who waits to be sent a pong gets its place back.
  std::uint8_t* const block = rx_block_;
  rx_block_ = nullptr;
  io::Blocks& blocks = loop_.blocks();
  Watch watch(*this);
  on_message(kind_, message);
  if (!watch.ended() && pong_waits_ && !rx_block_) {
    rx_block_ = block;
  } else if (block) {
    blocks.give_back({block, blocks.block_bytes()});
  }
}

bool Connection::take_control(ByteSpan piece, bool last) {
  if (control_bytes_ == 0 && last) return act_on_control(piece);
  if (!piece.empty()) {
    std::memcpy(control_storage().data() + control_bytes_, piece.data(), piece.size());
    control_bytes_ = static_cast<std::uint8_t>(control_bytes_ + piece.size());
  }
  if (!last) return true;
  return act_on_control(control_storage().first(control_bytes_));
}

bool Connection::act_on_control(ByteSpan payload) {
  if (decoder_.opcode() == Opcode::close) return act_on_close(payload);
  if (decoder_.opcode() == Opcode::pong || state_ != State::open) return true;
  const Status sent = send_frame(Opcode::pong, payload, io::Urgency::control);
  if (sent == Status::would_block) {
    if (!take_storage()) {
      fail(Status::too_slow, close_codes::try_again_later);
      return false;
    }
    if (!payload.empty()) std::memmove(control_storage().data(), payload.data(), payload.size());
    control_bytes_ = static_cast<std::uint8_t>(payload.size());
    pong_waits_ = true;
  } else if (gathered_ == 0) {
    give_back(rx_block_);
  }
  return true;
}

bool Connection::act_on_close(ByteView payload) {
  const ClosePayload close = parse_close(payload);
  if (!close.valid) {
    fail(Status::protocol_error, close.answer_with);
    return false;
  }
  if (end_status_ == Status::ok) {
    // The reason is told at the very end; it waits in the place of control frames, if there is one.
    end_status_ = Status::closed;
    close_code_ = close.code;
    control_bytes_ = 0;
    if (!close.reason.empty() && take_storage()) {
      std::memmove(control_storage().data(), close.reason.data(), close.reason.size());
      control_bytes_ = static_cast<std::uint8_t>(close.reason.size());
    }
  }
  pong_waits_ = false;
  if (state_ == State::open) send_close(close.answer_with, {});
  state_ = State::ending;
  since_ = loop_.now();
  // A server ends the stream at once; a client lets the server do it (§7.1.1).
  if (decoder_.us() == Role::server && !close_waits_) transport_.close();
  on_deadlines();
  return false;
}

ByteSpan Connection::storage() const {
  if (!memory_.empty()) return memory_;
  return rx_block_ ? ByteSpan{rx_block_, loop_.blocks().block_bytes()} : ByteSpan{};
}

bool Connection::take_storage() {
  if (!storage().empty()) return true;
  rx_block_ = loop_.blocks().take_to_keep().data();
  return rx_block_ != nullptr;
}

ByteSpan Connection::control_storage() const {
  const ByteSpan all = storage();
  return all.empty() ? all : all.from(all.size() - control_payload_bytes_max);
}

std::size_t Connection::longest_message() const {
  if (in_pieces_) return message_bytes_max_;
  const std::size_t all = memory_.empty() ? loop_.blocks().block_bytes() : memory_.size();
  return all - control_payload_bytes_max;
}

void Connection::on_block_free() {
  if (state_ != State::idle) transport_.resume();
  on_writable();
}

void Connection::on_ended() {
  // Without a close frame this is no proper end (§7.1.5); what we still had to say is of no use.
  if (end_status_ == Status::ok) end_status_ = Status::reset;
  state_ = State::ending;
  transport_.close();
}

void Connection::on_closed(Failure why) {
  Close how{why, close_code_, {}};
  if (end_status_ != Status::ok) {
    how.failure = {end_status_, Layer::ws, close_code_};
    if (end_status_ == Status::closed && control_bytes_ > 0)
      how.reason = text_of(control_storage().first(control_bytes_));
  }
  std::uint8_t* const block = rx_block_;  // The reason lies in it.
  rx_block_ = nullptr;
  forget();
  io::Blocks& blocks = loop_.blocks();
  on_end(how);
  if (block) blocks.give_back({block, blocks.block_bytes()});
}

Duration Connection::next_check() const {
  const Instant now = loop_.now();
  if (state_ == State::idle) return Duration::forever();
  if (state_ != State::open) return until(since_ + timing_->close_within, now);
  if (tx_block_ && outgoing()->frame_bytes == 0) return {0};
  const Duration quiet{timing_->ping_after.ms + (pinged_ ? timing_->pong_within.ms : 0)};
  Duration next = until(heard_ + quiet, now);
  if (rx_block_ && gathered_ > 0)
    next = std::min(next, until(since_ + timing_->message_within, now));
  return next;
}

void Connection::check() {
  const Instant now = loop_.now();
  if (state_ == State::idle) return;
  if (state_ != State::open) {
    if (!is_due(since_ + timing_->close_within, now)) return;
    state_ = State::ending;
    since_ = now;
    close_waits_ = false;
    transport_.close();
    return;
  }
  if (is_due(heard_ + timing_->ping_after + timing_->pong_within, now)) {
    fail(Status::timed_out, close_codes::gone);
  } else if (rx_block_ && gathered_ > 0 && is_due(since_ + timing_->message_within, now)) {
    fail(Status::timed_out, close_codes::policy_violation);
  } else if (tx_block_ && outgoing()->frame_bytes == 0) {
    send_next_pieces();
  } else if (!pinged_ && is_due(heard_ + timing_->ping_after, now)) {
    (void)send_frame(Opcode::ping, {}, io::Urgency::control);
    pinged_ = true;  // Also when there was no room: then the peer takes nothing, and time runs.
  }
}

}  // namespace mote::ws
