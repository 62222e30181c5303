// SPDX-License-Identifier: MIT
// What comes in, and the deadlines. What goes out is in connection_send.cpp.
#include "mote/ws/connection.hpp"

#include <algorithm>
#include <cstring>

#include "mote/encoding/token.hpp"

namespace mote::ws {

void Connection::begin() {
  forget();
  state_ = State::open;
  if (borrows_) memory_bytes_ = loop().blocks().block_bytes();
  decoder_.reset();
  heard_ = loop().now();
  set_deadline(options_->timing.ping_after);
}

void Connection::agree_on(std::string_view subprotocol) {
  const std::string_view all = options_->subprotocols;
  const char* const at = subprotocol.empty() ? all.data() + all.size() : subprotocol.data();
  subprotocol_at_ = static_cast<std::uint16_t>(at - all.data());
}

std::string_view Connection::subprotocol() const {
  std::string_view rest = text_from(options_->subprotocols, subprotocol_at_);
  std::string_view chosen;
  (void)encoding::next_element(rest, chosen);
  return chosen;
}

void Connection::forget() {
  end_watches();
  loop().blocks().give_back(part_with_block());
  loop().blocks().give_back(tx_block_);
  tx_block_ = nullptr;
  pinged_ = pong_waits_ = close_waits_ = paused_ = writer_waits_ = false;
  control_bytes_ = 0;
  gathered_ = 0;
  end_status_ = Status::ok;
  close_code_ = close_codes::gone;
}

/// To `closing` or `ending`, neither of which lasts longer than `close_within`.
void Connection::enter(State state) {
  state_ = state;
  // Or the peer's close frame would wait behind what nobody is told of.
  if (paused_ && (state == State::ending || !is_told())) resume();
  pong_waits_ = false;  // Nothing is sent behind a close frame (RFC 6455 §5.5.1).
  since_ = loop().now();
  set_deadline(options_->timing.close_within);
}

void Connection::resume() {
  paused_ = false;
  if (state_ >= State::open) transport_.resume();
}

std::size_t Connection::take(ByteSpan bytes) {
  heard_ = loop().now();
  pinged_ = false;
  std::size_t used = 0;
  Watch watch(*this);
  for (;;) {
    if (state_ == State::ending) return bytes.size();
    // An empty frame has its payload without another byte.
    if (used == bytes.size() && !(decoder_.in_frame() && decoder_.left() == 0)) return used;
    if (paused_ || (decoder_.in_frame() && !has_room_for_rest(bytes.size() - used))) return used;
    const FrameDecoder::Step step = decoder_.next(bytes.from(used));
    used += step.used;
    switch (step.kind) {
      case FrameDecoder::Kind::need_more: return used;
      case FrameDecoder::Kind::header: start_frame(); break;
      case FrameDecoder::Kind::payload:
        if (is_control(decoder_.opcode())) {
          take_control(step);
        } else if (is_told()) {
          // Behind the peer's close frame comes nothing (§5.5.1): that state is `ending`.
          take_data(step);
        }
        break;
      case FrameDecoder::Kind::broken:
        fail(Status::protocol_error, close_codes::protocol_error);
        break;
    }
    if (watch.ended()) return 0;
  }
}

/// Whether the payload can be taken when so many bytes of it are there. An unfinished one is
/// kept; without a place for it nothing more is taken, until a block comes free.
bool Connection::has_room_for_rest(std::size_t available) {
  const std::uint64_t left = decoder_.left();
  const bool control = is_control(decoder_.opcode());
  const std::size_t kept = control ? control_bytes_ : gathered_;
  if (kept == 0 && decoder_.final() && left <= available) return true;
  if (left == 0) return true;
  if (decoder_.opcode() == Opcode::pong) return true;  // Of no use but that it came.
  if (!control && (in_pieces_ || !is_told())) return true;
  if (take_memory()) return true;
  wait_for_block();
  return false;
}

/// Looks at a new frame's header.
void Connection::start_frame() {
  const Opcode opcode = decoder_.opcode();
  if (is_control(opcode)) {
    if (opcode == Opcode::pong) return;
    control_bytes_ = 0;
    pong_waits_ = false;  // The newest ping is the one to answer (§5.5.3).
    return;
  }
  if (opcode != Opcode::continuation) {
    is_text_ = opcode == Opcode::text;
    gathered_ = 0;
    utf8_.reset();
  }
  if (!is_told()) return;
  const std::size_t longest =
      in_pieces_ ? options_->piece_message_bytes_max : memory_bytes_ - control_payload_bytes_max;
  // Refused before a byte of it is read.
  if (gathered_ > longest || decoder_.left() > longest - gathered_)
    fail(Status::too_large, close_codes::message_too_big);
}

void Connection::take_data(const FrameDecoder::Step& step) {
  const ByteSpan piece = step.payload;
  const bool last = step.last && decoder_.final();
  // What is not text leaves utf8_ as it was reset.
  const bool valid = !is_text_ || (step.ascii && utf8_.is_whole()) || utf8_.check(piece);
  if (!valid || (last && !utf8_.is_whole()))
    return fail(Status::protocol_error, close_codes::invalid_payload);
  if (in_pieces_ || (last && gathered_ == 0)) {
    gathered_ = last ? 0 : gathered_ + piece.size();
    if (last || !piece.empty()) on_message(piece, last);
    return;
  }
  if (!piece.empty()) {
    if (gathered_ == 0 && state_ == State::open) {
      since_ = loop().now();
      set_deadline({0});  // It may be due sooner now.
    }
    std::memcpy(memory_ + gathered_, piece.data(), piece.size());
    gathered_ += piece.size();
  }
  if (last) deliver_gathered();
}

void Connection::deliver_gathered() {
  const ByteSpan message{memory_, gathered_};
  gathered_ = 0;
  // The block is out of the connection's hands: the message stays even if it is closed in the
  // callback. Who waits to be sent a pong gets its place back.
  std::uint8_t* const block = part_with_block();
  io::Blocks& blocks = loop().blocks();
  Watch watch(*this);
  on_message(message, true);
  if (!watch.ended() && pong_waits_ && block) {
    memory_ = block;
  } else {
    blocks.give_back(block);
  }
}

void Connection::take_control(const FrameDecoder::Step& step) {
  if (decoder_.opcode() == Opcode::pong) return;
  ByteSpan payload = step.payload;
  if (control_bytes_ != 0 || !step.last) {
    keep_control(payload);
    payload = kept_control();
  }
  if (!step.last) return;
  if (decoder_.opcode() == Opcode::close) return act_on_close(payload);
  if (decoder_.opcode() == Opcode::ping && state_ == State::open &&
      send_frame(Opcode::pong, payload) == Status::would_block) {
    if (!take_memory()) return fail(Status::too_slow, close_codes::try_again_later);
    control_bytes_ = 0;
    keep_control(payload);
    pong_waits_ = true;
  }
  give_back_unused();
}

void Connection::act_on_close(ByteSpan payload) {
  const ClosePayload close = parse_close(payload);
  if (!close.valid) return fail(Status::protocol_error, close.answer_with);
  end_status_ = Status::closed;
  close_code_ = close.code;
  // The reason is told at the very end; it waits where control frames do, if there is a place.
  control_bytes_ = 0;
  if (!close.reason.empty() && take_memory()) keep_control(bytes_of(close.reason));
  // A server ends the stream at once; a client lets the server do it (§7.1.1).
  end(close.answer_with, Role::server);
}

/// Puts `bytes`, which may lie there already, behind what is kept of a control frame.
void Connection::keep_control(ByteView bytes) {
  if (!bytes.empty()) std::memmove(kept_control().end(), bytes.data(), bytes.size());
  control_bytes_ = static_cast<std::uint8_t>(control_bytes_ + bytes.size());
}

bool Connection::take_memory() {
  if (!memory_) memory_ = loop().blocks().take_to_keep().data();
  return memory_ != nullptr;
}

/// Returns the block that is borrowed, if one is; it is the caller's to give back.
std::uint8_t* Connection::part_with_block() {
  if (!borrows_) return nullptr;
  std::uint8_t* const block = memory_;
  memory_ = nullptr;
  return block;
}

void Connection::give_back_unused() {
  if (gathered_ == 0 && !pong_waits_) loop().blocks().give_back(part_with_block());
}

void Connection::take_free_block() {
  if (state_ >= State::open) transport_.resume();
  take_room();
}

void Connection::take_end() {
  // Without a close frame this is no proper end (§7.1.5); what we still had to say is of no use.
  if (end_status_ == Status::ok) end_status_ = Status::reset;
  if (state_ >= State::open) enter(State::ending);
  transport_.close();
}

void Connection::take_closed(Failure why) {
  Close how{why, close_code_, {}};
  if (end_status_ != Status::ok) how.failure = {end_status_, Layer::ws, close_code_};
  if (end_status_ == Status::closed && control_bytes_ != 0) how.reason = text_of(kept_control());
  io::Blocks& blocks = loop().blocks();
  std::uint8_t* const block = part_with_block();  // The reason lies in it.
  forget();
  on_end(how);
  blocks.give_back(block);
}

void Connection::drop(Status status, Layer layer, std::int32_t native) {
  transport_.abort();
  take_closed({status, layer, native});
}

Duration Connection::act_on_time() {
  const Timing& timing = options_->timing;
  const Instant now = loop().now();
  if (state_ != State::open) {
    const Duration wait = left_of(timing.close_within, since_, now);
    if (wait.ms != 0) return wait;
    close_waits_ = false;
    enter(State::ending);
    transport_.close();
    return timing.close_within;
  }
  if (paused_) heard_ = now;  // It is not the peer who is silent.
  Duration wait = left_of(timing.ping_after, heard_, now);
  if (wait.ms == 0) {
    if (!pinged_) (void)send_frame(Opcode::ping, {});
    pinged_ = true;  // Also when there was no room: then the peer takes nothing, and time runs.
    wait = left_of(timing.pong_within, heard_ + timing.ping_after, now);
    if (wait.ms == 0) {
      drop(Status::timed_out, Layer::ws, close_codes::gone);
      return wait;
    }
  }
  if (borrows_ && memory_ && gathered_ != 0) {
    const Duration rest = left_of(timing.message_within, since_, now);
    if (rest.ms == 0) {
      fail(Status::timed_out, close_codes::policy_violation);
      return timing.close_within;
    }
    wait = std::min(wait, rest);
  }
  set_deadline(wait);
  if (tx_block_) outgoing().go_on();
  return wait;
}

}  // namespace mote::ws
