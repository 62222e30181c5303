// SPDX-License-Identifier: MIT
#include "mote/polling/held_requests.hpp"

#include <algorithm>

#include "mote/base/byte_writer.hpp"
#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/http/server.hpp"

namespace mote::polling {
namespace {

using namespace std::literals;

/// The mark of a held request is when its time is up, in an even number of milliseconds; or that,
/// and this bit: on_released is to be told.
constexpr std::uint32_t released = 1;

}  // namespace

const HeldOptions HeldRequests::default_options{};

void HeldRequests::on_request(const http::Received& request, http::Responder& responder) {
  if (on_asked) {
    const http::StillHere still(responder);
    if (!on_asked(request, responder) || !still || !responder.may_answer()) return;
  }
  hold(responder);
}

void HeldRequests::hold(http::Responder& responder) {
  server_ = &responder.server();
  if (responder.is_head()) return (void)responder.answer(204);
  // Counting is put off for as long as it cannot matter: it looks at all places.
  if (counted_ >= options_->held_max) counted_ = held();
  if (counted_ >= options_->held_max) {
    std::uint8_t seconds[10];
    ByteWriter out{seconds};
    out.number(options_->retry_after.ms / 1000);
    (void)http::Reply(responder, 503).field("Retry-After"sv, out.text()).send();
    return;
  }
  ++counted_;
  const Instant end = responder.loop().now() + options_->at_most;
  responder.hold(options_->at_most, end.ms & ~released);
}

http::Responder* HeldRequests::held_at(std::size_t place) const {
  http::Occupant* const occupant = server_->occupant(place);
  if (!occupant || occupant->handler() != this) return nullptr;
  // Nothing else than a Responder has us for its handler.
  auto* const responder = static_cast<http::Responder*>(occupant);
  return responder->is_held() ? responder : nullptr;
}

std::size_t HeldRequests::held() const {
  std::size_t count = 0;
  for (std::size_t place = 0; server_ && place < server_->places(); ++place)
    count += held_at(place) != nullptr;
  return count;
}

void HeldRequests::release() {
  std::uint32_t count = 0;
  for (std::size_t place = 0; server_ && place < server_->places(); ++place)
    if (http::Responder* const each = held_at(place))
      each->hold({count++ / answers_a_turn}, each->mark() | released);
}

bool HeldRequests::takes_turn(Instant now) {
  if (now != turn_) in_turn_ = 0;
  turn_ = now;
  // A server with thousands of places looks at them only every so many milliseconds.
  const std::size_t most = std::max<std::size_t>(answers_a_turn, server_->places() / 8);
  return in_turn_++ < most;
}

void HeldRequests::on_held_out(http::Responder& responder) {
  const std::uint32_t mark = responder.mark();
  const Instant now = responder.loop().now();
  if (!takes_turn(now)) return responder.hold({1}, mark);
  if ((mark & released) == 0 || !on_released) return (void)responder.answer(204);
  // It waits on before it is told: then release() may be called from there.
  const Instant end{mark & ~released};
  responder.hold(until(end, now), end.ms);
  on_released(responder);
}

void HeldRequests::on_writable(http::Responder& responder) {
  if (responder.is_held()) responder.hold({0}, responder.mark() | released);
}

void HeldRequests::on_half_closed(http::Responder& responder) { (void)responder.answer(204); }

}  // namespace mote::polling
