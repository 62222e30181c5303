// SPDX-License-Identifier: MIT
#pragma once

#include "mote/topic/topic.hpp"
#include "mote/webhook/sender.hpp"

namespace mote::topic {

/// A topic for one subscriber who is sent every message as a signed POST of its own, as
/// docs/protocols/topic.md specifies: in order, and at least once. The cursor moves on 2xx; while
/// the subscriber is away the messages wait in the ring, and what falls out of it is told.
///
///     webhook::SizedSender<1, 512> sender{net, tls, target};  // one place: the ring is the queue
///     topic::Webhooks subscriber{readings, sender};
class Webhooks final : Reader {
 public:
  /// Takes over the callbacks on_delivered and on_given_up of `sender`, which outlives this and is
  /// nobody else's. Begins with what is published from now on.
  Webhooks(Topic& topic, webhook::Sender& sender);

  /// Begins anew behind `cursor`: where an earlier life stopped, say.
  void start(Cursor cursor);
  /// Posts nothing more, until start().
  void stop() { running_ = false; }

  /// The subscriber has everything up to here. Whoever wants to go on after a reboot stores it.
  Callback<void(Cursor)> on_moved;
  /// Nothing is posted any more: the subscriber answered 410 (HTTP, 410), or the sender refuses
  /// what it is given (`why.status` as webhook::Sender::post() says).
  Callback<void(Failure why)> on_stopped;

 private:
  void on_news() override { post_next(); }
  void on_delivered();
  void on_given_up(Failure why);
  void post_next();
  void stop_for(Failure why);

  Topic& topic_;
  webhook::Sender& sender_;
  std::uint32_t place_;
  Cursor posted_{};  // where the subscriber stands when it has taken what is on its way
  bool running_ = true;
};

}  // namespace mote::topic
