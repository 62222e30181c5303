// SPDX-License-Identifier: MIT
#include "mote/base/watch.hpp"

namespace mote {

Watch::~Watch() {
  if (watched_) {
    watched_->watches_ = outer_;
  } else if (outer_) {
    outer_->watched_ = nullptr;
  }
}

}  // namespace mote
