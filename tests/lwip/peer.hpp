// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// The other end of the wire: a second lwIP in this process, in a library of its own, so that it
/// has its own globals. It is driven by raw lwIP code and knows nothing of Mote.
namespace lab {

/// What the laboratory lends to the peer.
class PeerHost {
 public:
  virtual void send(const std::uint8_t* frame, std::size_t size) = 0;
  virtual std::uint32_t now_ms() const = 0;

 protected:
  ~PeerHost() = default;
};

/// One connection of the peer, from its point of view.
struct PeerTcp {
  std::string received;
  std::string unsent;  // Goes out as lwIP has room.
  bool connected = false;
  bool ended = false;        // The device sent its FIN.
  int error = 0;             // lwIP's err_t; the connection is gone.
  bool acknowledges = true;  // Gives the window back for what it received.
  bool reads = true;         // False: it refuses what arrives.
  void* pcb = nullptr;       // nullptr: closed or gone
};

/// What is wrong with an answer of the name server.
enum class Flaw {
  none,
  other_id,
  other_question,
  cut_short,      // in the middle of its record
  looping_name,   // the record's name points at itself
  endless_name,   // 300 bytes of labels
  long_data,      // a record longer than the answer
  no_records,     // though it promises one
  twice,          // the same answer again
  alias_first,    // a CNAME, and then the address of what it names
  question_only,  // the query comes back as it was
};

/// How the name server answers for a name.
struct PeerName {
  std::string ipv4, ipv6;  // empty: there is none
  bool silent = false;
  std::uint32_t delay_ms = 0;
  Flaw flaw = Flaw::none;
};

/// What the time server sends back, and from where.
struct PeerDatagram {
  std::string bytes;
  std::string address = "10.0.0.2";
  std::uint16_t port = 123;
};

class Peer {
 public:
  virtual void input(const std::uint8_t* frame, std::size_t size) = 0;
  /// Does what is due; returns in how many milliseconds there is more.
  virtual std::uint32_t run() = 0;

  virtual void listen(std::uint16_t port) = 0;
  /// The oldest connection that was accepted and not asked for yet; nullptr: none.
  virtual PeerTcp* accepted() = 0;
  virtual PeerTcp* connect(const char* address, std::uint16_t port) = 0;
  virtual void write(PeerTcp& tcp, const std::string& bytes) = 0;
  /// Each byte in a segment of its own.
  virtual void write_bytewise(PeerTcp& tcp, const std::string& bytes) = 0;
  /// Gives back the window for `size` bytes that were received and not acknowledged.
  virtual void acknowledge(PeerTcp& tcp, std::size_t size) = 0;
  virtual void end(PeerTcp& tcp) = 0;    // closes the sending half
  virtual void close(PeerTcp& tcp) = 0;  // tcp_close(): both halves
  virtual void reset(PeerTcp& tcp) = 0;
  /// Ends everything and forgets it; the links of one test do not reach into the next.
  virtual void clear() = 0;
  virtual void set_random(std::uint32_t seed) = 0;

  std::map<std::string, PeerName> names;
  int questions = 0;  // that the name server was asked
  /// What the time server answers to a question; without it, nothing.
  std::function<std::vector<PeerDatagram>(const std::string& question)> time_server;

 protected:
  ~Peer() = default;
};

}  // namespace lab
