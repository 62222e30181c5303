// SPDX-License-Identifier: MIT
// Prints the webhooks it is sent, each once; its button's twin is webhook_sender.cpp.
#include <port/port.hpp>

#include "mote/http/server.hpp"
#include "mote/webhook/receiver.hpp"

using namespace mote;

static constexpr std::string_view secrets[] = {"whsec_c2VjcmV0IGZvciBkZW1v"};

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Listener<5> door{net};
static webhook::SizedReceiver<4096> hooks{webhook::Scheme::standard, secrets};
static const http::Route routes[] = {{"POST", "/hooks", hooks}};
static http::SizedServer<4> server{net, door, routes};

int main() {
  hooks.on_delivery = [](const webhook::Arrival& arrival) {
    port::print(text_of(arrival.body));
    return true;
  };
  hooks.on_refused = [](Status why, std::string_view) { port::print(to_string(why)); };
  const Status status = server.listen(8080);
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
