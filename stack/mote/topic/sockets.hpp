// SPDX-License-Identifier: MIT
#pragma once

#include "mote/topic/round.hpp"
#include "mote/topic/slow.hpp"
#include "mote/topic/topic.hpp"
#include "mote/ws/server.hpp"

namespace mote::topic {

/// A topic as a WebSocket, as docs/protocols/topic.md specifies: with subprotocol `mote.v1` each
/// message has its id, gaps and restarts are told, and the client may publish; without it the
/// messages are bare data. A reader costs its place of the server, and nothing else.
///
///     topic::Sockets socket{readings};
///     const http::Route routes[] = {{"GET", "/readings/socket", socket}};
///
/// Of one server, which must live while the topic is published to.
class Sockets final : public http::Handler, Reader {
 public:
  /// A reader with bare data cannot be told that it missed something: it is always closed.
  explicit Sockets(Topic& topic, Slow slow = Slow::skip);

  /// Whether a client may publish this; else it is told `forbidden`, or closed with 1008 when it
  /// speaks bare data. Unset: whatever the topic takes.
  Callback<bool(std::string_view event, std::string_view data)> admits;

  /// Origins, deadlines and more; outlives this. Its subprotocols are to be `mote.v1`.
  void use(const ws::Options& options) { sessions_.use(options); }

 private:
  struct Batch;
  bool keeps(std::string_view field_name) const override { return sessions_.keeps(field_name); }
  void on_request(const http::Received& request, http::Responder& responder) override;
  void on_news() override;
  Status publish(std::string_view event, std::string_view data);
  void on_text(ws::Session& session, std::string_view text);
  void begin(ws::Session& session);
  void go_on(ws::Session& session, Batch& batch);
  void serve(ws::Session& session, Batch& batch);
  bool send_next(ws::Session& session, Batch& batch);

  Topic& topic_;
  Slow slow_;
  std::uint32_t opening_ = 0;  // where the one who opens stands
  Round round_;
  ws::Server sessions_;
};

}  // namespace mote::topic
