// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/watch.hpp"
#include "mote/io/listener.hpp"
#include "posix/tcp.hpp"
#include "posix/watcher.hpp"

namespace mote::posix {

/// An io::Listener with the places of a SizedListener. When the process is out of descriptors,
/// peers wait in the kernel's queue and it tries again ten times a second.
class Listener : public io::Listener, Watcher, Watched {
 public:
  /// `ok`, `busy` or `no_slot` as in io::Listener. `refused`: this user may not listen there.
  /// `bad_argument`: the address is not one. `unreachable`: it is not one of this machine.
  Status listen(std::uint16_t port, io::Acceptor& acceptor) override;
  void stop() override;

  /// The port that it listens on, also when the system chose it; 0 while it does not.
  std::uint16_t port() const;

 protected:
  Listener(Home& home, Lasting address);
  ~Listener() { stop(); }

 private:
  Status open(std::string_view address, std::uint16_t port);
  void on_ready(std::uint32_t events) override;
  void watch();

  Home& home_;
  Lasting address_;
  io::Acceptor* acceptor_ = nullptr;
  io::Timer retry_;
  int socket_ = -1;
};

/// The connections of a listener.
template <std::size_t N>
struct Places {
  explicit Places(Net& its_net) : home{its_net, true, {}} {
    for (Tcp& place : places) {
      place.home_ = &home;
      home.free.push_back(place);
    }
  }
  Home home;
  Tcp places[N];
};

/// A Listener with places for `N` connections; who comes when all are taken is refused. Listens on
/// all addresses of the machine, IPv6 and IPv4, or on one: "127.0.0.1", "::1".
template <std::size_t N>
class SizedListener final : Places<N>, public Listener {
 public:
  explicit SizedListener(Net& its_net, Lasting address = "")
      : Places<N>(its_net), Listener(this->home, address) {}
};

}  // namespace mote::posix
