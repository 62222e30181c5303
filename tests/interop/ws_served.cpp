// SPDX-License-Identifier: MIT
// WebSocket servers on the board or on Linux, for clients by others; all on one port, which is the
// word `port` of the command line (on Linux: the variable MOTE_PORT) or 8080.
//   /echo     says everything again; "close 4001" closes with that code; pings who is silent
//   /count    takes messages in pieces, up to 1 MB, and says how long they were and whether right
//   /pattern  told a number, sends a message of so many bytes in pieces
#include "mote/ws/server.hpp"
#include "steered.hpp"

using namespace mote;

namespace {

constexpr std::size_t places = 8;

constexpr ws::Options echo_options = [] {
  ws::Options options{};
  options.subprotocols = "mote.test";
  options.timing.ping_after = {300};
  options.timing.pong_within = {2'000};
  return options;
}();
constexpr ws::Options count_options = [] {
  ws::Options options{};
  options.subprotocols = "mote.test";
  options.piece_message_bytes_max = 1'000'000;
  return options;
}();

port::SizedNet<10, 1024> net;
port::Listener<places + 1> door{net};
ws::Server echo, count, pattern;
const http::Route routes[] = {
    {"GET", "/echo", echo}, {"GET", "/count", count}, {"GET", "/pattern", pattern}};
http::SizedServer<places> server{net, door, routes};
steered::Source source;  // of /pattern, one at a time

std::uint16_t number_of(std::string_view digits) {
  std::uint32_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  return static_cast<std::uint16_t>(number);
}

void say(Status status) {
  if (status != Status::ok) steered::Line("not sent:") << to_string(status);
}

void echo_text(ws::Session& session, std::string_view text) {
  constexpr std::string_view close = "close ";
  if (text_first(text, close.size()) != close) return say(session.send_text(text));
  say(session.close(number_of(text_from(text, close.size())), "as asked"));
}

/// What came of the message that a session of /count is being told.
struct Taken {
  ws::Session* session = nullptr;
  steered::Checked checked;
};
Taken taken[places];

Taken& taken_of(ws::Session* session) {
  Taken* found = taken;
  while (found->session != session) ++found;
  return *found;
}

void count_piece(ws::Session& session, ByteView piece, bool last) {
  Taken& of = taken_of(&session);
  of.checked.take(piece);
  if (!last) return;
  std::uint8_t bytes[40];
  ByteWriter text{bytes};
  text.number(of.checked.size()).put(' ').put(of.checked.verdict());
  of.checked = {};
  say(session.send_text(text.text()));
}

void say_end(const ws::Close& how) {
  steered::Line("closed") << how.code << to_string(how.failure.status) << how.reason;
}

void set_up() {
  echo.use(echo_options);
  echo.on_text = echo_text;
  echo.on_binary = [](ws::Session& session, ByteView bytes) { say(session.send_binary(bytes)); };
  echo.on_closed = [](ws::Session&, const ws::Close& how) { say_end(how); };
  count.use(count_options);
  count.on_open = [](ws::Session& session) { taken_of(nullptr) = {&session, {}}; };
  count.on_piece = count_piece;
  count.on_closed = [](ws::Session& session, const ws::Close& how) {
    taken_of(&session) = {};
    say_end(how);
  };
  pattern.use(echo_options);
  pattern.on_text = [](ws::Session& session, std::string_view text) {
    source.begin(number_of(text));
    say(session.send_pieces(ws::Opcode::text, [](ByteSpan room) { return source.fill(room); }));
  };
  port::button.on_press = [] { port::print(net.counters()); };
}

}  // namespace

int main() {
  set_up();
  if (server.listen(number_of(port::setting("port", "8080").text())) != Status::ok) return 1;
  net.run();
}
