// SPDX-License-Identifier: MIT
#include "mote/topic/round.hpp"

namespace mote::topic {
namespace {

constexpr std::uint16_t looks_a_turn = 512;
constexpr std::uint8_t serves_a_turn = 16;

}  // namespace

void Round::begin_turn(const Topic& topic) {
  if (told_ != topic.last() || (left_ == 0 && again_)) {
    told_ = topic.last();
    again_ = false;
    left_ = server_ ? server_->places() : 0;
  }
  looks_ = looks_a_turn;
  serves_ = serves_a_turn;
}

http::Occupant* Round::next(const http::Handler& handler) {
  for (; left_ && looks_ && serves_; --looks_) {
    if (at_ >= server_->places()) at_ = 0;
    http::Occupant* const each = server_->occupant(at_++);
    --left_;
    if (each && each->handler() == &handler) return each;
  }
  return nullptr;
}

void Round::come_again(Topic& topic) {
  again_ = true;
  topic.tell();
}

void Round::end_turn(Topic& topic) {
  if (left_) topic.tell();
}

}  // namespace mote::topic
