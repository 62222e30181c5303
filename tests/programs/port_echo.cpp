// SPDX-License-Identifier: MIT
// The port on the board: echoes TCP on port 7, says what happened when its button is pressed, and
// connects to `to=address` with `port=number` if it is told to.
#include "mote/base/byte_writer.hpp"
#include "mps2/board.hpp"
#include "port/port.hpp"

using namespace mote;

namespace {

port::SizedNet<4, 1024> net;
port::Listener<3> door{net};
port::Tcp tcp{net};

/// Sends what it receives back; keeps nothing, so that a slow peer is held back by TCP.
class Echo : public io::TransportEvents {
 public:
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override {
    const std::size_t taken = std::min(bytes.size(), transport->room(io::Urgency::data));
    if (transport->send(bytes.first(taken), {}, io::Urgency::data) != Status::ok) return 0;
    return taken;
  }
  void on_writable() override { transport->resume(); }
  void on_ended() override { transport->close(); }
  void on_closed(Failure why) override {
    port::print(to_string(why.status));
    transport = nullptr;
  }

  io::Transport* transport = nullptr;
};

class Door : public io::Acceptor {
 public:
  io::TransportEvents* on_accepted(io::Transport& connection) override {
    for (Echo& echo : echoes_) {
      if (echo.transport) continue;
      echo.transport = &connection;
      return &echo;
    }
    return nullptr;
  }

 private:
  Echo echoes_[3];
};

void call(std::string_view host);

class Caller : public io::TransportEvents {
 public:
  void on_connected() override {
    port::print("connected");
    if (tcp.send(bytes_of("hello"), {}, io::Urgency::data) != Status::ok) port::print("no room");
  }
  std::size_t on_received(ByteSpan bytes) override {
    port::print(text_of(bytes));
    tcp.close();
    return bytes.size();
  }
  void on_writable() override {}
  void on_ended() override { tcp.close(); }
  void on_closed(Failure why) override {
    mps2::print_part("call: ");
    port::print(to_string(why.status));
    // IPv6 has its addresses a second or two after IPv4.
    if (why.status == Status::unreachable) again.start(500_ms);
  }

 private:
  io::Timer again{net, [] { call(port::setting("to", "").text()); }};
};

Door acceptor;
Caller caller;

void call(std::string_view host) {
  std::uint16_t number = 0;
  for (const char digit : port::setting("port", "7").text()) {
    number = static_cast<std::uint16_t>(number * 10 + (digit - '0'));
  }
  const Status begun = tcp.connect({host, number, io::Security::none}, caller);
  if (begun != Status::ok) port::print(to_string(begun));
}

}  // namespace

int main() {
  port::button.on_press = [] {
    port::print(net.counters());
    mps2::print_part("stack ");
    mps2::print_part(static_cast<std::uint32_t>(mps2::stack_used_most()));
    mps2::print_part(" starved ");
    mps2::print_part(mps2::ethernet_counters().starved);
    port::print("");
  };
  net.on_network = [](bool up) { port::print(up ? "network is up" : "network is down"); };
  if (door.listen(7, acceptor) != Status::ok) return 1;
  const std::string_view to = port::setting("to", "").text();
  if (!to.empty()) call(to);
  net.run();
}
