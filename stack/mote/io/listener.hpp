// SPDX-License-Identifier: MIT
#pragma once

#include "mote/io/transport.hpp"

namespace mote::io {

/// Decides who is to hear from a new connection.
class Acceptor {
 public:
  /// `connection` stands already: bytes may be sent at once, on_connected is not called. Returns
  /// who gets its events; nullptr refuses it.
  virtual TransportEvents* on_accepted(Transport& connection) = 0;

 protected:
  ~Acceptor() = default;
};

/// Accepts connections on one TCP port, as many at a time as it has places for.
class Listener {
 public:
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Begins to accept; `port` 0 lets the system choose. `busy`: listens already, or somebody else
  /// does on this port. `no_slot`: the port has no memory for one more listener.
  virtual Status listen(std::uint16_t port, Acceptor& acceptor) = 0;

  /// Accepts no more. Connections that stand go on.
  virtual void stop() = 0;

 protected:
  Listener() = default;
  ~Listener() = default;
};

}  // namespace mote::io
