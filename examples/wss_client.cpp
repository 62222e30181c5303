// SPDX-License-Identifier: MIT
// A WebSocket by wss that says whom it believes, resumes its sessions, and prints what it verified
// and what TLS took of its memory. With a pin (SHA-256 of a key, base64) only that key will do.
#include <port/tls.hpp>

#include "mote/base/byte_writer.hpp"
#include "mote/encoding/base64.hpp"
#include "mote/ws/client.hpp"
#include "roots.hpp"

using namespace mote;

static port::SizedNet<4, 1024> net;  // 4 blocks of 1 KiB
static port::Trust trust{roots::certificates};
static port::Sessions<2> sessions;
static port::Stream stream{net, trust};
static ws::Client client{net, stream};

static crypto::Sha256 pins[1];

static bool read_pin(std::string_view text) {
  ByteWriter out{pins[0]};
  return encoding::decode_base64(text, out) == Status::ok && out.size() == pins[0].size();
}

static void say(std::string_view what,
                std::uint64_t number,
                std::string_view then,
                std::string_view more = {}) {
  std::uint8_t line[96];
  port::print(ByteWriter{line}.put(what).number(number).put(then).put(more).text());
}

/// Called for each certificate of a chain; not when a session is resumed.
static Status on_certificate(const port::ShownCertificate& shown) {
  say("certificate ", static_cast<std::uint64_t>(shown.depth), ": ", to_string(shown.found));
  return shown.found;  // Another Status than what was found would overrule it.
}

static void on_open() {
  port::print(stream.version());
  say("TLS memory at most ", port::arena_use().bytes_most, " bytes");
  (void)client.send_text("hello by wss");
}

int main() {
  const std::string_view pin = port::setting("pin", "").text();
  if (!pin.empty()) {
    if (!read_pin(pin)) {
      port::print("the pin is no SHA-256 in base64");
      return 1;  // Without it others would be believed, too.
    }
    trust.pin(pins);
  }
  trust.keep(sessions);
  trust.on_certificate = on_certificate;
  client.on_open = on_open;
  client.on_text = [](std::string_view text) { port::print(text); };
  client.on_retry = [](Failure why, Duration) { port::print(to_string(why.status)); };
  const Status status = client.stay_open(port::setting("url", "wss://10.0.2.2:8443/chat"));
  if (status != Status::ok) port::print(to_string(status));
  net.run();
}
