// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/base/bytes.hpp"
#include "sim/listener.hpp"

namespace mote::ws::test {

/// A frame as a server sends it.
std::string frame(int first_byte, const std::string& payload);
inline std::string text(const std::string& payload) { return frame(0x81, payload); }
std::string close_frame(int code, const std::string& reason = {});

/// A WebSocket server on the simulated network, written for tests and apart from the code under
/// test: it answers upgrades as it is told and writes down what it receives.
class Peer : io::Acceptor, io::TransportEvents {
 public:
  explicit Peer(sim::Net& net, std::uint16_t port = 80);

  // What it does.
  std::string status_line = "HTTP/1.1 101 Switching Protocols";
  std::string fields;       ///< more of them, each with its CR LF
  std::string accept;       ///< instead of the right Sec-WebSocket-Accept
  bool answers = true;      ///< upgrades; otherwise the request stays unanswered
  std::string with_answer;  ///< frames that leave together with the answer
  bool answers_close = true;
  bool reads = true;

  // What it saw.
  int connections = 0;
  std::string request;  ///< the head of the last one
  std::string said;     ///< frames, such as "text[hello] ping[] close[1000 bye] "
  std::string ended;    ///< how its connection ended

  bool send(const std::string& bytes);
  void close();
  void abort();
  void vanish();
  void resume();
  bool is_connected() const { return transport_ != nullptr; }
  std::string field(const std::string& name) const;

 private:
  io::TransportEvents* on_accepted(io::Transport& connection) override;
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override;
  void on_writable() override {}
  void on_ended() override;
  void on_closed(Failure why) override;
  void answer();
  void read_frames();

  sim::Tcp places_[2];
  sim::Listener listener_;
  io::Transport* transport_ = nullptr;
  std::string received_;
  bool upgraded_ = false;
};

}  // namespace mote::ws::test
