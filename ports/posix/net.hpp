// SPDX-License-Identifier: MIT
#pragma once

#include <sys/epoll.h>

#include <array>

#include "mote/io/loop.hpp"
#include "posix/resolver.hpp"
#include "posix/watcher.hpp"

/// Mote on Linux: one epoll loop, TCP over sockets, names by c-ares.
///
/// Nothing here uses the heap except the resolver, while a name is looked up; see resolver.hpp.
namespace mote::posix {

class Net;
class Tcp;

/// What owns a Tcp: the program (then the Net is its home) or a Listener, which takes it back when
/// its connection is over.
struct Home {
  Net& net;
  bool takes_back;
  List<Tcp> free;
};

/// The io::Loop over epoll. `on_network` is never called: Linux keeps connections over a lost link,
/// and what waits for its next attempt goes by its own times. The loop's two descriptors are opened
/// when it is made; a process that cannot have them is stopped by contract_broken().
class Net : public io::Loop, io::BlockWaiter {
 public:
  /// Readable when poll() has something to do: to sleep on in another loop, for as long as poll()
  /// returned and no longer. Call poll() with no wait then.
  int descriptor() const { return epoll_; }

  void wake() override;
  /// From the kernel's generator, by getrandom(2): it is fit for keys as it is, and a program
  /// without TLS needs no Mbed TLS for it. A process that forks must not use the loop in both
  /// halves.
  void random(ByteSpan out) override;
  std::uint64_t unix_seconds() const override;

  /// Name servers instead of the system's, as "127.0.0.1:5353,[::1]:53".
  Lasting name_servers;

 protected:
  Net(ByteSpan blocks_memory, std::size_t block_bytes);
  ~Net();

 private:
  friend class Tcp;
  friend class Listener;
  friend class Lookup;
  friend class Resolver;
  struct Deadlines {
    Deadlines(Net& net, Callback<void()> on_due) : timer(net, on_due) {}
    List<Tcp> connections;  // who is due first stands first
    io::Timer timer;
  };

  Instant read_clock() override;
  bool pump() override;
  void wait(Duration at_most) override;
  void on_block_free() override;

  bool has_rest() const;
  void fetch(int timeout_ms);
  void deliver();
  void tell_ends();
  void expire(Deadlines& deadlines);
  void start_deadline(Deadlines& deadlines, Tcp& tcp, Duration after);
  void wait_for_block(Tcp& tcp);

  static std::uint64_t tag(Tcp& tcp) { return reinterpret_cast<std::uintptr_t>(&tcp) | tcp_bit; }
  static std::uint64_t tag(Watcher& watcher) { return reinterpret_cast<std::uintptr_t>(&watcher); }
  /// Adds `descriptor` to the epoll set; false with errno when the system refuses.
  bool watch(int descriptor, std::uint32_t events, std::uint64_t tag);
  bool watch_again(int descriptor, std::uint32_t events, std::uint64_t tag);
  void unwatch(int descriptor, std::uint64_t tag);
  /// Drops what was fetched for `tag` and is not delivered yet.
  void forget(std::uint64_t tag);

  static constexpr std::uint64_t wake_tag = 0;
  static constexpr std::uint64_t tcp_bit = 1;
  /// A receive buffer for all connections. It takes a 16 KiB message with its header at once.
  static constexpr std::size_t receive_bytes = 16 * 1024 + 64;
  static constexpr std::size_t events_most = 64;

  int epoll_;
  int wake_;
  bool woken_ = false;       // since the last wait
  bool fetched_ = false;     // by wait(), for the next pump()
  std::uint16_t event_ = 0;  // the one being delivered
  std::uint16_t event_count_ = 0;
  Tcp* current_ = nullptr;  // whose events are being told; nullptr once it has ended or died
  Home home_{*this, false, {}};
  List<Tcp> ends_;     // on_closed is to be told
  List<Tcp> waiting_;  // for a block
  Deadlines draining_;
  Deadlines lingering_;
  Resolver resolver_;
  std::array<epoll_event, events_most> events_;
  std::array<std::uint8_t, 256> random_;
  std::size_t random_left_ = 0;
  std::array<std::uint8_t, receive_bytes> received_[2];
  std::uint8_t receiving_ = 0;  // the one of them that is in use
  Tcp* holder_ = nullptr;       // who left bytes unused in the other: rest_
  ByteSpan rest_;
};

template <std::size_t Blocks, std::size_t Bytes>
struct NetMemory {
  alignas(8) std::array<std::uint8_t, Blocks * Bytes> memory;
};

/// A Net with its blocks: `Blocks` of `Bytes` each. A message of at most `Bytes` - 168 fits one
/// send().
template <std::size_t Blocks, std::size_t Bytes>
class SizedNet final : NetMemory<Blocks, Bytes>, public Net {
  static_assert(Blocks >= 2, "the last free block only composes: sending needs one beside it");
  static_assert(Bytes >= 256 && Bytes % 8 == 0, "as io::Blocks asks");

 public:
  SizedNet() : Net(this->memory, Bytes) {}
};

}  // namespace mote::posix
