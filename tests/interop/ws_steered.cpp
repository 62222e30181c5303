// SPDX-License-Identifier: MIT
// WebSockets on the board, for whichever server a test names. Words of the command line:
//   to=HOST:PORT    the peer
//   tls=yes         by TLS, of a program that can
//   ws=PATH,PATH    opened one after the other; each is closed after its first message
//   stay=PATH       instead: stays open
//   send=BYTES      sent in pieces whenever that opens, as one message
//   pieces=yes      messages are taken in pieces
//   echo=PORT       a second WebSocket, to /echo of that port, which never stops talking
// A message "pause" pauses the first; the button resumes it, and prints the counters.
#include "mote/ws/client.hpp"
#include "steered.hpp"

using namespace mote;
using steered::Line;

namespace {

port::SizedNet<6, 1024> net;
port::Stream stream{net};
port::Stream echo_stream{net};
ws::SizedClient<16'384> client{net, stream};
ws::Client echo{net, echo_stream};
steered::Urls urls{"ws", "ws"};
steered::Source source;
steered::Checked checked;

void open_next() {
  const std::string_view url = urls.next();
  if (url.empty()) return port::print("no more");
  Line("opening") << url;
  const Status begun = client.open(Lasting::of(url));
  if (begun != Status::ok) Line("open:") << to_string(begun);
}

void say_message(std::string_view kind, ByteView bytes) {
  if (bytes.size() <= 100) {
    Line{kind} << text_of(bytes);
  } else {
    steered::Checked whole;
    whole.take(bytes);
    Line{kind} << whole.size() << whole.verdict();
  }
}

void after_message() {
  if (steered::has("ws") && client.close() != Status::ok) port::print("not closed");
}

void say_end(std::string_view what, const ws::Close& how) {
  Line{what} << how.code << to_string(how.failure.status) << how.reason;
}

void take_text(std::string_view text) {
  say_message("text", bytes_of(text));
  if (text == "pause") client.pause();
  after_message();
}

void take_piece(ByteView piece, bool last) {
  checked.take(piece);
  if (!last) return;
  Line("pieces") << checked.parts() << "bytes" << checked.size() << checked.verdict();
  checked = {};
  after_message();
}

void begin_sending() {
  port::print("open");
  if (!steered::has("send")) return;
  source.begin(steered::number("send"));
  const Status begun =
      client.send_pieces(ws::Opcode::text, [](ByteSpan room) { return source.fill(room); });
  if (begun != Status::ok) Line("send:") << to_string(begun);
}

std::uint32_t echoes = 0;

void send_echo() {
  std::uint8_t bytes[10];
  ByteWriter text{bytes};
  text.number(echoes + 1);
  if (echo.send_text(text.text()) != Status::ok) port::print("echo: not sent");
}

io::Timer echo_timer{net, send_echo};

void begin_echoing(std::string_view port) {
  static std::uint8_t bytes[40];
  ByteWriter url{bytes};
  url.put("ws://10.0.2.2:").put(port).put("/echo");
  echo.on_open = send_echo;
  echo.on_text = [](std::string_view text) {
    ++echoes;
    Line("echo") << text;
    echo_timer.start(20_ms);
  };
  if (echo.open(Lasting::of(url.text())) != Status::ok) port::print("echo: no such URL");
}

void set_up() {
  client.on_open = begin_sending;
  client.on_text = take_text;
  client.on_binary = [](ByteView bytes) {
    say_message("binary", bytes);
    after_message();
  };
  if (steered::has("pieces")) client.on_piece = take_piece;
  client.on_lost = [](const ws::Close& how) { say_end("lost", how); };
  client.on_retry = [](Failure why, Duration) { Line("retry:") << to_string(why.status); };
  client.on_closed = [](const ws::Close& how) {
    say_end("closed", how);
    open_next();
  };
  port::button.on_press = [] {
    client.resume();
    port::print(net.counters());
  };
  net.on_network = [](bool up) { port::print(up ? "network is up" : "network is down"); };
}

}  // namespace

int main() {
  set_up();
  if (steered::has("echo")) begin_echoing(port::setting("echo", "").text());
  static steered::Urls stay{"ws", "stay"};
  const std::string_view stays = stay.next();
  if (stays.empty()) {
    open_next();
  } else if (client.stay_open(Lasting::of(stays), {{100}, {1000}}) != Status::ok) {
    return 1;
  }
  net.run();
}
