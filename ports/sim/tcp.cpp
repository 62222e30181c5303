// SPDX-License-Identifier: MIT
#include "sim/tcp.hpp"

#include <algorithm>

#include "mote/base/expects.hpp"
#include "sim/listener.hpp"

namespace mote::sim {
namespace {

constexpr std::uint64_t linger_ms = 2000;
constexpr std::size_t host_bytes_max = 253;
constexpr std::uint64_t never = ~std::uint64_t{0};

}  // namespace

Status Tcp::connect(const io::Endpoint& to, io::TransportEvents& events) {
  if (state_ != State::idle) return Status::busy;
  if (to.security == io::Security::tls && !net_.offers_tls) return Status::insecure;
  if (to.host.empty() || to.host.size() > host_bytes_max) return Status::bad_url;
  Fault fault{};
  const bool fails = net_.meets_fault(side_, fault);
  if (fails && fault == Fault::no_slot) return Status::no_slot;
  forget();
  state_ = State::connecting;
  events_ = &events;
  host_ = to.host;
  port_ = to.port;
  tls_ = to.security == io::Security::tls;
  ready_at_ms_ = net_.passed_ms_ + net_.draw_delay().ms;
  if (fails && fault == Fault::reset) fail({Status::refused, Layer::tcp, 0});
  net_.connections_.push_back(*this);
  ++net_.count.connects;
  return Status::ok;
}

std::size_t Tcp::room(io::Urgency urgency) const {
  if (state_ != State::open) return 0;
  std::size_t queued = 0;
  if (peer_) {
    queued = peer_->arrived_.size();
    for (const Arrival& arrival : peer_->arriving_) queued += arrival.bytes.size();
  }
  const std::size_t reserve = urgency == io::Urgency::data ? io::control_reserve_bytes : 0;
  const std::size_t all = net_.wire.window_bytes;
  return queued + reserve < all ? all - queued - reserve : 0;
}

Status Tcp::send(ByteView head, ByteView body, io::Urgency urgency) {
  if (state_ != State::open) return Status::not_open;
  const std::size_t size = head.size() + body.size();
  const std::size_t reserve = urgency == io::Urgency::data ? io::control_reserve_bytes : 0;
  if (size + reserve > net_.wire.window_bytes) return Status::too_large;
  Fault fault{};
  const bool fails = net_.meets_fault(side_, fault);
  if (size > room(urgency) || (fails && fault == Fault::would_block)) {
    want_room(fails ? 0 : room(io::Urgency::control));
    return Status::would_block;
  }
  if (fails && fault == Fault::reset) {
    reset();
    return Status::ok;  // As in life: the bytes were taken, and never arrive.
  }
  net_.count.tx_bytes += static_cast<std::uint32_t>(size);
  if (!peer_) {
    if (end_has_arrived()) fail({Status::reset, Layer::tcp, 0});
    return Status::ok;
  }
  std::vector<std::uint8_t> bytes(head.begin(), head.end());
  bytes.insert(bytes.end(), body.begin(), body.end());
  const std::size_t arrive = net_.spoil(side_, bytes);
  if (muted_) return Status::ok;
  if (arrive != 0) peer_->take({bytes.data(), arrive});
  if (arrive < bytes.size()) meet_mishap();
  return Status::ok;
}

/// From here on nothing of this side arrives.
void Tcp::meet_mishap() {
  muted_ = true;
  silent_ = net_.mishap_ == Mishap::silence;
  half_close();
  peer_->end_is_reset_ = net_.mishap_ == Mishap::reset;
}

std::size_t Tcp::send_constant(ByteView bytes) {
  const std::size_t taken = std::min(room(io::Urgency::data), bytes.size());
  if (taken != 0 && send(bytes.first(taken), {}, io::Urgency::data) != Status::ok) return 0;
  if (taken < bytes.size() && state_ == State::open) want_room(room(io::Urgency::control));
  return taken;
}

void Tcp::await_room(std::size_t bytes) {
  if (state_ == State::open) want_room(std::min(bytes, net_.wire.window_bytes) - 1);
}

void Tcp::hand_over(io::TransportEvents& events) {
  events_ = &events;
  resume();
}

/// Has on_writable called when there is more room than that.
void Tcp::want_room(std::size_t now) {
  wants_writable_ = true;
  room_was_ = now;
}

void Tcp::take(ByteView bytes) {
  if (bytes.empty()) return;
  std::uint64_t at = net_.passed_ms_ + net_.draw_delay().ms;
  if (!arriving_.empty()) at = std::max(at, arriving_.back().at_ms);
  arriving_.push_back({at, {bytes.begin(), bytes.end()}});
}

void Tcp::close() {
  if (state_ != State::connecting && state_ != State::open) return;
  ready_at_ms_ = state_ == State::open ? net_.passed_ms_ + linger_ms : net_.passed_ms_;
  state_ = State::closing;
  half_close();
}

void Tcp::half_close() {
  if (!peer_ || peer_->end_coming_ || silent_) return;
  peer_->end_coming_ = true;
  peer_->end_at_ms_ = net_.passed_ms_ + net_.draw_delay().ms;
  if (!peer_->arriving_.empty())
    peer_->end_at_ms_ = std::max(peer_->end_at_ms_, peer_->arriving_.back().at_ms);
}

void Tcp::abort() {
  if (peer_ && !silent_) peer_->fail({Status::reset, Layer::tcp, 0});
  forget();
}

void Tcp::reset() {
  if (state_ == State::idle) return;
  if (peer_) peer_->fail({Status::reset, Layer::tcp, 0});
  fail({Status::reset, Layer::tcp, 0});
}

void Tcp::fail(Failure why) {
  if (failed_) return;
  failed_ = true;
  failure_ = why;
}

/// Back to idle. Nobody is told.
void Tcp::forget() {
  if (peer_) peer_->peer_ = nullptr;
  peer_ = nullptr;
  events_ = nullptr;
  state_ = State::idle;
  paused_ = wants_writable_ = vanished_ = failed_ = end_coming_ = end_told_ = false;
  muted_ = silent_ = end_is_reset_ = false;
  arriving_.clear();
  arrived_.clear();
  List<Tcp>::remove(*this);
  end_watches();
}

void Tcp::end(Failure why) {
  io::TransportEvents& events = *events_;
  if (why.status != Status::closed) ++net_.count.lost;
  forget();
  events.on_closed(why);
}

bool Tcp::end_has_arrived() const {
  return end_coming_ && arriving_.empty() && arrived_.empty() && net_.passed_ms_ >= end_at_ms_;
}

/// Does at most one thing. Returns whether more is ready at this moment.
bool Tcp::pump() {
  if (vanished_ && !failed_ && state_ != State::closing) return false;
  Watch watch(*this);
  if (failed_) {
    end(failure_);
    return true;
  }
  switch (state_) {
    case State::idle: return false;
    case State::connecting: return pump_connect();
    case State::closing: return pump_closing();
    case State::open: break;
  }
  if (wants_writable_ && room(io::Urgency::control) > room_was_) {
    wants_writable_ = false;
    events_->on_writable();
    return true;
  }
  return pump_arrivals();
}

bool Tcp::pump_connect() {
  if (!net_.up_ || net_.passed_ms_ < ready_at_ms_) return false;
  if (net_.unknown_names.count(host_)) {
    end({Status::unresolved, Layer::resolver, 0});
    return true;
  }
  Listener* listener = net_.listeners_.front();
  while (listener && listener->port_ != port_) listener = net_.listeners_.after(*listener);
  Tcp* const place = listener ? net_.place_for(*listener) : nullptr;
  if (!place) {
    end({Status::refused, Layer::tcp, 0});
    return true;
  }
  place->forget();
  place->side_ = Side::accepted;
  place->state_ = state_ = State::open;
  place->peer_ = this;
  peer_ = place;
  io::TransportEvents* const events = listener->acceptor_->on_accepted(*place);
  if (!events) {
    place->abort();
    return true;
  }
  place->events_ = events;
  net_.connections_.push_back(*place);
  ++net_.count.accepted;
  ++net_.count.connected;
  events_->on_connected();
  return true;
}

bool Tcp::pump_arrivals() {
  while (!arriving_.empty() && arriving_.front().at_ms <= net_.passed_ms_) {
    const auto& bytes = arriving_.front().bytes;
    arrived_.insert(arrived_.end(), bytes.begin(), bytes.end());
    arriving_.pop_front();
  }
  if (paused_) return false;
  if (!arrived_.empty()) return offer();
  if (!end_told_ && end_has_arrived()) {
    if (end_is_reset_) {
      reset();
      return true;
    }
    end_told_ = true;
    events_->on_ended();
    return true;
  }
  return false;
}

bool Tcp::offer() {
  Fault fault{};
  if (net_.meets_fault(side_, fault) && fault == Fault::reset) {
    reset();
    return true;
  }
  const std::size_t size = net_.piece_of(arrived_.size());
  // A copy of exactly the offered size: a sanitizer sees whoever reads past it.
  std::vector<std::uint8_t> piece(arrived_.begin(), arrived_.begin() + static_cast<long>(size));
  net_.count.rx_bytes += static_cast<std::uint32_t>(size);
  Watch watch(*this);
  paused_ = true;  // Unless everything is used, or resume() is called meanwhile.
  const std::size_t used = events_->on_received({piece.data(), size});
  if (watch.ended()) return true;
  if (used == size) paused_ = false;
  expects(used <= size);
  expects(std::equal(piece.begin() + static_cast<long>(used),
                     piece.end(),
                     arrived_.begin() + static_cast<long>(used)));
  arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<long>(used));
  return true;
}

bool Tcp::pump_closing() {
  arrived_.clear();
  while (!arriving_.empty() && arriving_.front().at_ms <= net_.passed_ms_) arriving_.pop_front();
  const bool waits = peer_ && (vanished_ || !end_has_arrived());
  if (waits && net_.passed_ms_ < ready_at_ms_) return false;
  end({Status::closed, Layer::tcp, 0});
  return true;
}

/// When something becomes ready by time alone.
std::uint64_t Tcp::next_ms() const {
  if (failed_) return net_.passed_ms_;
  std::uint64_t next = never;
  if (state_ == State::connecting && net_.up_) next = ready_at_ms_;
  if (state_ == State::closing) next = ready_at_ms_;
  if (vanished_) return next;
  // Resumed by a timer: those run after the wire.
  const bool has_more = !arrived_.empty() || (!end_told_ && end_has_arrived());
  if (state_ == State::open && !paused_ && has_more) return net_.passed_ms_;
  if (!arriving_.empty()) next = std::min(next, arriving_.front().at_ms);
  // An end that has arrived waits for the bytes before it to be used, not for the time.
  if (end_at_ms_ > net_.passed_ms_ && end_coming_ && !end_told_) next = std::min(next, end_at_ms_);
  return next;
}

}  // namespace mote::sim
