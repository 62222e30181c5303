// SPDX-License-Identifier: MIT
#include "mote/base/list.hpp"

namespace mote {

void Link::enter_before(Link& other) {
  next_ = &other;
  previous_ = other.previous_;
  previous_->next_ = this;
  other.previous_ = this;
}

void Link::leave() {
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = this;
}

Link* Link::take_next() {
  Link* const taken = next_;
  taken->leave();
  return taken;
}

void Link::take_all(Link& other) {
  while (other.next_ != &other) other.take_next()->enter_before(*this);
}

}  // namespace mote
