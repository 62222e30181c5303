// SPDX-License-Identifier: MIT
#include "outbox.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tool {

using mote::Status;

void Outbox::add(mote::ws::Opcode text_or_binary, std::string message) {
  bytes_ += message.size();
  waiting_.push_back({text_or_binary, std::move(message)});
}

void Outbox::send() {
  while (!waiting_.empty() && !in_pieces_ && send_front()) {
  }
}

void Outbox::send_on() {
  if (in_pieces_) {  // The last piece is sent.
    in_pieces_ = false;
    sent_ = 0;
    drop_front();
  }
  send();
}

/// Returns whether the first one is gone, or is being sent in pieces.
bool Outbox::send_front() {
  const Message& message = waiting_.front();
  Status status = message.kind == mote::ws::Opcode::text
                      ? socket_.send_text(message.bytes)
                      : socket_.send_binary(mote::bytes_of(message.bytes));
  if (status == Status::too_large) {
    status = socket_.send_pieces(message.kind, [this](mote::ByteSpan room) { return fill(room); });
    in_pieces_ = status == Status::ok;
    // It is busy now, and will say when it is so no more.
    if (in_pieces_) (void)socket_.send_binary({});
    return in_pieces_;
  }
  if (status != Status::ok) return false;
  drop_front();
  return true;
}

std::size_t Outbox::fill(mote::ByteSpan room) {
  const std::string& bytes = waiting_.front().bytes;
  const std::size_t size = std::min(room.size(), bytes.size() - sent_);
  std::memcpy(room.data(), bytes.data() + sent_, size);
  sent_ += size;
  return size;
}

void Outbox::drop_front() {
  bytes_ -= waiting_.front().bytes.size();
  waiting_.pop_front();
}

}  // namespace tool
