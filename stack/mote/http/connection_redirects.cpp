// SPDX-License-Identifier: MIT
// What http::Connection does when it is sent elsewhere.
#include "mote/encoding/url.hpp"
#include "mote/http/connection.hpp"
#include "mote/http/redirect.hpp"

namespace mote::http {

using encoding::Url;

const RedirectRules redirect_rules = {&RedirectRules::take_location_of, &RedirectRules::follow_by};

bool RedirectRules::take_location_of(Connection& client, std::string_view value) {
  return client.take_location(value);
}

bool RedirectRules::follow_by(Connection& client, const Framing& framing) {
  return client.follow(framing);
}

/// Keeps what a Location field means at the front of tx. What was still to be sent from there has
/// no taker any more.
bool Connection::take_location(std::string_view value) {
  if (upload_ != Upload::done) upload_ = Upload::stopped;
  ByteWriter location(front());
  const Status status = encoding::resolve_url(current_url(), value, location);
  if (status != Status::ok) {
    fail(status);
    return false;
  }
  answer_ = Answer::moved;
  unsent_end_ = static_cast<std::uint16_t>(location.size());
  return true;
}

/// Sends the request to where the Location says: over this connection, if that takes little
/// reading, or over a new one.
bool Connection::follow(const Framing& framing) {
  bool reuse = framing.keep_alive && upload_ == Upload::done &&
               !(framing.kind == Framing::Kind::sized && framing.size > skipped_bytes_max);
  const Watch watch(*this);
  const Status status = redirect(reuse);
  if (watch.ended()) return false;
  if (status != Status::ok) {
    fail(status);
    return false;
  }
  if (reuse) {
    begin_body(framing, State::skipping);
    return true;
  }
  reconnect();
  return false;
}

/// Makes the request that follows the redirect. `reuse` becomes false when that goes elsewhere.
Status Connection::redirect(bool& reuse) {
  if (redirects_ >= limits_now().redirects_max) return Status::too_many_redirects;
  ++redirects_;
  Url to;
  Status status = encoding::parse_url(text_of(tx_memory().first(unsent_end_)), to);
  if (status == Status::ok) status = may_follow(current_url(), to);
  if (status != Status::ok) return status;
  if (!is_at(to)) {
    reuse = false;
    hides_secrets_ = true;
  }
  if (becomes_get(code_, request_.method)) {
    request_.method = "GET";
    request_.body = {};
    drops_body_ = true;
  }
  if (pulled_ && pulls() && !request_.may_repeat) return Status::not_repeatable;
  status = keep_origin(to, unsent_end_);
  if (status != Status::ok) return status;
  return rewind() ? compose() : Status::closed;
}

}  // namespace mote::http
