// SPDX-License-Identifier: MIT
// A client against a server that says anything: on_done comes once, with one outcome, and what is
// told does not depend on how the bytes are cut (but for redirects, which begin anew wherever the
// bytes of one answer end).
#include <cstdlib>
#include <string>

#include "mote/http/client.hpp"
#include "sim/listener.hpp"
#include "sim/tcp.hpp"

namespace {

using namespace mote;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Says the same to whoever connects, and then ends.
struct Server : io::Acceptor, io::TransportEvents {
  explicit Server(ByteView all) : answer(all) {}
  io::TransportEvents* on_accepted(io::Transport& to) override {
    connection = &to;
    request.clear();
    return this;
  }
  std::size_t on_received(ByteSpan bytes) override {
    request.append(bytes.begin(), bytes.end());
    if (request.find("\r\n\r\n") == std::string::npos) return bytes.size();
    request.clear();
    if (connection->send(answer, {}, io::Urgency::data) == Status::ok && ends) connection->close();
    return bytes.size();
  }
  void on_connected() override {}
  void on_writable() override {}
  void on_ended() override { connection->close(); }
  void on_closed(Failure) override {}

  ByteView answer;
  std::string request;
  io::Transport* connection = nullptr;
  bool ends = false;
};

struct Run {
  std::string said, body;
  int done = 0;
  bool redirected = false;
};

Run run(ByteView answer, std::uint8_t options, std::size_t piece) {
  sim::SizedNet<4, 512> net(options + 1u);
  net.wire.piece_bytes_max = piece;
  net.wire.window_bytes = 1 << 16;
  Server server(answer);
  server.ends = (options & 1) != 0;
  std::array<sim::Tcp, 4> places{{sim::Tcp{net}, sim::Tcp{net}, sim::Tcp{net}, sim::Tcp{net}}};
  sim::Listener listener(net, places);
  require(listener.listen(80, server) == Status::ok);
  sim::Tcp tcp{net};
  http::SizedClient<128, 256> client{net, tcp};
  Run seen;
  client.on_field = [&seen](const http::Field& field) {
    seen.said += std::string(field.name) + "=" + std::string(field.value) + ";";
  };
  client.on_head = [&seen](std::uint16_t code) { seen.said += std::to_string(code); };
  client.on_body = [&seen](ByteView part) { seen.body.append(part.begin(), part.end()); };
  client.on_done = [&seen](Failure why) {
    seen.said += std::string(to_string(why.status)) + std::to_string(why.native);
    ++seen.done;
  };
  client.limits.body_bytes_max = (options & 2) ? 16 : http::Limits::none;
  const char* const method = (options & 4) ? "HEAD" : (options & 8) ? "POST" : "GET";
  require(client.send({method, "http://a.example/x"}) == Status::ok);
  net.pass({200'000});
  seen.redirected = net.counters().connects > 1 ||
                    std::string(answer.begin(), answer.end()).find("ocation") != std::string::npos;
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView answer{data + 2, size - 2};
  const Run whole = run(answer, data[0], size);
  const Run cut = run(answer, data[0], 1 + data[1] % 32u);
  require(whole.done == 1 && cut.done == 1);
  if (whole.redirected || cut.redirected) return 0;
  require(whole.said == cut.said);
  // The limit ends a body before the part that crosses it.
  if (!(data[0] & 2)) require(whole.body == cut.body);
  return 0;
}
