// SPDX-License-Identifier: MIT
#include "mote/ws/session.hpp"

#include "mote/ws/server.hpp"

namespace mote::ws {

Session::Session(http::Server& server,
                 io::Transport& transport,
                 Server& owner,
                 const Options& options)
    : Occupant(server, transport, &owner), Connection(transport, Role::server, {}) {
  options_ = &options;
  in_pieces_ = static_cast<bool>(owner.on_piece);
}

Status Session::pass_on(ByteView frame) {
  return tx_block_ ? Status::busy : Occupant::transport_.send(frame, {}, io::Urgency::data);
}

Server& Session::owner() const { return static_cast<Server&>(*handler_); }

void Session::on_message(ByteSpan bytes, bool last) {
  Server& owner = this->owner();
  if (in_pieces_) {
    if (owner.on_piece) owner.on_piece(*this, bytes, last);
  } else if (message_kind() == Opcode::text) {
    if (owner.on_text) owner.on_text(*this, text_of(bytes));
  } else if (owner.on_binary) {
    owner.on_binary(*this, bytes);
  }
}

void Session::wait_for_block() {
  // Who waited longest is served first: see http::Server::on_block_free().
  if (!starves_) Occupant::since_ = loop().now();
  await_block();
}

void Session::on_room() {
  if (owner().on_writable) owner().on_writable(*this);
}

void Session::on_end(const Close& how) {
  state_ = State::closed;
  const http::StillHere still(*this);
  if (owner().on_closed) owner().on_closed(*this, how);
  if (still) vacate();
}

void Session::wind_up() { (void)start_close(close_codes::going_away, {}); }

void Session::abort(bool tells) {
  if (tells && state_ == State::closed) return;  // It is being told.
  if (tells) return drop(Status::closed, Layer::application);
  Occupant::transport_.abort();
  forget();
  vacate();
}

}  // namespace mote::ws
