// SPDX-License-Identifier: MIT
#include "posix/system.hpp"

#include <dirent.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace mote::posix {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
std::uint32_t failing = 0, made = 0;
const char* failed_name = nullptr;
std::int64_t passed_ms = 0;

bool fails(const char* name, int error) {
  if (++made != failing) return false;
  failed_name = name;
  errno = error;
  return true;
}

/// How many of `size` bytes may be sent now.
std::size_t allowed(std::size_t size) {
  const std::size_t most = std::min({size, System::send_most, System::send_all_most});
  if (System::send_all_most != unlimited) System::send_all_most -= most;
  return most;
}

}  // namespace

std::size_t System::send_most = unlimited;
std::size_t System::send_all_most = unlimited;
bool System::queue_is_empty = true;
bool System::no_descriptors = false;

void System::fail_call(std::uint32_t n) {
  failing = n;
  made = 0;
  failed_name = nullptr;
}
std::uint32_t System::calls() { return made; }
const char* System::failed() { return failed_name; }
void System::pass(std::uint32_t ms) { passed_ms += ms; }
void System::reset() {
  fail_call(0);
  send_most = send_all_most = unlimited;
  no_descriptors = false;
  queue_is_empty = true;
}

int open_descriptors() {
  int count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder)) ++count;
  ::closedir(folder);
  return count;
}

extern "C" {

// What the linker's --wrap makes of each name.
int __real_socket(int, int, int);
int __real_connect(int, const sockaddr*, socklen_t);
int __real_bind(int, const sockaddr*, socklen_t);
int __real_listen(int, int);
int __real_accept4(int, sockaddr*, socklen_t*, int);
ssize_t __real_send(int, const void*, std::size_t, int);
ssize_t __real_sendmsg(int, const msghdr*, int);
ssize_t __real_recv(int, void*, std::size_t, int);
int __real_shutdown(int, int);
int __real_ioctl(int, unsigned long, int*);
int __real_epoll_ctl(int, int, int, epoll_event*);
int __real_epoll_wait(int, epoll_event*, int, int);
int __real_clock_gettime(clockid_t, timespec*);

int __wrap_socket(int family, int type, int protocol) {
  if (System::no_descriptors) return errno = EMFILE, -1;
  return fails("socket", EMFILE) ? -1 : __real_socket(family, type, protocol);
}
int __wrap_connect(int fd, const sockaddr* to, socklen_t size) {
  return fails("connect", ENETUNREACH) ? -1 : __real_connect(fd, to, size);
}
int __wrap_ioctl(int fd, unsigned long request, int* value) {
  if (System::queue_is_empty) return __real_ioctl(fd, request, value);
  *value = 1;
  return 0;
}
int __wrap_bind(int fd, const sockaddr* at, socklen_t size) {
  return fails("bind", EADDRINUSE) ? -1 : __real_bind(fd, at, size);
}
int __wrap_listen(int fd, int backlog) {
  return fails("listen", EADDRINUSE) ? -1 : __real_listen(fd, backlog);
}
int __wrap_accept4(int fd, sockaddr* from, socklen_t* size, int flags) {
  if (System::no_descriptors) return errno = EMFILE, -1;
  return fails("accept4", EMFILE) ? -1 : __real_accept4(fd, from, size, flags);
}
ssize_t __wrap_send(int fd, const void* bytes, std::size_t size, int flags) {
  if (fails("send", EPIPE)) return -1;
  const std::size_t most = allowed(size);
  if (most == 0) return errno = EAGAIN, -1;
  return __real_send(fd, bytes, most, flags);
}
ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags) {
  if (fails("sendmsg", ECONNRESET)) return -1;
  std::size_t size = 0;
  for (std::size_t i = 0; i < message->msg_iovlen; ++i) size += message->msg_iov[i].iov_len;
  std::size_t left = allowed(size);
  if (left == size) return __real_sendmsg(fd, message, flags);
  if (left == 0) return errno = EAGAIN, -1;
  for (std::size_t i = 0; i < message->msg_iovlen; ++i) {
    iovec& piece = message->msg_iov[i];
    piece.iov_len = std::min(piece.iov_len, left);
    left -= piece.iov_len;
  }
  return __real_sendmsg(fd, message, flags);
}
ssize_t __wrap_recv(int fd, void* bytes, std::size_t size, int flags) {
  return fails("recv", ECONNRESET) ? -1 : __real_recv(fd, bytes, size, flags);
}
int __wrap_shutdown(int fd, int how) {
  return fails("shutdown", ENOTCONN) ? -1 : __real_shutdown(fd, how);
}
int __wrap_epoll_ctl(int epoll, int what, int fd, epoll_event* event) {
  if (what == EPOLL_CTL_DEL) return __real_epoll_ctl(epoll, what, fd, event);
  return fails("epoll_ctl", ENOMEM) ? -1 : __real_epoll_ctl(epoll, what, fd, event);
}
int __wrap_epoll_wait(int epoll, epoll_event* events, int most, int timeout_ms) {
  return fails("epoll_wait", EINTR) ? -1 : __real_epoll_wait(epoll, events, most, timeout_ms);
}
int __wrap_clock_gettime(clockid_t clock, timespec* now) {
  const int result = __real_clock_gettime(clock, now);
  now->tv_sec += passed_ms / 1000;
  now->tv_nsec += passed_ms % 1000 * 1'000'000;
  if (now->tv_nsec >= 1'000'000'000) {
    now->tv_nsec -= 1'000'000'000;
    ++now->tv_sec;
  }
  return result;
}

}  // extern "C"

}  // namespace mote::posix
