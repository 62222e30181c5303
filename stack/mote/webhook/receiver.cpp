// SPDX-License-Identifier: MIT
#include "mote/webhook/receiver.hpp"

#include <cstring>

#include "mote/crypto/sha256.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/webhook/signature.hpp"

namespace mote::webhook {
namespace {

using namespace std::literals;

/// What stands for an id among those that were seen. Never 0, which stands for none.
std::uint64_t mark_of(std::string_view id) {
  const crypto::Sha256 digest = crypto::sha256(bytes_of(id));
  std::uint64_t mark = 0;
  std::memcpy(&mark, digest.data(), sizeof mark);
  return mark | 1;
}

}  // namespace

const ReceiverOptions Receiver::default_options{};

bool Receiver::keeps(std::string_view field_name) const {
  return encoding::list_contains(scheme_ == Scheme::standard
                                     ? "webhook-id,webhook-timestamp,webhook-signature"
                                     : "x-hub-signature-256,x-github-delivery,x-github-event",
                                 field_name);
}

std::string_view Receiver::id_of(const http::Received& request) const {
  return request.field(scheme_ == Scheme::standard ? "webhook-id"sv : "x-github-delivery"sv);
}

/// What can be said before the body is there.
Status Receiver::look_at(const http::Received& request, http::Responder& responder) const {
  if (id_of(request).empty()) return Status::protocol_error;
  if (scheme_ == Scheme::hub)
    return request.field("x-hub-signature-256"sv).empty() ? Status::protocol_error : Status::ok;
  if (request.field("webhook-timestamp"sv).empty() || request.field("webhook-signature"sv).empty())
    return Status::protocol_error;
  return responder.loop().unix_seconds() == 0 ? Status::clock_unknown : Status::ok;
}

Status Receiver::check(const http::Received& request, ByteView body, std::uint64_t now) const {
  if (scheme_ == Scheme::hub)
    return verify_hub(secrets_, request.field("x-hub-signature-256"sv), body);
  const Claim claim{
      id_of(request), request.field("webhook-timestamp"sv), request.field("webhook-signature"sv)};
  return verify(secrets_, claim, body, now, options_->tolerance);
}

bool Receiver::on_head(const http::Received& request, http::Responder& responder) {
  Status status = look_at(request, responder);
  const Instant now = responder.loop().now();
  const bool busy = filler_ && !is_due(begun_ + options_->body_within, now);
  if (status == Status::ok && busy) status = Status::no_slot;
  if (status != Status::ok) {
    refuse(status, id_of(request), responder);
    return false;
  }
  if (room_.empty()) return false;
  filler_ = &responder;
  responder.user = this;
  filled_ = 0;
  begun_ = now;
  return true;
}

std::size_t Receiver::on_body(http::Responder& responder, ByteView part) {
  if (filler_ != &responder) {
    refuse(Status::no_slot, {}, responder);  // It took too long, and another one needed the room.
  } else if (part.size() > room_.size() - filled_) {
    filler_ = nullptr;
    refuse(Status::too_large, {}, responder);
  } else {
    std::memcpy(room_.data() + filled_, part.data(), part.size());
    filled_ += part.size();
  }
  return part.size();
}

void Receiver::on_request(const http::Received& request, http::Responder& responder) {
  const bool fills = filler_ == &responder;
  const ByteView body = fills ? room_.first(filled_) : request.body;
  if (fills) filler_ = nullptr;
  Status status = look_at(request, responder);
  if (responder.user == this && !fills) status = Status::no_slot;
  if (status == Status::ok) status = check(request, body, responder.loop().unix_seconds());
  const Arrival arrival{id_of(request), request.field("x-github-event"sv), body};
  if (status != Status::ok) return refuse(status, arrival.id, responder);
  deliver(arrival, responder);
}

void Receiver::deliver(const Arrival& arrival, http::Responder& responder) {
  const std::uint64_t mark = mark_of(arrival.id);
  if (!is_seen(mark)) {
    const http::StillHere still(responder);
    const bool taken = on_delivery && on_delivery(arrival);
    if (!still) return;
    if (!taken) return refuse(Status::no_slot, arrival.id, responder);
    seen_[next_] = mark;
    next_ = next_ + 1 == seen_.size() ? 0 : next_ + 1;
  }
  (void)responder.answer(200);
}

bool Receiver::is_seen(std::uint64_t mark) const {
  for (const std::uint64_t each : seen_)
    if (each == mark) return true;
  return false;
}

void Receiver::on_gone(http::Responder& responder) {
  if (filler_ == &responder) filler_ = nullptr;
}

void Receiver::refuse(Status why, std::string_view id, http::Responder& responder) {
  std::uint16_t code = 503;
  std::string_view field = "Retry-After: 5\r\n"sv;
  switch (why) {
    case Status::protocol_error: code = 400, field = {}; break;
    case Status::unauthorised:
    // A 401 names a scheme (RFC 9110 §15.5.2). There is no name for this one.
    case Status::expired: code = 401, field = "WWW-Authenticate: Webhook\r\n"sv; break;
    case Status::too_large: code = 413, field = {}; break;
    case Status::bad_argument: code = 500, field = {}; break;
    default: break;
  }
  (void)http::Reply(responder, code).lines(field).send();
  if (on_refused) on_refused(why, id);
}

}  // namespace mote::webhook
