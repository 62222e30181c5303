// SPDX-License-Identifier: MIT
#pragma once

#include "mote/io/transport.hpp"

namespace mote::support {

/// Another transport, whose every connection leads to one host, whatever it is for: certificates
/// have names that no resolver knows.
class LedTo final : public io::Transport {
 public:
  LedTo(io::Transport& below, std::string_view host) : below_(below), host_(host) {}

  Status connect(const io::Endpoint& to, io::TransportEvents& events) override {
    io::Endpoint led = to;
    led.host = host_;
    return below_.connect(led, events);
  }
  std::size_t room(io::Urgency urgency) const override { return below_.room(urgency); }
  Status send(ByteView head, ByteView body, io::Urgency urgency) override {
    return below_.send(head, body, urgency);
  }
  std::size_t send_constant(ByteView bytes) override { return below_.send_constant(bytes); }
  void await_room(std::size_t bytes) override { below_.await_room(bytes); }
  void hand_over(io::TransportEvents& events) override { below_.hand_over(events); }
  void resume() override { below_.resume(); }
  void close() override { below_.close(); }
  void abort() override { below_.abort(); }

 private:
  io::Transport& below_;
  std::string_view host_;
};

}  // namespace mote::support
