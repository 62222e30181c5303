// SPDX-License-Identifier: MIT
#include "posix/address.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mote::posix {

bool Address::read(std::string_view host, std::uint16_t port) {
  char text[host_bytes_most];
  if (host.empty() || host.size() >= sizeof text) return false;
  *std::copy(host.begin(), host.end(), text) = '\0';
  v6 = {};
  if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    size = sizeof v4;
    return true;
  }
  v6 = {};
  if (char* const zone = std::strchr(text, '%')) {
    *zone = '\0';
    v6.sin6_scope_id = ::if_nametoindex(zone + 1);
  }
  if (::inet_pton(AF_INET6, text, &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  size = sizeof v6;
  return true;
}

bool Address::copy(const sockaddr& found, std::uint16_t port) {
  if (found.sa_family == AF_INET) {
    std::memcpy(&v4, &found, sizeof v4);
    v4.sin_port = htons(port);
    size = sizeof v4;
    return true;
  }
  if (found.sa_family != AF_INET6) return false;
  std::memcpy(&v6, &found, sizeof v6);
  v6.sin6_port = htons(port);
  size = sizeof v6;
  return true;
}

Status status_of(int error) {
  switch (error) {
    case 0: return Status::closed;
    case ECONNREFUSED: return Status::refused;
    case ECONNRESET:
    case ECONNABORTED:
    case ENOTCONN:
    case EPIPE: return Status::reset;
    case ETIMEDOUT: return Status::timed_out;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOSPC:
    case ENOMEM: return Status::no_slot;
    case EACCES:
    case EPERM: return Status::refused;  // a firewall on this machine
    default: return Status::unreachable;
  }
}

}  // namespace mote::posix
