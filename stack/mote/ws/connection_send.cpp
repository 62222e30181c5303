// SPDX-License-Identifier: MIT
// What goes out. What comes in is in connection.cpp.
#include <algorithm>
#include <cstring>
#include <new>

#include "mote/ws/connection.hpp"

namespace mote::ws {
namespace {

/// A message in pieces yields to the rest of the loop after so many fragments.
constexpr int fragments_a_turn = 8;

constexpr std::size_t header_room = FrameHeader::bytes_max;

}  // namespace

Status Connection::send_text(std::string_view text) {
  return send_message(Opcode::text, bytes_of(text));
}

Status Connection::send_binary(ByteView bytes) { return send_message(Opcode::binary, bytes); }

Status Connection::send_message(Opcode kind, ByteView payload) {
  if (state_ != State::open) return Status::not_open;
  if (tx_block_) return Status::busy;
  const Status sent = send_frame(kind, payload, io::Urgency::data);
  if (sent == Status::would_block) writer_waits_ = true;
  return sent;
}

Status Connection::send_frame(Opcode opcode, ByteView payload, io::Urgency urgency) {
  FrameHeader header{decoder_.us(), opcode, true, payload.size()};
  if (decoder_.us() == Role::server) return transport_.send(header.bytes(), payload, urgency);
  if (header.size() + payload.size() > loop_.blocks().block_bytes()) return Status::too_large;
  const io::ComposingBlock block(loop_.blocks());
  if (block.bytes().empty()) {
    wait_for_block();
    return Status::would_block;
  }
  loop_.random(header.mask());
  std::memcpy(block.bytes().data(), header.bytes().data(), header.size());
  const ByteSpan masked = block.bytes().from(header.size()).first(payload.size());
  copy_masked(payload, header.mask(), masked);
  return transport_.send(block.bytes().first(header.size() + payload.size()), {}, urgency);
}

std::size_t Connection::room() const {
  if (state_ != State::open || tx_block_) return 0;
  std::size_t room = transport_.room(io::Urgency::data);
  if (decoder_.us() == Role::client) room = std::min(room, loop_.blocks().block_bytes());
  return FrameHeader::payload_that_fits(decoder_.us(), room);
}

Status Connection::start_close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return Status::not_open;
  if (!may_send(code) || reason.size() > close_reason_bytes_max) return Status::bad_argument;
  send_close(code, reason);
  state_ = State::closing;
  since_ = loop_.now();
  on_deadlines();
  return Status::ok;
}

void Connection::send_close(std::uint16_t code, std::string_view reason) {
  std::uint8_t room[control_payload_bytes_max];
  ByteWriter payload{room};
  put_close(payload, code, reason);
  close_waits_ =
      send_frame(Opcode::close, payload.written(), io::Urgency::control) == Status::would_block;
  if (close_waits_ && state_ == State::open && end_status_ != Status::closed) close_code_ = code;
}

void Connection::fail(Status status, std::uint16_t code) {
  end_status_ = status;
  close_code_ = code;
  if (code == close_codes::gone) {
    transport_.abort();
    on_closed({status, Layer::ws, 0});
    return;
  }
  if (state_ == State::open) send_close(code, {});
  state_ = State::ending;
  since_ = loop_.now();
  if (!close_waits_) transport_.close();
  on_deadlines();
}

void Connection::on_writable() {
  if (state_ == State::idle) return on_room();
  Watch watch(*this);
  send_pending();
  if (watch.ended() || state_ != State::open || pong_waits_) return;
  if (tx_block_) send_next_pieces();
  if (watch.ended() || tx_block_ || !writer_waits_) return;
  writer_waits_ = false;
  on_room();
}

/// Control frames for which there was no room.
void Connection::send_pending() {
  if (pong_waits_ && state_ == State::open) {
    const ByteSpan payload = control_storage().first(control_bytes_);
    if (send_frame(Opcode::pong, payload, io::Urgency::control) == Status::would_block) return;
    pong_waits_ = false;
    if (gathered_ == 0 && !in_frame_) give_back(rx_block_);
  }
  if (!close_waits_) return;
  send_close(close_code_, {});
  if (!close_waits_ && state_ == State::ending) transport_.close();
}

Status Connection::send_pieces(Opcode text_or_binary, Callback<std::size_t(ByteSpan room)> more) {
  if (state_ != State::open) return Status::not_open;
  if (tx_block_) return Status::busy;
  const ByteSpan block = loop_.blocks().take_to_keep();
  if (block.empty()) {
    writer_waits_ = true;
    wait_for_block();
    return Status::would_block;
  }
  tx_block_ = block.data();
  ::new (tx_block_) Outgoing{more, text_or_binary, false, 0, 0};
  on_deadlines();  // It begins from the loop: nothing calls the application before that.
  return Status::ok;
}

Connection::Outgoing* Connection::outgoing() const {
  return std::launder(reinterpret_cast<Outgoing*>(tx_block_));
}

void Connection::send_next_pieces() {
  Watch watch(*this);
  for (int fragments = 0; fragments < fragments_a_turn; ++fragments) {
    if (outgoing()->frame_bytes == 0 && !compose_piece(*outgoing())) return;
    const Outgoing& now = *outgoing();
    const ByteView frame{tx_block_ + now.frame_at, now.frame_bytes};
    const Status sent = transport_.send(frame, {}, io::Urgency::data);
    if (sent == Status::would_block) return;
    if (sent != Status::ok) return fail(sent, close_codes::going_away);
    outgoing()->frame_bytes = 0;
    if (!now.last) continue;
    give_back(tx_block_);
    return;
  }
  on_deadlines();  // More in the next turn.
}

/// Asks for the next piece and makes a frame of it. Returns false when the connection is over.
bool Connection::compose_piece(Outgoing& outgoing) {
  const std::size_t payload_at = sizeof(Outgoing) + header_room;
  // What every transport takes in one piece: ports/port.md, rule 2.
  const std::size_t longest = loop_.blocks().block_bytes() - payload_at - io::control_reserve_bytes;
  const ByteSpan room{tx_block_ + payload_at, longest};
  // The application may end the connection meanwhile: then the block goes to others.
  Watch watch(*this);
  const std::size_t size = outgoing.more(room);
  if (watch.ended() || state_ != State::open || !tx_block_) return false;
  outgoing.last = size == 0;
  FrameHeader header{decoder_.us(), outgoing.next, outgoing.last, size};
  if (decoder_.us() == Role::client) {
    loop_.random(header.mask());
    copy_masked(room.first(size), header.mask(), room.first(size));
  }
  const std::size_t begin = payload_at - header.size();
  std::memcpy(tx_block_ + begin, header.bytes().data(), header.size());
  outgoing.next = Opcode::continuation;
  outgoing.frame_at = static_cast<std::uint16_t>(begin);
  outgoing.frame_bytes = static_cast<std::uint16_t>(header.size() + size);
  return true;
}

}  // namespace mote::ws
