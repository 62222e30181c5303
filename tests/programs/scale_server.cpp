// SPDX-License-Identifier: MIT
// A server with room for ten thousand clients and one who asks how it is, for scale_test.py:
// WebSockets at /ws, held polls at /poll, and at /do/{word} what it does and tells.
#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "mote/http/responder.hpp"
#include "mote/http/server.hpp"
#include "mote/polling/held_requests.hpp"
#include "mote/ws/server.hpp"
#include "port/port.hpp"

using namespace mote;

// AddressSanitizer has a heap of its own, of which mallinfo2() knows nothing.
extern "C" [[gnu::weak]] int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void*, std::size_t), void (*on_free)(const volatile void*));

namespace {

constexpr std::size_t clients = 10'000;
constexpr std::size_t asking = 8;  // the one who asks, and those of him that linger
constexpr polling::HeldOptions held_long{{120'000}};

unsigned long allocations = 0;
unsigned long heap_bytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd + allocations;
}
unsigned long heap_at_start = 0;

long resident_kib() {
  char text[64] = {};
  const int file = ::open("/proc/self/statm", O_RDONLY);
  const bool known = ::read(file, text, sizeof text - 1) > 0;
  ::close(file);
  long pages = 0;
  if (known) (void)std::sscanf(text, "%*d %ld", &pages);
  return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

void obey(const http::Received& request, http::Responder& responder);

port::SizedNet<32, 1024> net;
port::Listener<clients + asking> door{net, "127.0.0.1"};
ws::Server sockets;
polling::HeldRequests polls;
http::CallbackHandler orders{obey};
const http::Route routes[] = {
    {"GET", "/ws", sockets}, {"GET", "/poll", polls}, {"GET", "/do/{word}", orders}};
http::SizedServer<clients + asking> server{net, door, routes};

void obey(const http::Received& request, http::Responder& responder) {
  const std::string_view word = request.parameter("word");
  std::size_t told = 0;
  if (word == "broadcast") told = sockets.broadcast("news");
  if (word == "release") polls.release();
  if (word == "stop") net.stop();
  char text[200];
  const int size = std::snprintf(
      text,
      sizeof text,
      R"({"connections":%zu,"sockets":%zu,"held":%zu,"told":%zu,"heap":%lu,"resident":%ld})",
      server.connections(),
      sockets.sessions(),
      polls.held(),
      told,
      heap_bytes() - heap_at_start,
      resident_kib());
  (void)responder.answer(200, "application/json", {text, static_cast<std::size_t>(size)});
}

}  // namespace

int main() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  polls.use(held_long);
  polls.on_released = [](http::Responder& responder) {
    (void)responder.answer(200, "text/plain", "news");
  };
  if (server.listen(0) != Status::ok) return 1;
  std::printf("%u %zu\n", unsigned{door.port()}, sizeof(http::Place) + sizeof(port::Tcp));
  std::fflush(stdout);
  if (__sanitizer_install_malloc_and_free_hooks)
    __sanitizer_install_malloc_and_free_hooks(
        [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});
  heap_at_start = heap_bytes();
  net.run();
  return 0;
}
