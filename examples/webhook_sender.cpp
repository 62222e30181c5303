// SPDX-License-Identifier: MIT
// A button whose presses are delivered as signed webhooks: in order, and at least once.
#include <port/port.hpp>

#include "mote/webhook/sender.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Stream stream{net};
static webhook::SizedSender<4, 256> sender{
    net,
    stream,
    {port::setting("url", "http://10.0.2.2:8080/hooks"), "whsec_c2VjcmV0IGZvciBkZW1v"}};

int main() {
  sender.on_delivered = [](const webhook::Delivery&) { port::led(false); };
  sender.on_given_up = [](const webhook::Delivery& lost) { port::print(lost.id); };
  sender.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  port::button.on_press = [] {
    port::led(true);
    if (sender.post("door.opened", R"({"door":7})") != Status::ok) port::print("queue full");
  };
  net.run();
}
