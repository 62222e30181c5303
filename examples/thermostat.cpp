// SPDX-License-Identifier: MIT
// A device with a state: the class wires itself to a client and stays testable on ports/sim.
#include <port/port.hpp>

#include "mote/ws/client.hpp"

using namespace mote;

class Thermostat {
 public:
  explicit Thermostat(ws::Client& client) : client_(client) {
    client_.on_open = [this] { report(); };
    client_.on_text = [this](std::string_view text) { on_command(text); };
  }

 private:
  void report() { (void)client_.send_text(heating_ ? "on" : "off"); }
  void on_command(std::string_view text) {
    heating_ = text == "heat";
    port::led(heating_);
    report();
  }

  ws::Client& client_;
  bool heating_ = false;
};

static port::SizedNet<4, 1024> net;
static port::Stream stream{net};
static ws::Client client{net, stream};
static Thermostat thermostat{client};

int main() {
  const Status status = client.stay_open(port::setting("url", "ws://10.0.2.2:8080/thermostat"));
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
