// SPDX-License-Identifier: MIT
#include "posix/ends.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>

namespace mote::posix {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(port);
  return at;
}

}  // namespace

void Raw::connect(std::uint16_t port) {
  const sockaddr_in to = loopback(port);
  // The listener's kernel answers, so this does not wait for its loop.
  EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
}

std::uint16_t Raw::listen(int backlog) {
  sockaddr_in at = loopback(0);
  socklen_t size = sizeof at;
  EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
  EXPECT_EQ(::listen(socket_, backlog), 0);
  EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
  return ntohs(at.sin_port);
}

void Raw::accept() {
  const int connection = ::accept(socket_, nullptr, nullptr);
  EXPECT_GE(connection, 0);
  close();
  socket_ = connection;
}

void Raw::send(std::string_view text) {
  EXPECT_EQ(::write(socket_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

std::string Raw::receive() {
  std::string got;
  char bytes[4096];
  ::fcntl(socket_, F_SETFL, O_NONBLOCK);
  for (;;) {
    const ssize_t size = ::read(socket_, bytes, sizeof bytes);
    if (size > 0) {
      got.append(bytes, static_cast<std::size_t>(size));
      continue;
    }
    ended = size == 0;
    was_reset = was_reset || (size < 0 && errno == ECONNRESET);
    return got;
  }
}

void Raw::end() { EXPECT_EQ(::shutdown(socket_, SHUT_WR), 0); }

void Raw::reset() {
  const linger at_once{1, 0};
  EXPECT_EQ(::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
  close();
}

void Raw::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

}  // namespace mote::posix
