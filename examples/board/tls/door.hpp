// SPDX-License-Identifier: MIT
// How browsers come to the board: by https and wss, and by nothing else.
#pragma once

#include <port/tls.hpp>

#include "identity.hpp"
#include "mote/base/byte_writer.hpp"

namespace board {

inline port::Identity own_identity{identity::certificates, identity::key};
// A browser's second connection, and all others of a day, need no signature.
inline port::Tickets own_tickets;

template <std::size_t N>
class Door {
 public:
  template <class Net>
  explicit Door(Net& net) : listener_(net, own_identity) {
    own_identity.issue(own_tickets);
    listener_.on_refused = [](mote::Failure why) {
      std::uint8_t line[96];
      port::print(
          mote::ByteWriter{line}.put("handshake failed: ").put(to_string(why.status)).text());
    };
  }
  operator mote::io::Listener&() { return listener_; }

 private:
  port::TlsListener<N> listener_;
};

/// Prints how much of the arena was used at most, when it has become more.
inline void say_use() {
  static std::size_t said = 0;
  const port::ArenaUse use = port::arena_use();
  if (use.bytes_most + use.refused == said) return;
  said = use.bytes_most + use.refused;
  std::uint8_t line[96];
  mote::ByteWriter out{line};
  out.put("arena ").number(use.bytes_most).put(" of ");
  out.number(port::arena_bytes).put(" bytes at most, refused ");
  port::print(out.number(use.refused).text());
}

}  // namespace board
