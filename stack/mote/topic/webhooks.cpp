// SPDX-License-Identifier: MIT
#include "mote/topic/webhooks.hpp"

#include "mote/topic/writing.hpp"

namespace mote::topic {
namespace {

constexpr std::int32_t gone = 410;

}  // namespace

Webhooks::Webhooks(Topic& topic, webhook::Sender& sender)
    : topic_(topic), sender_(sender), place_(topic.last().sequence) {
  topic.subscribe(*this);
  sender.on_delivered = [this](const webhook::Delivery&) { on_delivered(); };
  sender.on_given_up = [this](const webhook::Delivery& lost) { on_given_up(lost.why); };
}

void Webhooks::start(Cursor cursor) {
  sender_.clear();
  place_ = topic_.knows(cursor) ? cursor.sequence : nowhere;
  running_ = true;
  topic_.tell();
}

void Webhooks::on_delivered() {
  if (!running_) return;
  const Cursor moved = posted_;
  place_ = moved.sequence;
  const auto tell = on_moved;  // on_stopped may destroy this.
  post_next();
  if (tell) tell(moved);
}

void Webhooks::on_given_up(Failure why) {
  if (why.layer == Layer::http && why.native == gone) return stop_for(why);
  // At least once means for as long as the ring has it: from the beginning, with a first attempt.
  post_next();
}

void Webhooks::post_next() {
  if (!running_ || sender_.waiting() || !has_news(topic_, place_)) return;
  Status status = Status::ok;
  {
    const io::ComposingBlock block(topic_.loop().blocks());
    if (block.bytes().empty()) return topic_.tell();
    ByteWriter out{block.bytes()};
    posted_ = put_object(out, topic_, place_);
    status = sender_.post("mote.topic", out.text());
  }
  if (status != Status::ok) stop_for({status, Layer::application, 0});
}

void Webhooks::stop_for(Failure why) {
  running_ = false;
  if (on_stopped) on_stopped(why);
}

}  // namespace mote::topic
