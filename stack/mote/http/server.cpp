// SPDX-License-Identifier: MIT
#include "mote/http/server.hpp"

#include <algorithm>

#include "mote/http/responder_request.hpp"

namespace mote::http {
namespace {

constexpr ServerOptions default_options{};

/// Who has no place: is told so, and nobody wants to know more.
class Turned final : public io::TransportEvents {
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override { return bytes.size(); }
  void on_writable() override {}
  void on_ended() override {}
  void on_closed(Failure) override {}
};
Turned turned_away;

/// So many places are looked at in a millisecond, at most: whoever has thousands would else do
/// nothing but look which of their deadlines is due. So each comes a little later.
constexpr std::size_t places_a_ms = 512;

}  // namespace

io::Loop& Occupant::loop() const { return server_.loop(); }

std::uint8_t* Occupant::take_block() {
  // Not before those who wait already.
  const bool others = List<io::BlockWaiter>::contains(server_);
  std::uint8_t* const block = others ? nullptr : loop().blocks().take_to_keep().data();
  starves_ = false;
  if (!block) await_block();
  return block;
}

void Occupant::await_block() {
  starves_ = true;
  loop().blocks().wait_for(server_);
}

void Occupant::give_back(std::uint8_t*& block) {
  if (block) loop().blocks().give_back({block, loop().blocks().block_bytes()});
  block = nullptr;
}

void Occupant::check_in(Duration at_most) { server_.check_in(at_most); }

StillHere::StillHere(Occupant& occupant)
    : watch_(occupant.server()),
      place_(occupant.server().place_of(occupant)),
      tenant_(place_.tenant_) {}

void Occupant::vacate() { server_.vacate(server_.place_of(*this)); }

Server::Server(io::Loop& loop, io::Listener& listener, Span<const Route> routes, Span<Place> places)
    : listener_(listener),
      options_(&default_options),
      routes_(routes),
      places_(places),
      timer_(loop, [this] { on_timer(); }) {}

Server::~Server() {
  listener_.stop();
  for (std::size_t at = 0; at < places_.size(); ++at)
    if (Occupant* const each = occupant(at)) each->abort(false);
}

Status Server::listen(std::uint16_t port) {
  shutting_down_ = false;
  return listener_.listen(port, *this);
}

io::TransportEvents* Server::on_accepted(io::Transport& connection) {
  for (std::size_t tries = places_.size(); tries != 0; --tries) {
    // From the last one on: what lies before it was taken or looked at not long ago.
    Place& place = places_[next_place_];
    if (++next_place_ == places_.size()) next_place_ = 0;
    if (place.is_taken()) continue;
    ++place.tenant_;
    return ::new (static_cast<void*>(place.memory_)) Responder(*this, connection);
  }
  (void)connection.send_constant(bytes_of(unavailable));
  connection.close();
  return &turned_away;
}

Occupant* Server::occupant(std::size_t place) const {
  Place& at = places_[place];
  return at.is_taken() ? std::launder(reinterpret_cast<Occupant*>(at.memory_)) : nullptr;
}

Place& Server::place_of(const Occupant& occupant) const {
  const auto* const memory = reinterpret_cast<const unsigned char*>(&occupant);
  const auto* const first = reinterpret_cast<const unsigned char*>(places_.data());
  return places_[static_cast<std::size_t>(memory - first) / sizeof(Place)];
}

void Server::vacate(Place& place) {
  ++place.tenant_;
  if (shutting_down_) check_in({0});
}

std::size_t Server::connections() const {
  return static_cast<std::size_t>(std::count_if(
      places_.begin(), places_.end(), [](const Place& one) { return one.is_taken(); }));
}

void Server::on_block_free() {
  Occupant* longest = nullptr;
  bool more = false;
  for (std::size_t at = 0; at < places_.size(); ++at) {
    Occupant* const each = occupant(at);
    if (!each || !each->starves_) continue;
    more = longest != nullptr;
    if (!longest || is_due(each->since_, longest->since_)) longest = each;
  }
  if (!longest) return;
  const Watch watch(*this);
  longest->starves_ = false;
  longest->on_block_free();
  if (more && !watch.ended()) loop().blocks().wait_for(*this);
}

void Server::check_in(Duration at_most) {
  if (at_most == Duration::forever()) return;
  const Instant at = loop().now() + at_most;
  if (timer_.running() && is_due(check_at_, at)) return;
  check_at_ = at;
  timer_.start(at_most);
}

void Server::on_timer() {
  Watch watch(*this);
  Duration next = Duration::forever();
  const bool over = shutting_down_ && is_due(end_at_, loop().now());
  for (std::size_t at = 0; at < places_.size(); ++at) {
    Occupant* const each = occupant(at);
    if (!each) continue;
    Duration idle{0};
    if (over) {
      each->abort(true);
    } else {
      idle = each->check();
    }
    if (watch.ended()) return;
    if (places_[at].is_taken()) next = std::min(next, idle);
  }
  if (shutting_down_) {
    if (connections() == 0) {
      shutting_down_ = false;
      if (on_shut_down) on_shut_down();
      return;
    }
    next = std::min(next, until(end_at_, loop().now()));
  }
  const auto pause = static_cast<std::uint32_t>(places_.size() / places_a_ms);
  if (next.ms != 0 && next.ms < pause) next.ms = pause;
  check_in(next);
}

void Server::shut_down(Duration within) {
  end_at_ = loop().now() + within;
  if (shutting_down_) return check_in(within);
  listener_.stop();
  shutting_down_ = true;
  Watch watch(*this);
  for (std::size_t at = 0; at < places_.size(); ++at) {
    if (Occupant* const each = occupant(at)) each->wind_up();
    if (watch.ended()) return;
  }
  check_in({0});
}

}  // namespace mote::http
