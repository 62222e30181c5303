// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/time.hpp"
#include "mote/base/watch.hpp"
#include "mote/io/loop.hpp"
#include "mote/io/transport.hpp"

namespace mote::http {

class Handler;
class Server;

/// Memory of a Server for one connection, whatever it is at the moment: it speaks HTTP, or what it
/// was upgraded to.
class Place {
 public:
  static constexpr std::size_t bytes = 14 * sizeof(void*) + 40;  // 96 on 32 bit, 152 on 64

 private:
  friend class Server;
  friend class Occupant;
  friend class Responder;
  friend class StillHere;
  friend class Ticket;
  bool is_taken() const { return (tenant_ & 1) != 0; }

  alignas(void*) unsigned char memory_[bytes];
  std::uint16_t tenant_ = 0;   // counts who came and went: odd while taken
  std::uint16_t request_ = 0;  // counts what was answered
};

/// What has a place of a Server. Deriving classes have this as their first base, fit a Place, and
/// need no destructor: vacate() is their end, and they give everything back before.
class Occupant : public io::TransportEvents {
 public:
  Occupant(const Occupant&) = delete;
  Occupant& operator=(const Occupant&) = delete;

  /// Acts on the deadlines that are due, and returns how long nothing will be.
  virtual Duration check() = 0;
  /// Somebody waited for a block: there is one now.
  virtual void on_block_free() = 0;
  /// The server shuts down: does what is still owed to the peer, then closes.
  virtual void wind_up() = 0;
  /// Ends at once, and vacates; `tells`: not without a word to the application.
  virtual void abort(bool tells) = 0;

  /// Whether it speaks HTTP no more.
  bool is_upgraded() const { return upgraded_; }
  /// Who it belongs to: the handler that made it, or whose request it is; or nullptr.
  Handler* handler() const { return handler_; }
  Server& server() const { return server_; }
  io::Loop& loop() const;
  io::Transport& transport() const { return transport_; }

 protected:
  friend class Server;

  Occupant(Server& server, io::Transport& transport, Handler* handler, bool upgraded = true)
      : server_(server), transport_(transport), handler_(handler), upgraded_(upgraded) {}
  ~Occupant() = default;

  /// Takes one of the loop's blocks to keep; on_block_free() follows when there is none.
  std::uint8_t* take_block();
  void give_back(std::uint8_t*& block);
  /// Has on_block_free() called.
  void await_block();
  /// Has check() called, in no more than so long.
  void check_in(Duration at_most);
  /// Gives the place back: this object is no more.
  void vacate();

  Server& server_;
  io::Transport& transport_;
  Handler* handler_;
  Instant since_{};       // what its deadline counts from
  bool starves_ = false;  // waits for a block
  const bool upgraded_;
};

/// Stands in a function that calls the application, and tells afterwards whether the occupant is
/// what it was:
///
///     StillHere still(*this);
///     handler_->on_request(request, *this);
///     if (!still) return;  // closed, upgraded, or the server destroyed: touch no member
class StillHere {
 public:
  explicit StillHere(Occupant& occupant);
  explicit operator bool() const { return !watch_.ended() && place_.tenant_ == tenant_; }

 private:
  Watch watch_;  // of the server
  Place& place_;
  std::uint16_t tenant_;
};

}  // namespace mote::http
