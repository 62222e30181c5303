// SPDX-License-Identifier: MIT
// What http::Client does when it is sent elsewhere.
#include <cstring>

#include "mote/encoding/url.hpp"
#include "mote/http/client.hpp"
#include "mote/http/redirect.hpp"

namespace mote::http {

using encoding::Url;

Url Client::current_url() const {
  const ByteSpan target = tx_.from(tx_.size() - host_bytes_ - target_bytes_).first(target_bytes_);
  Url url;
  (void)encoding::parse_url(target.empty() ? url_ : text_of(target), url);  // It was good.
  return url;
}

bool Client::is_redirect() const {
  return redirects_ != reports_redirects && !method_after(code_, method_).empty();
}

/// Keeps what a Location field means at the front of tx. What was still to be sent from there has
/// no taker any more.
bool Client::take_location(std::string_view value) {
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
bool Client::follow(const Framing& framing) {
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
Status Client::redirect(bool& reuse) {
  if (redirects_ >= limits.redirects_max) return Status::too_many_redirects;
  ++redirects_;
  Url to;
  Status status = encoding::parse_url(text_of(tx_.first(unsent_end_)), to);
  if (status == Status::ok) status = may_follow(current_url(), to);
  if (status != Status::ok) return status;
  if (!is_at(to)) {
    reuse = false;
    hides_secrets_ = true;
  }
  const std::string_view method = method_after(code_, method_);
  if (method != method_) {
    method_ = method;
    body_ = {};
    more_ = {};
    rewind_ = {};
    drops_body_ = true;
  }
  if (pulled_ && more_ && !rewind_) return Status::not_repeatable;
  status = keep_origin(to, unsent_end_);
  if (status != Status::ok) return status;
  return rewind() ? compose() : Status::closed;
}

/// Keeps the host of the connection at the very end of tx, and before it the target of a redirect,
/// which lies at its front.
Status Client::keep_origin(const Url& url, std::size_t target_bytes) {
  const std::size_t host_bytes = url.host.size();
  if (host_bytes + target_bytes > tx_.size()) return Status::too_large;
  std::uint8_t* const host = tx_.end() - host_bytes;
  std::memcpy(host, url.host.data(), host_bytes);
  std::memmove(host - target_bytes, tx_.data(), target_bytes);
  host_bytes_ = static_cast<std::uint16_t>(host_bytes);
  target_bytes_ = static_cast<std::uint16_t>(target_bytes);
  far_bytes_ = static_cast<std::uint16_t>(host_bytes + target_bytes);
  return Status::ok;
}

}  // namespace mote::http
