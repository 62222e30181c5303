// SPDX-License-Identifier: MIT
#include "posix/resolver.hpp"

#include <ares.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "posix/address.hpp"
#include "posix/net.hpp"
#include "posix/tcp.hpp"

namespace mote::posix {
namespace {

/// How long one address is tried while another waits: a black hole must not use up the caller's
/// whole deadline.
constexpr Duration attempt_most{3000};
constexpr std::size_t servers_bytes_most = 256;

/// A copy of `text` that ends with NUL, as c-ares wants it; false when it does not fit.
template <std::size_t N>
bool copy(std::string_view text, char (&out)[N]) {
  if (text.size() >= N) return false;
  *std::copy(text.begin(), text.end(), out) = '\0';
  return true;
}

Failure failure_of_answer(int result) {
  const Status status = result == ARES_ENOMEM     ? Status::no_slot
                        : result == ARES_ETIMEOUT ? Status::timed_out
                                                  : Status::unresolved;
  return {status, Layer::resolver, result};
}

}  // namespace

Resolver::Resolver(Net& net) : net_(net), timer_(net, [this] { on_due(); }) {
  ares_library_init(ARES_LIB_INIT_ALL);
}

Resolver::~Resolver() {
  for (Lookup& lookup : lookups_) lookup.end();
  ares_library_cleanup();
}

Lookup* Resolver::reserve(Tcp& tcp, std::uint16_t port) {
  for (Lookup& lookup : lookups_) {
    if (lookup.tcp_) continue;
    lookup.resolver_ = this;
    lookup.tcp_ = &tcp;
    lookup.port_ = port;
    return &lookup;
  }
  return nullptr;
}

Status Resolver::begin(Lookup& lookup, std::string_view host) {
  if (!lookup.ask(host)) {
    lookup.end();
    return Status::no_slot;
  }
  lookup.look_at_answer();
  return Status::ok;
}

void Resolver::on_due() {
  for (Lookup& lookup : lookups_)
    if (lookup.tcp_ && lookup.has_deadline_ && is_due(lookup.deadline_, net_.now()))
      lookup.on_deadline();
  for (Lookup& lookup : lookups_) lookup.plan();
}

bool Lookup::ask(std::string_view host) {
  char name[Address::host_bytes_most], servers[servers_bytes_most];
  if (!copy(host, name) || !copy(resolver_->net_.name_servers.text(), servers)) return false;
  ares_options options{};
  options.sock_state_cb = [](void* self, int descriptor, int readable, int writable) {
    static_cast<Lookup*>(self)->on_socket(descriptor, readable != 0, writable != 0);
  };
  options.sock_state_cb_data = this;
  if (ares_init_options(&channel_, &options, ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) return false;
  if (servers[0] != '\0' && ares_set_servers_ports_csv(channel_, servers) != ARES_SUCCESS)
    return false;
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(
      channel_,
      name,
      nullptr,
      &hints,
      [](void* self, int result, int, ares_addrinfo* found) {
        static_cast<Lookup*>(self)->on_answer(result, found);
      },
      this);
  return true;
}

void Lookup::on_socket(int descriptor, bool readable, bool writable) {
  Net& net = resolver_->net_;
  const std::uint64_t tag = Net::tag(*this);
  const std::uint32_t events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
  if (events == 0) {
    net.unwatch(descriptor, tag);
  } else if (!net.watch_again(descriptor, events, tag)) {
    // When this fails too, c-ares's own deadline ends the wait.
    (void)net.watch(descriptor, events, tag);
  }
}

void Lookup::on_answer(int result, ares_addrinfo* found) {
  if (!channel_) {  // It is being destroyed: the answer to that is ours already.
    if (found) ares_freeaddrinfo(found);
    return;
  }
  result_ = result;
  found_ = found;
  next_ = found ? found->nodes : nullptr;
  answered_ = true;
}

void Lookup::on_ready(std::uint32_t) {
  if (!channel_) return;
  // epoll told that one of the channel's sockets is ready; this tells which.
  ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
  const auto wanted = static_cast<unsigned>(ares_getsock(channel_, sockets, ARES_GETSOCK_MAXNUM));
  pollfd polled[ARES_GETSOCK_MAXNUM];
  nfds_t count = 0;
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const int events = (ARES_GETSOCK_READABLE(wanted, i) ? POLLIN : 0) |
                       (ARES_GETSOCK_WRITABLE(wanted, i) ? POLLOUT : 0);
    if (events) polled[count++] = {sockets[i], static_cast<short>(events), 0};
  }
  if (::poll(polled, count, 0) < 0) count = 0;
  for (nfds_t i = 0; i < count && !answered_; ++i) {
    const bool broken = polled[i].revents & (POLLERR | POLLHUP);
    const bool readable = broken || (polled[i].revents & POLLIN);
    const bool writable = polled[i].revents & POLLOUT;
    ares_process_fd(channel_,
                    readable ? polled[i].fd : ARES_SOCKET_BAD,
                    writable ? polled[i].fd : ARES_SOCKET_BAD);
  }
  look_at_answer();
}

void Lookup::on_deadline() {
  if (!channel_) {
    has_deadline_ = false;
    return tcp_->on_attempt_failed(ETIMEDOUT);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  look_at_answer();
}

void Lookup::look_at_answer() {
  if (!answered_) {
    timeval left{};
    if (const timeval* const after = ares_timeout(channel_, nullptr, &left)) {
      const auto ms = static_cast<std::uint64_t>(after->tv_sec) * 1000 +
                      static_cast<std::uint64_t>(after->tv_usec) / 1000;
      deadline_ = resolver_->net_.now() + Duration{static_cast<std::uint32_t>(ms) + 1};
      has_deadline_ = true;
      plan();
    }
    return;
  }
  has_deadline_ = false;
  close_channel();
  tcp_->on_looked_up(failure_of_answer(result_));
}

void Lookup::limit_attempt() {
  has_deadline_ = next_ != nullptr;
  deadline_ = resolver_->net_.now() + attempt_most;
  plan();
}

void Lookup::plan() {
  if (!tcp_ || !has_deadline_) return;
  io::Timer& timer = resolver_->timer_;
  const Instant now = resolver_->net_.now();
  const Duration wait = until(deadline_, now);
  // A timer set anew would be later: the first of all deadlines counts.
  if (!timer.running() || wait < until(resolver_->due_, now)) {
    resolver_->due_ = deadline_;
    timer.start(wait);
  }
}

bool Lookup::next(Address& address) {
  while (next_) {
    ares_addrinfo_node& node = *next_;
    next_ = node.ai_next;
    if (address.copy(*node.ai_addr, port_)) return true;
  }
  return false;
}

void Lookup::close_channel() {
  ares_channeldata* const channel = channel_;
  channel_ = nullptr;
  if (channel) ares_destroy(channel);
}

void Lookup::end() {
  if (!tcp_) return;
  close_channel();
  if (found_) ares_freeaddrinfo(found_);
  found_ = nullptr;
  next_ = nullptr;
  tcp_ = nullptr;
  answered_ = has_deadline_ = false;
}

}  // namespace mote::posix
