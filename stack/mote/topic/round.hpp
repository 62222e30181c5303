// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/server.hpp"

namespace mote::topic {

/// Goes round the places of a server in search of a handler's occupants, a part of it each turn of
/// the loop: news for ten thousand readers must not hold up the rest.
class Round {
 public:
  /// Notes whose places they are. A view serves one server.
  void in(http::Server& server) { server_ = &server; }
  /// Once round from here, whatever is left of the last round.
  void begin() { left_ = server_ ? server_->places() : 0; }
  /// So much of it now.
  void begin_turn() {
    looks_ = looks_a_turn;
    serves_ = serves_a_turn;
  }
  /// The next occupant that belongs to `handler`; nullptr when the turn or the round is over.
  http::Occupant* next(const http::Handler& handler);
  /// One of them took its time.
  void served() { --serves_; }
  bool is_over() const { return left_ == 0; }

 private:
  static constexpr int looks_a_turn = 512;
  static constexpr int serves_a_turn = 16;

  http::Server* server_ = nullptr;
  std::size_t at_ = 0;
  std::size_t left_ = 0;
  int looks_ = 0;
  int serves_ = 0;
};

}  // namespace mote::topic
