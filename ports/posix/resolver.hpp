// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <array>

#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"
#include "mote/io/timer.hpp"
#include "posix/watcher.hpp"

struct ares_channeldata;
struct ares_addrinfo;
struct ares_addrinfo_node;

namespace mote::posix {

class Net;
class Resolver;
class Tcp;
struct Address;

/// One name on its way to a connection: first the question, then its addresses, tried in turn.
///
/// Each has its own c-ares channel, so that it can be cancelled alone and sees changes of
/// /etc/resolv.conf. The channel and its answers are c-ares's, on the heap; they are gone when the
/// connection stands or has failed.
class Lookup final : public Watcher {
 public:
  /// The address to try next; false when there is none.
  bool next(Address& address);
  /// Gives the attempt that runs now a deadline if another address waits behind it; then
  /// Tcp::on_attempt_failed() is called.
  void limit_attempt();
  /// Ends it, wherever it stands, and frees what it holds.
  void end();

 private:
  friend class Resolver;
  void on_ready(std::uint32_t events) override;
  bool ask(std::string_view host);
  void on_socket(int descriptor, bool readable, bool writable);
  void on_answer(int result, ares_addrinfo* found);
  void on_deadline();
  void look_at_answer();
  void plan();
  void close_channel();

  Resolver* resolver_ = nullptr;
  Tcp* tcp_ = nullptr;  // nullptr: this place is free
  ares_channeldata* channel_ = nullptr;
  ares_addrinfo* found_ = nullptr;
  ares_addrinfo_node* next_ = nullptr;
  Instant deadline_{};
  int result_ = 0;
  std::uint16_t port_ = 0;
  bool answered_ = false;
  bool has_deadline_ = false;
};

/// Looks names up without blocking: /etc/hosts first, then the name servers. Reading the two files
/// is the only thing that does not go through the loop.
class Resolver {
 public:
  /// Names that are looked up, or whose addresses are tried, at the same time.
  static constexpr std::size_t lookups_most = 16;

  explicit Resolver(Net& net);
  ~Resolver();

  /// Takes a place for `tcp`; nullptr when all are taken.
  Lookup* reserve(Tcp& tcp, std::uint16_t port);
  /// Begins to look `host` up. Tcp::on_looked_up() follows, at once when a file or a wrong name
  /// decides it. `no_slot`: there is no memory to ask with.
  Status begin(Lookup& lookup, std::string_view host);

 private:
  friend class Lookup;
  void on_due();

  Net& net_;
  io::Timer timer_;
  Instant due_{};  // the timer's, while it runs
  std::array<Lookup, lookups_most> lookups_;
};

}  // namespace mote::posix
