// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/server.hpp"
#include "mote/topic/topic.hpp"

namespace mote::topic {

/// Goes round the places of a server in search of a handler's occupants, a part of it each turn of
/// the loop: news for ten thousand readers must not hold up the rest.
///
///     round_.begin_turn(topic_);
///     while (http::Occupant* const each = round_.next(*this)) …  // and then served()
///     round_.end_turn(topic_);
class Round {
 public:
  /// Notes whose places they are. A view serves one server, which lives as long as it does.
  void in(http::Server& server) { server_ = &server; }
  /// Another round begins with it, if there is news since the last or somebody has not had all.
  void begin_turn(const Topic& topic);
  /// The next occupant that belongs to `handler`; nullptr when the turn or the round is over.
  http::Occupant* next(const http::Handler& handler);
  /// One of them took its time.
  void served() { --serves_; }
  /// One of them has not had all of it.
  void come_again(Topic& topic);
  /// Asks for another turn, if the round is not over.
  void end_turn(Topic& topic);

 private:
  http::Server* server_ = nullptr;
  Cursor told_{};  // up to here somebody was looked for
  std::size_t at_ = 0;
  std::size_t left_ = 0;
  std::uint16_t looks_ = 0;  // what is left of this turn
  std::uint8_t serves_ = 0;
  bool again_ = false;
};

}  // namespace mote::topic
