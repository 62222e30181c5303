// SPDX-License-Identifier: MIT
#pragma once

#include "mote/topic/topic.hpp"

namespace mote::topic {

/// Reaches the end of a sequence without four billion messages.
struct TopicProbe {
  /// The topic as if it had published so many, and none were there any more.
  static void skip_to(Topic& topic, std::uint32_t sequence) {
    while (topic.count_) topic.drop_oldest();
    topic.oldest_at_ = topic.free_at_ = topic.wrap_at_ = 0;
    topic.last_ = sequence;
  }
};

}  // namespace mote::topic
