// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/handler.hpp"
#include "mote/topic/round.hpp"
#include "mote/topic/topic.hpp"

namespace mote::topic {

/// A topic for those who ask for it, again and again: short and long polling, as
/// docs/protocols/topic.md specifies. GET with `after` or If-None-Match answers what came since,
/// as JSON or as events; with `wait` it is held until something comes, at the price of its place.
///
///     topic::Polls poll{readings};
///     const http::Route routes[] = {{"GET", "/readings", poll}};
///
/// Of one server, which must live while the topic is published to.
class Polls final : public http::Handler, Reader {
 public:
  /// Nobody is held longer than `held_most`, whatever he asks for.
  explicit Polls(Topic& topic, Duration held_most = {60'000});

 private:
  void on_request(const http::Received& request, http::Responder& responder) override;
  void on_writable(http::Responder& responder) override;
  void on_half_closed(http::Responder& responder) override;
  void on_news() override;
  Status answer(http::Responder& responder, std::uint32_t place, bool as_events);
  void answer_held(http::Responder& responder);

  Topic& topic_;
  Duration held_most_;
  Round round_;
};

}  // namespace mote::topic
