// SPDX-License-Identifier: MIT
#include "posix/listener.hpp"

#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

#include "posix/address.hpp"

namespace mote::posix {
namespace {

constexpr Duration retry_after{100};
/// Connections that one listener accepts before the others have their turn.
constexpr int accepts_most = 16;

Status status_of_listening(int error) {
  switch (error) {
    case EADDRINUSE: return Status::busy;
    case EADDRNOTAVAIL: return Status::unreachable;
    default: return status_of(error);
  }
}

}  // namespace

Listener::Listener(Home& home, Lasting address)
    : home_(home), address_(address), retry_(home.net, [this] { watch(); }) {}

Status Listener::listen(std::uint16_t port, io::Acceptor& acceptor) {
  if (socket_ >= 0) return Status::busy;
  Status status = Status::ok;
  if (address_.text().empty()) {
    status = open("::", port);
    if (status == Status::unreachable) status = open("0.0.0.0", port);  // No IPv6 here.
  } else {
    status = open(address_.text(), port);
  }
  if (status == Status::ok) acceptor_ = &acceptor;
  return status;
}

Status Listener::open(std::string_view address, std::uint16_t port) {
  Address at;
  if (!at.read(address, port)) return Status::bad_argument;
  socket_ = ::socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket_ < 0) return status_of_listening(errno);
  const int on = 1, off = 0;
  ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // Connections inherit it.
  if (::bind(socket_, &at.any, at.size) == 0 && ::listen(socket_, SOMAXCONN) == 0 &&
      home_.net.watch(socket_, EPOLLIN, Net::tag(*this)))
    return Status::ok;
  const int error = errno;
  ::close(socket_);
  socket_ = -1;
  return status_of_listening(error);
}

std::uint16_t Listener::port() const {
  Address at{};
  at.size = sizeof at.v6;
  if (socket_ < 0 || ::getsockname(socket_, &at.any, &at.size) != 0) return 0;
  return at.port();
}

void Listener::stop() {
  end_watches();
  retry_.stop();
  if (socket_ < 0) return;
  home_.net.unwatch(socket_, Net::tag(*this));
  ::close(socket_);
  socket_ = -1;
}

void Listener::watch() {
  if (socket_ >= 0 && !home_.net.watch_again(socket_, EPOLLIN, Net::tag(*this)))
    retry_.start(retry_after);
}

void Listener::on_ready(std::uint32_t) {
  for (int i = 0; i < accepts_most; ++i) {
    const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (status_of(errno) != Status::no_slot) return;  // EAGAIN, or a peer that left again.
      // epoll would tell of the waiting peer for ever.
      (void)home_.net.watch_again(socket_, 0, Net::tag(*this));
      return retry_.start(retry_after);
    }
    Tcp* const place = home_.free.pop_front();
    if (!place) {
      Tcp::refuse(socket);
      ++home_.net.count.refused;
      continue;
    }
    Watch watch(*this);
    place->adopt(socket, *acceptor_);
    if (watch.ended()) return;
  }
}

}  // namespace mote::posix
