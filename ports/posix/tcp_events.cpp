// SPDX-License-Identifier: MIT
// What the loop has to say to a Tcp, and how a Tcp ends.
#include <unistd.h>

#include <cerrno>

#include "mote/base/expects.hpp"
#include "posix/address.hpp"
#include "posix/tcp.hpp"

namespace mote::posix {
namespace {

/// How much of what a peer still sends is discarded after our end.
constexpr std::uint32_t discard_bytes_most = 64 * 1024;
/// Pieces that are offered of what arrived before a failure.
constexpr int last_offers_most = 16;

}  // namespace

void Tcp::on_ready(std::uint32_t events) {
  if (state_ != State::open) return on_ready_unopened(events);
  if ((events & EPOLLIN) && !receive()) return;
  if (events & (EPOLLERR | EPOLLHUP)) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    return fail(error ? error : ECONNRESET);
  }
  if (events & EPOLLOUT) flush();
}

/// Not open yet, or not any more.
void Tcp::on_ready_unopened(std::uint32_t events) {
  switch (state_) {
    case State::idle:
    case State::looking_up:
    case State::open:
    case State::ended: return;
    case State::connecting: return finish_attempt(events);
    case State::lingering: return discard();
    case State::draining: return flush();
  }
}

/// Offers what was left unused, or what has arrived.
Tcp::Got Tcp::offer() {
  Net& net = this->net();
  ByteSpan bytes = net.rest_;
  bool peeks = false;
  if (!flags_.holds_rest) {
    // The loop has two receive buffers, so that one connection may leave bytes unused in the other.
    // While one does, the kernel keeps what it offers for the rest of us, until it is known how
    // much was used. So paused connections cost no memory of their own, and their windows shut.
    peeks = net.holder_ != nullptr;
    auto& buffer = net.received_[net.receiving_];
    const int flags = MSG_DONTWAIT | (peeks ? MSG_PEEK : 0);
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), flags);
    if (size == 0) return Got::end;
    if (size < 0) return errno == EAGAIN || errno == EINTR ? Got::nothing : Got::error;
    bytes = {buffer.data(), static_cast<std::size_t>(size)};
  }
  return offer(bytes, peeks);
}

Tcp::Got Tcp::offer(ByteSpan bytes, bool peeked) {
  Net& net = this->net();
  flags_.resumed = false;
  net.current_ = this;
  const std::size_t used = events_->on_received(bytes);
  if (net.current_ != this) return Got::gone;
  expects(used <= bytes.size());
  net.count.rx_bytes += static_cast<std::uint32_t>(used);
  if (state_ != State::open && (state_ != State::ended || socket_ < 0)) return Got::nothing;
  if (used < bytes.size() && !flags_.resumed) flags_.paused = true;
  if (peeked) {
    auto& buffer = net.received_[net.receiving_];
    if (used > 0 && ::recv(socket_, buffer.data(), used, MSG_TRUNC | MSG_DONTWAIT) < 0)
      return Got::error;
  } else if (used < bytes.size()) {
    hold(bytes.from(used));
  } else {
    drop_rest();
  }
  return flags_.paused ? Got::nothing : Got::bytes;
}

void Tcp::hold(ByteSpan rest) {
  Net& net = this->net();
  net.rest_ = rest;
  if (flags_.holds_rest) return;
  flags_.holds_rest = true;
  net.holder_ = this;
  net.receiving_ ^= 1;
}

void Tcp::drop_rest() {
  if (!flags_.holds_rest) return;
  net().holder_ = nullptr;
  flags_.holds_rest = false;
}

/// Returns whether the connection still stands.
bool Tcp::receive() {
  switch (offer()) {
    case Got::gone: return false;
    case Got::error: fail(errno); return false;
    case Got::bytes:
      if ((watched_ & EPOLLIN) && !flags_.holds_rest) return state_ == State::open;
      break;
    case Got::nothing: break;
    case Got::end:
      flags_.peer_ended = true;
      net().current_ = this;
      events_->on_ended();
      if (net().current_ != this) return false;
      break;
  }
  watch();
  return state_ == State::open;
}

void Tcp::discard() {
  // With MSG_TRUNC the kernel copies nothing; the buffer only satisfies those who check.
  auto& buffer = net().received_[net().receiving_];
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), MSG_TRUNC | MSG_DONTWAIT);
  if (size < 0) {
    if (errno != EAGAIN && errno != EINTR) finish(failure_of(errno));
    return;
  }
  extra_.closing.discarded_bytes += static_cast<std::uint32_t>(size);
  if (size == 0 || extra_.closing.discarded_bytes > discard_bytes_most)
    finish({Status::closed, Layer::tcp, 0});
}

/// The kernel has room.
void Tcp::flush() {
  if (queue_ && !drain()) return;
  if (state_ == State::draining) return linger();
  if (flags_.wants_writable && !flags_.waits_for_block && !tell_writable()) return;
  watch();
}

void Tcp::on_block_free() {
  flags_.waits_for_block = false;
  if (flags_.wants_writable && tell_writable()) watch();
}

/// Returns whether the connection still stands.
bool Tcp::tell_writable() {
  flags_.wants_writable = false;
  net().current_ = this;
  events_->on_writable();
  return net().current_ == this && state_ == State::open;
}

void Tcp::on_deadline() {
  const Status status = state_ == State::draining ? Status::too_slow : Status::closed;
  finish({status, Layer::tcp, 0});
}

void Tcp::tell_end() {
  for (int i = 0; socket_ >= 0 && i < last_offers_most; ++i) {
    const Got got = offer();
    if (got == Got::gone) return;
    if (got != Got::bytes) break;
  }
  finish(extra_.failure);
}

void Tcp::watch() {
  std::uint8_t wanted = watched_;
  switch (state_) {
    case State::idle:
    case State::looking_up:
    case State::connecting:
    case State::ended: return;
    case State::draining: wanted = EPOLLOUT; break;
    case State::lingering: wanted = EPOLLIN; break;
    case State::open: {
      const bool out = queue_ || (flags_.wants_writable && !flags_.waits_for_block);
      const bool in = !flags_.paused && !flags_.peer_ended && !flags_.holds_rest;
      wanted = static_cast<std::uint8_t>((in ? EPOLLIN : 0u) | (out ? EPOLLOUT : 0u));
    }
  }
  if (wanted == watched_) return;
  watched_ = wanted;
  if (!net().watch_again(socket_, wanted, Net::tag(*this))) fail(errno);
}

void Tcp::fail(int error) { fail(failure_of(error)); }

/// Has Loop::poll() tell it. May be called from anywhere.
void Tcp::fail(Failure why) {
  const bool connects = state_ == State::looking_up || state_ == State::connecting;
  if (connects && extra_.lookup) extra_.lookup->end();
  if (!connects && why.status != Status::closed) ++net().count.lost;
  // What arrived before a reset is offered still: an early answer, say.
  if (state_ != State::open || flags_.paused || flags_.peer_ended) close_socket();
  drop_queue();
  state_ = State::ended;
  extra_.failure = why;
  List<Tcp>::remove(*this);
  net().ends_.push_back(*this);
  net().wake();
}

/// Tells it now: only from Loop::poll(). The last thing its caller does.
void Tcp::finish(Failure why) {
  if (state_ != State::ended && why.status != Status::closed) ++net().count.lost;
  io::TransportEvents& events = *events_;
  vacate();
  events.on_closed(why);
}

void Tcp::close_socket() {
  if (socket_ < 0) return;
  net().unwatch(socket_, Net::tag(*this));
  ::close(socket_);
  socket_ = -1;
}

/// Gives back everything. Nobody is told.
void Tcp::release() {
  const bool connects = state_ == State::looking_up || state_ == State::connecting;
  if (connects && extra_.lookup) extra_.lookup->end();
  drop_queue();
  drop_rest();
  close_socket();
  List<Tcp>::remove(*this);
  if (net().current_ == this) net().current_ = nullptr;
  state_ = State::idle;
  flags_ = {};
}

void Tcp::vacate() {
  release();
  if (home_->takes_back) home_->free.push_back(*this);
}

}  // namespace mote::posix
