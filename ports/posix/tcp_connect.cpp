// SPDX-License-Identifier: MIT
// How a Tcp comes to stand: by connecting or by being accepted.
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

#include "posix/address.hpp"
#include "posix/tcp.hpp"

namespace mote::posix {

int Tcp::begin_attempt(const Address& to) {
  socket_ = ::socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket_ < 0) return errno;
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const bool begun = ::connect(socket_, &to.any, to.size) == 0 || errno == EINPROGRESS;
  watched_ = EPOLLOUT;
  if (begun && net().watch(socket_, watched_, Net::tag(*this))) return 0;
  const int error = errno;
  close_socket();
  return error;
}

void Tcp::on_looked_up(Failure why) { try_next_address(why); }

void Tcp::try_next_address(Failure last) {
  Address address;
  while (extra_.lookup->next(address)) {
    const int error = begin_attempt(address);
    if (error == 0) {
      state_ = State::connecting;
      return extra_.lookup->limit_attempt();
    }
    last = failure_of(error);
  }
  fail(last);
}

void Tcp::on_attempt_failed(int error) {
  close_socket();
  if (!extra_.lookup) return fail(error);
  state_ = State::looking_up;
  try_next_address(failure_of(error));
}

void Tcp::finish_attempt(std::uint32_t events) {
  if (events & (EPOLLERR | EPOLLHUP)) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    return on_attempt_failed(error ? error : ECONNREFUSED);
  }
  if (extra_.lookup) extra_.lookup->end();
  extra_.lookup = nullptr;
  state_ = State::open;
  watch();
  if (state_ != State::open) return;
  ++net().count.connected;
  net().current_ = this;
  events_->on_connected();
}

void Tcp::adopt(int socket, io::Acceptor& acceptor) {
  List<Tcp>::remove(*this);
  Net& net = this->net();
  socket_ = socket;
  state_ = State::open;
  watched_ = EPOLLIN;
  io::TransportEvents* events = nullptr;
  if (net.watch(socket_, watched_, Net::tag(*this))) {
    net.current_ = this;
    events = acceptor.on_accepted(*this);
    if (net.current_ != this) return;
  }
  if (events) {
    events_ = events;
    ++net.count.accepted;
    return;
  }
  if (socket_ >= 0) {
    net.unwatch(socket_, Net::tag(*this));
    refuse(socket_);
    socket_ = -1;
  }
  ++net.count.refused;
  vacate();
}

void Tcp::refuse(int socket) {
  const ::linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

}  // namespace mote::posix
