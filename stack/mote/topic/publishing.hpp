// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/handler.hpp"
#include "mote/topic/topic.hpp"

namespace mote::topic {

/// Publishes what is POSTed to it, as docs/protocols/topic.md specifies: the body is the data,
/// `event` in the query the event; answers 201 with the id. Who may is the business of a filter.
class Publishing final : public http::Handler {
 public:
  explicit Publishing(Topic& topic) : topic_(topic) {}

  /// Whether this may be published; else it is answered 403. Unset: whatever the topic takes.
  Callback<bool(std::string_view event, std::string_view data)> admits;

 private:
  void on_request(const http::Received& request, http::Responder& responder) override;

  Topic& topic_;
};

}  // namespace mote::topic
