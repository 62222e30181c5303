// SPDX-License-Identifier: MIT
#pragma once

#include "mote/sse/stream.hpp"
#include "mote/topic/round.hpp"
#include "mote/topic/slow.hpp"
#include "mote/topic/topic.hpp"

namespace mote::topic {

/// A topic as Server-Sent Events, as docs/protocols/topic.md specifies: from Last-Event-ID or
/// `after` on, with gaps and restarts told by events of their own. A reader costs its place of the
/// server, and nothing else.
///
///     topic::Events events{readings};
///     const http::Route routes[] = {{"GET", "/readings/events", events}};
///
/// Of one server, which must live while the topic is published to.
class Events final : public http::Handler, Reader {
 public:
  explicit Events(Topic& topic, Slow slow = Slow::skip);

  /// Heartbeat, deadline and retry; `options` outlive this.
  void use(const sse::StreamOptions& options) { streams_.use(options); }

 private:
  struct Batch;
  void on_request(const http::Received& request, http::Responder& responder) override;
  void on_news() override;
  void begin(sse::Stream& stream);
  void go_on(sse::Stream& stream, Batch& batch);
  void serve(sse::Stream& stream, Batch& batch);

  Topic& topic_;
  Slow slow_;
  Round round_;
  sse::Streams streams_;
};

}  // namespace mote::topic
