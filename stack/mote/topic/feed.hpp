// SPDX-License-Identifier: MIT
#pragma once

#include "mote/topic/events.hpp"
#include "mote/topic/polls.hpp"
#include "mote/topic/publishing.hpp"
#include "mote/topic/sockets.hpp"

namespace mote::topic {

/// A topic by every technique, as the handlers of a server's routes:
///
///     topic::Feed feed{readings};
///     const http::Route routes[] = {
///         {"GET", "/readings", feed.poll},           // short poll; with ?wait=30 a long one
///         {"GET", "/readings/events", feed.events},  // Server-Sent Events
///         {"GET", "/readings/socket", feed.socket},  // WebSocket
///         {"POST", "/readings", feed.publish},
///     };
///
/// Whoever wants only some of them declares those, and links no other.
struct Feed {
  explicit Feed(Topic& topic) : poll(topic), events(topic), socket(topic), publish(topic) {}

  Polls poll;
  Events events;
  Sockets socket;
  Publishing publish;
};

}  // namespace mote::topic
