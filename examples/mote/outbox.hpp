// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <string>

#include "mote/ws/connection.hpp"

namespace tool {

/// Messages of any size that wait to be sent by a WebSocket, in order.
class Outbox {
 public:
  /// Dies after the connection of `socket` did, or is not used any more.
  explicit Outbox(mote::ws::Connection& socket) : socket_(socket) {}

  void add(mote::ws::Opcode text_or_binary, std::string message);
  /// Sends as much as there is room for.
  void send();
  /// The same, for the socket's on_writable.
  void send_on();
  /// Whether all is sent.
  bool empty() const { return waiting_.empty(); }
  /// What waits, in bytes.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Message {
    mote::ws::Opcode kind;
    std::string bytes;
  };
  bool send_front();
  std::size_t fill(mote::ByteSpan room);
  void drop_front();

  mote::ws::Connection& socket_;
  std::deque<Message> waiting_;
  std::size_t bytes_ = 0;
  std::size_t sent_ = 0;  // of the first, while it is sent in pieces
  bool in_pieces_ = false;
};

}  // namespace tool
