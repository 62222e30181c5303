// SPDX-License-Identifier: MIT
#include "posix/net.hpp"

#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "mote/base/expects.hpp"
#include "posix/console.hpp"
#include "posix/tcp.hpp"

namespace mote::posix {

Net::Net(ByteSpan blocks_memory, std::size_t block_bytes)
    : Loop(blocks_memory, block_bytes),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      draining_(*this, [this] { expire(draining_); }),
      lingering_(*this, [this] { expire(lingering_); }),
      resolver_(*this) {
  // Edge-triggered: each wake() is one event, and nobody has to read the counter.
  expects(epoll_ >= 0 && wake_ >= 0 && watch(wake_, EPOLLIN | EPOLLET, wake_tag));
}

Net::~Net() {
  forget_button(*this);
  ::close(wake_);
  ::close(epoll_);
}

void Net::wake() {
  const int kept = errno;  // This may be a signal handler.
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
  errno = kept;
}

void Net::random(ByteSpan out) {
  // Masks are wanted four bytes at a time: a system call for each would cost more than the frame.
  for (std::uint8_t& byte : out) {
    if (random_left_ == 0) {
      ssize_t got = 0;
      do got = ::getrandom(random_.data(), random_.size(), 0);
      while (got < 0 && errno == EINTR);
      expects(got == static_cast<ssize_t>(random_.size()));
      random_left_ = random_.size();
    }
    byte = random_[--random_left_];
    random_[random_left_] = 0;
  }
}

std::uint64_t Net::unix_seconds() const {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec);
}

Instant Net::read_clock() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  // In 32 bits from the first: only those stay.
  return {static_cast<std::uint32_t>(now.tv_sec) * 1000 +
          static_cast<std::uint32_t>(now.tv_nsec) / 1'000'000};
}

bool Net::pump() {
  serve_button(*this);
  if (!fetched_) fetch(0);
  fetched_ = false;
  const bool more = event_count_ == events_.size();
  if (has_rest()) (void)holder_->receive();
  deliver();
  tell_ends();
  return more || has_rest() || !ends_.empty();
}

/// Whether what somebody left unused is to be offered again.
bool Net::has_rest() const {
  return holder_ && !holder_->flags_.paused && holder_->state_ == Tcp::State::open;
}

void Net::wait(Duration at_most) {
  const int most = at_most.ms > INT_MAX ? INT_MAX : static_cast<int>(at_most.ms);
  const int timeout_ms = woken_ ? 0 : at_most == Duration::forever() ? -1 : most;
  fetch(timeout_ms);
  woken_ = false;
  fetched_ = true;
}

void Net::fetch(int timeout_ms) {
  const int fetched =
      ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), timeout_ms);
  event_count_ = static_cast<std::uint16_t>(std::max(fetched, 0));
  for (std::size_t i = 0; i < event_count_; ++i) woken_ |= events_[i].data.u64 == wake_tag;
}

void Net::deliver() {
  for (event_ = 0; event_ < event_count_; ++event_) {
    const std::uint64_t tag = events_[event_].data.u64;
    const std::uint32_t events = events_[event_].events;
    if (tag == wake_tag) continue;
    if (tag & tcp_bit) {
      reinterpret_cast<Tcp*>(tag & ~tcp_bit)->on_ready(events);
    } else {
      reinterpret_cast<Watcher*>(tag)->on_ready(events);
    }
  }
  event_ = event_count_ = 0;
}

void Net::tell_ends() {
  if (ends_.empty()) return;
  // Those of now are set apart: a callback that connects anew and fails waits for the next round.
  List<Tcp> now;
  while (Tcp* const tcp = ends_.pop_front()) now.push_back(*tcp);
  while (Tcp* const tcp = now.pop_front()) tcp->tell_end();
}

void Net::expire(Deadlines& deadlines) {
  while (Tcp* const tcp = deadlines.connections.front()) {
    if (!is_due(tcp->extra_.closing.deadline, now()))
      return deadlines.timer.start(until(tcp->extra_.closing.deadline, now()));
    tcp->on_deadline();
  }
}

void Net::start_deadline(Deadlines& deadlines, Tcp& tcp, Duration after) {
  tcp.extra_.closing.deadline = now() + after;
  List<Tcp>::remove(tcp);
  deadlines.connections.push_back(tcp);
  if (!deadlines.timer.running()) deadlines.timer.start(after);
}

void Net::wait_for_block(Tcp& tcp) {
  if (!List<Tcp>::contains(tcp)) waiting_.push_back(tcp);
  blocks().wait_for(*this);
}

void Net::on_block_free() {
  Tcp* const tcp = waiting_.pop_front();
  if (!waiting_.empty()) blocks().wait_for(*this);
  if (tcp) tcp->on_block_free();
}

bool Net::watch(int descriptor, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool Net::watch_again(int descriptor, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  return ::epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) == 0;
}

void Net::unwatch(int descriptor, std::uint64_t tag) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  forget(tag);
}

void Net::forget(std::uint64_t tag) {
  for (std::size_t i = event_ + 1u; i < event_count_; ++i)
    if (events_[i].data.u64 == tag) events_[i].data.u64 = wake_tag;
}

}  // namespace mote::posix
