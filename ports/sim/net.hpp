// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "mote/io/loop.hpp"
#include "mote/io/transport.hpp"

/// A network in memory with a clock that is moved by hand: for tests of what stands on Mote,
/// without sockets, waiting or chance. Uses the heap; it is for Linux.
namespace mote::sim {

class Tcp;
class Listener;

/// What the wire does to the bytes. The same seed gives the same run.
struct Wire {
  Duration delay_least{0}, delay_most{0};  ///< from send() until arrival; order is kept
  /// Bytes are offered in pieces of 1 to this many, drawn at random.
  std::size_t piece_bytes_max = std::numeric_limits<std::size_t>::max();
  std::size_t window_bytes = 8192;  ///< what may be under way or unused on one direction
};

/// What happens to the operation that fail_operation() names.
enum class Fault : std::uint8_t {
  reset,        ///< the connection is reset; connect() is refused, from poll()
  would_block,  ///< a send finds no room; on_writable follows. Others go on as ever
  no_slot,      ///< connect() returns no_slot. Others go on as ever
};

/// What happens to the byte that spoil_byte() names.
enum class Mishap : std::uint8_t {
  flip,     ///< its bit n % 8 is wrong when it arrives; what follows is right
  reset,    ///< the connection is reset when all before it have been used
  end,      ///< the stream ends before it, in order, and what follows is lost
  silence,  ///< it and what follows are lost, and nobody is told
};

/// Whose operations Net::fail_operation() counts, and whose bytes spoil_byte(): those of Tcps that
/// a program made, or of those that a Listener accepted.
enum class Side : std::uint8_t { made, accepted };

/// The loop of a simulation. Its clock stands still while the program runs and jumps to what is
/// next when poll() waits.
class Net : public io::Loop {
 public:
  Net(ByteSpan blocks_memory, std::size_t block_bytes, std::uint32_t seed = 1);

  void wake() override { woken_ = true; }
  void random(ByteSpan out) override;
  std::uint64_t unix_seconds() const override {
    return unix_at_start_ ? unix_at_start_ + passed_ms_ / 1000 : 0;
  }
  void set_unix_seconds(std::uint64_t seconds) { unix_at_start_ = seconds - passed_ms_ / 1000; }

  /// Lets time pass and runs what comes due in it; returns at its end, however little happens.
  void pass(Duration time);
  /// Runs what is ready now, at this moment, until nothing more is.
  void settle() { pass({0}); }
  /// Time since the beginning.
  Duration passed() const { return {static_cast<std::uint32_t>(passed_ms_)}; }

  Wire wire;
  /// Names that do not resolve. All others lead to this machine.
  std::set<std::string> unknown_names;
  bool offers_tls = false;  ///< lets endpoints with Security::tls connect, as if there were TLS

  /// The n-th connect, send or receive on this side (1 is the next one) meets `fault`; 0: none.
  void fail_operation(std::uint32_t n, Fault fault, Side side = Side::made);
  /// How many operations there were so far on the side that is counted.
  std::uint32_t operations() const { return operations_; }
  /// The n-th byte that this side sends (1 is the next one) meets `mishap`; 0: none does.
  void spoil_byte(std::uint64_t n, Mishap mishap, Side side = Side::made);
  /// How many bytes this side has sent so far.
  std::uint64_t bytes_sent(Side side) const { return sent_[static_cast<int>(side)]; }
  /// Chance begins anew, so that what follows is as it was after the last time.
  void reseed(std::uint32_t seed) { chance_.seed(seed); }
  /// Pulls the cable or plugs it in again. What stands is lost, what connects waits.
  void set_network(bool up);

 protected:
  Instant read_clock() override { return {static_cast<std::uint32_t>(passed_ms_)}; }
  bool pump() override;
  void wait(Duration at_most) override;

 private:
  friend class Tcp;
  friend class Listener;
  bool meets_fault(Side side, Fault& fault);
  std::size_t spoil(Side side, std::vector<std::uint8_t>& bytes);
  std::size_t piece_of(std::size_t size);
  Duration draw_delay();
  Tcp* place_for(Listener& listener);

  std::mt19937 chance_;
  std::uint64_t passed_ms_ = 0;
  std::uint64_t unix_at_start_ = 0;
  std::uint32_t operations_ = 0;
  std::uint32_t failing_operation_ = 0;
  Fault fault_ = Fault::reset;
  Side side_ = Side::made;
  std::uint64_t sent_[2] = {};  // bytes, of each side
  std::uint64_t spoiled_byte_ = 0;
  std::uint8_t spoiled_bit_ = 1;
  Mishap mishap_ = Mishap::flip;
  Side spoiled_side_ = Side::made;
  bool woken_ = false;
  bool up_ = true;
  bool told_up_ = true;
  List<Tcp> connections_;
  List<Listener> listeners_;
};

template <std::size_t Blocks, std::size_t Bytes>
struct NetMemory {
  alignas(8) std::array<std::uint8_t, Blocks * Bytes> memory;
};

/// A Net with its blocks.
template <std::size_t Blocks, std::size_t Bytes>
class SizedNet final : NetMemory<Blocks, Bytes>, public Net {
 public:
  explicit SizedNet(std::uint32_t seed = 1) : Net(this->memory, Bytes, seed) {}
};

}  // namespace mote::sim
