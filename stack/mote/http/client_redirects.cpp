// SPDX-License-Identifier: MIT
// What http::Client does when it is sent elsewhere.
#include <cstring>

#include "mote/encoding/url.hpp"
#include "mote/http/client.hpp"
#include "mote/http/redirect.hpp"

namespace mote::http {

using encoding::Url;

std::string_view Client::current_url() const {
  if (target_bytes_ == 0) return request_.url;
  return text_of(tx_.from(tx_.size() - host_bytes_ - target_bytes_).first(target_bytes_));
}

bool Client::is_redirect() const {
  return request_.redirects == Redirects::follow && !method_after(code_, request_.method).empty();
}

/// Keeps what a Location field means at the front of tx. What was still to be sent from there has
/// no taker any more.
bool Client::take_location(std::string_view value) {
  if (upload_ != Upload::done) upload_ = Upload::stopped;
  Url base;
  ByteWriter location(front());
  Status status = encoding::parse_url(current_url(), base);
  if (status == Status::ok) status = encoding::resolve_url(base, value, location);
  if (status != Status::ok) {
    fail(status);
    return false;
  }
  location_bytes_ = static_cast<std::uint16_t>(location.size());
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
  Url from, to;
  Status status = encoding::parse_url(current_url(), from);
  if (status == Status::ok) status = encoding::parse_url(text_of(tx_.first(location_bytes_)), to);
  if (status == Status::ok) status = may_follow(from, to);
  if (status != Status::ok) return status;
  if (!same_origin(from, to)) {
    reuse = false;
    hides_secrets_ = true;
  }
  const std::string_view method = method_after(code_, request_.method);
  if (method != request_.method) {
    request_.method = method;
    request_.body = {};
    request_.more = {};
    request_.rewind = {};
    drops_body_ = true;
  }
  if (pulled_ && request_.more && !request_.rewind) return Status::not_repeatable;
  status = keep_target(to);
  if (status != Status::ok) return status;
  const Watch watch(*this);
  if (request_.rewind) request_.rewind();
  return watch.ended() ? Status::closed : compose();
}

/// Keeps the host of the connection at the very end of tx.
Status Client::keep_host(const Url& url) {
  if (url.host.size() > tx_.size()) return Status::too_large;
  std::memcpy(tx_.end() - url.host.size(), url.host.data(), url.host.size());
  far_bytes_ = host_bytes_ = static_cast<std::uint16_t>(url.host.size());
  return Status::ok;
}

/// Moves the URL at the front of tx to its far end.
Status Client::keep_target(const Url& url) {
  const std::size_t host_bytes = url.host.size();
  if (location_bytes_ + host_bytes > tx_.size()) return Status::too_large;
  const char* const begin = reinterpret_cast<const char*>(tx_.data());
  const auto host_at = static_cast<std::size_t>(url.host.data() - begin);
  std::uint8_t* const kept = tx_.end() - host_bytes - location_bytes_;
  std::memmove(kept, tx_.data(), location_bytes_);
  std::memcpy(tx_.end() - host_bytes, kept + host_at, host_bytes);
  target_bytes_ = location_bytes_;
  host_bytes_ = static_cast<std::uint16_t>(host_bytes);
  far_bytes_ = static_cast<std::uint16_t>(target_bytes_ + host_bytes_);
  return Status::ok;
}

}  // namespace mote::http
