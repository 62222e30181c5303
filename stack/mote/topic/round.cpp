// SPDX-License-Identifier: MIT
#include "mote/topic/round.hpp"

namespace mote::topic {

http::Occupant* Round::next(const http::Handler& handler) {
  for (; left_ && looks_ && serves_; --looks_) {
    if (at_ >= server_->places()) at_ = 0;
    http::Occupant* const each = server_->occupant(at_++);
    --left_;
    if (each && each->handler() == &handler) return each;
  }
  return nullptr;
}

}  // namespace mote::topic
