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
  if (tx_block_) return wait_for_pieces();
  const Status sent = send_frame(kind, payload);
  if (sent == Status::would_block) writer_waits_ = true;
  return sent;
}

Status Connection::wait_for_pieces() {
  writer_waits_ = true;
  return Status::busy;
}

Status Connection::send_frame(Opcode opcode, ByteView payload) {
  const auto urgency = is_control(opcode) ? io::Urgency::control : io::Urgency::data;
  FrameHeader header{decoder_.us(), opcode, true, payload.size()};
  if (decoder_.us() == Role::server) return transport_.send(header.bytes(), payload, urgency);
  io::Blocks& blocks = loop().blocks();
  const std::size_t size = header.size() + payload.size();
  if (size > blocks.block_bytes()) return Status::too_large;
  std::uint8_t* const block = blocks.take_to_compose().data();
  if (!block) {
    wait_for_block();
    return Status::would_block;
  }
  loop().random(header.mask());
  header.write(payload, block);
  const Status sent = transport_.send({block, size}, {}, urgency);
  blocks.give_back(block);
  return sent;
}

std::size_t Connection::room() const {
  if (state_ != State::open || tx_block_) return 0;
  std::size_t room = transport_.room(io::Urgency::data);
  if (decoder_.us() == Role::client) room = std::min(room, loop().blocks().block_bytes());
  return FrameHeader::payload_that_fits(decoder_.us(), room);
}

Status Connection::start_close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return Status::not_open;
  if (!may_send(code) || reason.size() > close_reason_bytes_max) return Status::bad_argument;
  send_close(code, reason);
  if (close_waits_) close_code_ = code;
  enter(State::closing);
  return Status::ok;
}

void Connection::send_close(std::uint16_t code, std::string_view reason) {
  std::uint8_t room[control_payload_bytes_max];
  ByteWriter payload{room};
  put_close(payload, code, reason);
  close_waits_ = send_frame(Opcode::close, payload.written()) == Status::would_block;
}

void Connection::fail(Status status, std::uint16_t code) {
  end_status_ = status;
  close_code_ = code;
  end(code, decoder_.us());
}

/// Says the last word, if it is not said yet; closes the stream if we are the one to do it.
void Connection::end(std::uint16_t code, Role who_closes) {
  if (state_ == State::open) send_close(code, {});
  enter(State::ending);
  if (decoder_.us() == who_closes && !close_waits_) transport_.close();
}

void Connection::take_room() {
  if (state_ < State::open) return on_room();
  // First the control frames for which there was no room.
  if (pong_waits_) {
    if (send_frame(Opcode::pong, kept_control()) == Status::would_block) return;
    pong_waits_ = false;
    give_back_unused();
  }
  if (close_waits_) {
    send_close(close_code_, {});
    if (!close_waits_ && state_ == State::ending) transport_.close();
  }
  if (state_ != State::open) return;
  if (tx_block_) return outgoing().go_on();
  if (!writer_waits_) return;
  writer_waits_ = false;
  on_room();
}

Status Connection::send_pieces(Opcode text_or_binary, Callback<std::size_t(ByteSpan room)> more) {
  if (state_ != State::open) return Status::not_open;
  if (tx_block_) return wait_for_pieces();
  tx_block_ = loop().blocks().take_to_keep().data();
  if (!tx_block_) {
    writer_waits_ = true;
    wait_for_block();
    return Status::would_block;
  }
  ::new (tx_block_) Outgoing{[this] { send_next_pieces(); }, more, text_or_binary, false, 0, 0};
  set_deadline({0});  // It begins from the loop: nothing calls the application before that.
  return Status::ok;
}

Connection::Outgoing& Connection::outgoing() const {
  return *std::launder(reinterpret_cast<Outgoing*>(tx_block_));
}

void Connection::send_next_pieces() {
  for (int fragments = 0; fragments < fragments_a_turn; ++fragments) {
    if (outgoing().frame_bytes == 0 && !compose_piece(outgoing())) return;
    const Outgoing& now = outgoing();
    const ByteView frame{tx_block_ + now.frame_at, now.frame_bytes};
    const Status sent = transport_.send(frame, {}, io::Urgency::data);
    if (sent == Status::would_block) return;
    if (sent != Status::ok) return fail(sent, close_codes::going_away);
    outgoing().frame_bytes = 0;
    if (!now.last) continue;
    loop().blocks().give_back(tx_block_);
    tx_block_ = nullptr;
    return take_room();  // To others who wait.
  }
  set_deadline({0});  // More in the next turn.
}

/// Asks for the next piece and makes a frame of it. Returns false when the connection is over.
bool Connection::compose_piece(Outgoing& outgoing) {
  const std::size_t payload_at = sizeof(Outgoing) + header_room;
  // What every transport takes in one piece: ports/port.md, rule 2.
  const std::size_t longest =
      loop().blocks().block_bytes() - payload_at - io::control_reserve_bytes;
  const ByteSpan room{tx_block_ + payload_at, longest};
  // The application may end the connection meanwhile: then the block goes to others.
  Watch watch(*this);
  const std::size_t size = outgoing.more(room);
  if (watch.ended() || state_ != State::open || !tx_block_) return false;
  outgoing.last = size == 0;
  FrameHeader header{decoder_.us(), outgoing.next, outgoing.last, size};
  loop().random(header.mask());
  const std::size_t begin = payload_at - header.size();
  header.write(room.first(size), tx_block_ + begin);
  outgoing.next = Opcode::continuation;
  outgoing.frame_at = static_cast<std::uint16_t>(begin);
  outgoing.frame_bytes = static_cast<std::uint32_t>(header.size() + size);
  return true;
}

}  // namespace mote::ws
