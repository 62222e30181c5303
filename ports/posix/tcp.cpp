// SPDX-License-Identifier: MIT
#include "posix/tcp.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "posix/address.hpp"

namespace mote::posix {
namespace {

/// How long a closed connection may stand still with bytes of ours still to go out.
constexpr Duration drain_most{10'000};
/// How long what a peer still sends is discarded after our end.
constexpr Duration linger_most{2'000};

constexpr Failure orderly_end{Status::closed, Layer::tcp, 0};

bool is_passing(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

iovec piece(ByteView bytes) { return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()}; }

}  // namespace

Status Tcp::connect(const io::Endpoint& to, io::TransportEvents& events) {
  if (state_ != State::idle) return Status::busy;
  if (to.security == io::Security::tls) return Status::insecure;
  if (to.host.empty() || to.host.size() >= Address::host_bytes_most) return Status::bad_url;
  List<Tcp>::remove(*this);
  extra_.lookup = nullptr;
  Address address;
  if (address.read(to.host, to.port)) {
    state_ = State::connecting;
    if (const int error = begin_attempt(address)) {
      if (status_of(error) == Status::no_slot) {
        vacate();
        return Status::no_slot;
      }
      fail(error);
    }
  } else {
    Lookup* const lookup = net().resolver_.reserve(*this, to.port);
    if (lookup) {
      state_ = State::looking_up;
      extra_.lookup = lookup;
    }
    if (!lookup || net().resolver_.begin(*lookup, to.host) != Status::ok) {
      vacate();
      return Status::no_slot;
    }
  }
  events_ = &events;
  ++net().count.connects;
  return Status::ok;
}

std::size_t Tcp::capacity(io::Urgency urgency) const {
  const std::size_t reserve = urgency == io::Urgency::data ? io::control_reserve_bytes : 0;
  return net().blocks().block_bytes() - sizeof(Queue) - reserve;
}

std::size_t Tcp::room(io::Urgency urgency) const {
  if (state_ != State::open) return 0;
  const std::size_t most = capacity(urgency);
  if (!queue_) return net().blocks().can_keep() ? most : 0;
  const std::size_t queued = queue_->end - queue_->begin;
  return queued < most ? most - queued : 0;
}

Status Tcp::send(ByteView head, ByteView body, io::Urgency urgency) {
  if (state_ != State::open) return Status::not_open;
  const std::size_t size = head.size() + body.size();
  if (size > capacity(urgency)) return Status::too_large;
  if (size == 0) return Status::ok;
  if (queue_) {
    if (size > room(urgency)) {
      flags_.wants_writable = true;
      return Status::would_block;
    }
    queue(head);
    queue(body);
  } else {
    // There must be a home for what the kernel might leave: then nothing can be taken by halves.
    // Into an empty queue it takes all: whoever reads is sent to, also when others, who do not,
    // have the blocks.
    if (!net().blocks().can_keep() && !has_sent_all()) return wait_for_block();
    const ssize_t sent = write(head, body);
    if (sent != static_cast<ssize_t>(size)) keep_rest(sent, head, body);
  }
  net().count.tx_bytes += static_cast<std::uint32_t>(size);
  return Status::ok;
}

/// Whether the peer has acknowledged whatever was sent.
bool Tcp::has_sent_all() const {
  int queued = 0;
  return ::ioctl(socket_, SIOCOUTQ, &queued) == 0 && queued == 0;
}

Status Tcp::wait_for_block() {
  flags_.wants_writable = flags_.waits_for_block = true;
  net().wait_for_block(*this);
  return Status::would_block;
}

/// The kernel took only so many bytes, or failed.
void Tcp::keep_rest(ssize_t sent, ByteView head, ByteView body) {
  // As if the bytes had been lost on the way: on_closed tells.
  if (sent < 0 && !is_passing(errno)) return fail(errno);
  const ByteSpan block = net().blocks().take_to_keep();
  if (block.empty()) return fail({Status::too_slow, Layer::tcp, 0});
  queue_ = ::new (block.data()) Queue{0, 0};
  const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  queue(head.from(std::min(taken, head.size())));
  queue(body.from(taken - std::min(taken, head.size())));
  watch();
}

/// Hands both to the kernel, in one call; returns how many bytes it took, or -1 with errno.
ssize_t Tcp::write(ByteView head, ByteView body) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  if (head.empty()) return ::send(socket_, body.data(), body.size(), flags);
  if (body.empty()) return ::send(socket_, head.data(), head.size(), flags);
  iovec pieces[] = {piece(head), piece(body)};
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = 2;
  return ::sendmsg(socket_, &message, flags);
}

std::size_t Tcp::send_constant(ByteView bytes) {
  if (state_ != State::open || bytes.empty()) return 0;
  std::size_t taken = 0;
  if (!queue_) {
    const ssize_t sent = write(bytes, {});
    if (sent < 0 && !is_passing(errno)) {
      fail(errno);
      return 0;
    }
    taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    net().count.tx_bytes += static_cast<std::uint32_t>(taken);
  }
  if (taken < bytes.size()) {
    flags_.wants_writable = true;
    flags_.waits_for_block = false;
    List<Tcp>::remove(*this);
    watch();
  }
  return taken;
}

void Tcp::await_room(std::size_t) {
  if (state_ != State::open) return;
  flags_.wants_writable = true;
  if (queue_) return;
  if (room(io::Urgency::data) > 0) return watch();
  (void)wait_for_block();
}

void Tcp::hand_over(io::TransportEvents& events) {
  events_ = &events;
  resume();
}

void Tcp::resume() {
  flags_.resumed = true;
  if (!flags_.paused) return;
  flags_.paused = false;
  if (flags_.holds_rest) return net().wake();
  watch();
}

void Tcp::close() {
  switch (state_) {
    case State::idle:
    case State::draining:
    case State::lingering: return;
    case State::ended: return close_socket();  // Offer nothing any more.
    case State::looking_up:
    case State::connecting: return fail(orderly_end);
    case State::open: break;
  }
  List<Tcp>::remove(*this);
  drop_rest();
  if (!queue_) return linger();
  state_ = State::draining;
  net().start_deadline(net().draining_, *this, drain_most);
  watch();
}

void Tcp::abort() {
  if (state_ != State::idle) vacate();
}

void Tcp::queue(ByteView bytes) {
  if (bytes.empty()) return;
  Queue& q = *queue_;
  const std::size_t room = net().blocks().block_bytes() - sizeof(Queue) - q.end;
  if (bytes.size() > room) {
    std::memmove(q.bytes(), q.bytes() + q.begin, q.end - q.begin);
    q.end -= q.begin;
    q.begin = 0;
  }
  std::memcpy(q.bytes() + q.end, bytes.data(), bytes.size());
  q.end += static_cast<std::uint32_t>(bytes.size());
}

bool Tcp::drain() {
  Queue& q = *queue_;
  const ssize_t sent = write({q.bytes() + q.begin, q.end - q.begin}, {});
  if (sent < 0) {
    if (!is_passing(errno)) fail(errno);
    return false;
  }
  q.begin += static_cast<std::uint32_t>(sent);
  if (q.begin == q.end) {
    drop_queue();
    return true;
  }
  if (state_ == State::draining) net().start_deadline(net().draining_, *this, drain_most);
  return false;
}

void Tcp::drop_queue() {
  if (!queue_) return;
  io::Blocks& blocks = net().blocks();
  blocks.give_back({reinterpret_cast<std::uint8_t*>(queue_), blocks.block_bytes()});
  queue_ = nullptr;
}

void Tcp::linger() {
  if (::shutdown(socket_, SHUT_WR) != 0) return fail(errno);
  if (flags_.peer_ended) return fail(orderly_end);
  state_ = State::lingering;
  extra_.closing.discarded_bytes = 0;
  net().start_deadline(net().lingering_, *this, linger_most);
  watch();
}

}  // namespace mote::posix
