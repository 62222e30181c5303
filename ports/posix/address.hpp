// SPDX-License-Identifier: MIT
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>

#include "mote/base/status.hpp"

namespace mote::posix {

/// An address and a port, as the kernel wants them. A copy of the text `host`, NUL at its end, is
/// never longer than `host_bytes_most`.
struct Address {
  static constexpr std::size_t host_bytes_most = 253 + 1;

  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t size = 0;

  /// Reads an IPv4 or IPv6 literal, the latter without brackets and perhaps with a zone
  /// ("fe80::1%eth0"). False when `host` is a name.
  bool read(std::string_view host, std::uint16_t port);
  /// Takes over what the resolver found. False when it is neither IPv4 nor IPv6.
  bool copy(const sockaddr& found, std::uint16_t port);

  std::uint16_t port() const {
    return ntohs(any.sa_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
  }
};

/// What an errno of a socket means for the connection.
Status status_of(int error);
inline Failure failure_of(int error) { return {status_of(error), Layer::tcp, error}; }

}  // namespace mote::posix
