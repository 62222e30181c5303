// SPDX-License-Identifier: MIT
// A server against a client that says anything behind its handshake, or instead of it: what the
// application is told and what the client hears does not depend on how the bytes are cut, sessions
// open and close in pairs, every block comes back, and the next client is served.
#include <array>
#include <cstdlib>
#include <string>

#include "mote/ws/server.hpp"
#include "sim/listener.hpp"
#include "sim/tcp.hpp"

namespace {

using namespace mote;
using namespace std::literals;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view opening =
    "GET /chat HTTP/1.1\r\nHost: board\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

// What the first byte of the input chooses.
constexpr int in_pieces = 1, half_closes = 2, has_own_head = 4, is_grammar = 8, is_lean = 16;

struct Client : io::TransportEvents {
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override {
    heard.append(bytes.begin(), bytes.end());
    return bytes.size();
  }
  void on_writable() override {}
  void on_ended() override { ended = true; }
  void on_closed(Failure) override { ended = true; }
  std::string heard;
  bool ended = false;
};

struct App {
  explicit App(ws::Server& its_server) : server(its_server) {
    server.on_open = [this](ws::Session&) { ++open, said += "open "; };
    server.on_text = [this](ws::Session& from, std::string_view text) { take(from, text); };
    server.on_binary = [this](ws::Session& from, ByteView bytes) { take(from, text_of(bytes)); };
    server.on_closed = [this](ws::Session& session, const ws::Close& how) {
      --open;
      require(!session.is_open() && open == 0);
      said += "closed " + std::to_string(how.code) + std::string(how.reason) +
              std::string(to_string(how.failure.status));
    };
  }
  void take_pieces() {
    server.on_piece = [this](ws::Session& from, ByteView bytes, bool last) {
      piece.append(bytes.begin(), bytes.end());
      if (!last) return;
      const std::string message = std::move(piece);
      piece.clear();
      take(from, message);
    };
  }
  /// Does what the message begins with, or says it again.
  void take(ws::Session& from, std::string_view message) {
    said += "[" + std::string(message) + "]";
    switch (message.empty() ? '\0' : message[0]) {
      case 'c': (void)from.close(4000, "as asked"); break;
      case 'a':
        comparable = false;  // A reset overtakes what was sent.
        from.abort(true);
        break;
      case 'A':
        comparable = false;
        from.abort(false);
        --open;
        break;
      case 'b': server.broadcast(message); break;
      case 'r': from.pause(), from.resume(); break;
      case 's':
        pieces = 3;
        comparable = false;  // What comes behind it may be busy.
        (void)from.send_pieces(ws::Opcode::text, [this](ByteSpan room) {
          std::fill(room.begin(), room.end(), std::uint8_t('s'));
          return pieces-- > 0 ? room.size() : 0;
        });
        break;
      default: (void)from.send_text(message);
    }
  }
  ws::Server& server;
  std::string said, piece;
  int open = 0, pieces = 0;
  bool comparable = true;  // what the client hears
};

/// Frames that are mostly right: a first byte, a length and a payload each.
std::string frames_from(ByteView bytes) {
  std::string frames;
  for (std::size_t at = 0; at + 2 <= bytes.size();) {
    const std::uint8_t first = bytes[at], second = bytes[at + 1];
    at += 2;
    const std::size_t size = std::min<std::size_t>(second, bytes.size() - at);
    frames += static_cast<char>(first & (first & 0x40 ? 0x8F : 0xFF));
    if (size < 126) {
      frames += static_cast<char>(0x80 | size);
    } else {
      frames += "\xFE\0"s + static_cast<char>(size);
    }
    const char key[] = {static_cast<char>(first), static_cast<char>(second), 'k', 'e'};
    frames.append(key, sizeof key);
    for (std::size_t i = 0; i < size; ++i)
      frames += static_cast<char>(bytes[at + i] ^ static_cast<std::uint8_t>(key[i % 4]));
    at += size;
  }
  return frames;
}

struct Run {
  std::string said, heard;
};

Run run(const std::string& bytes, int options, std::size_t piece) {
  sim::SizedNet<3, 512> net(static_cast<std::uint32_t>(options) + 1);
  net.wire.piece_bytes_max = piece;
  net.wire.window_bytes = 1 << 20;
  std::array<sim::Tcp, 2> places{{sim::Tcp{net}, sim::Tcp{net}}};
  sim::Listener listener(net, places);
  ws::SizedServer<2> server{net, listener};
  App app(server);
  if (options & in_pieces) app.take_pieces();
  require(server.listen(80) == Status::ok);
  Client client;
  sim::Tcp tcp{net};
  require(tcp.connect({"server", 80, io::Security::none}, client) == Status::ok);
  net.settle();
  ByteSpan held;
  if (options & is_lean) held = net.blocks().take_to_keep();
  require(tcp.send(bytes_of(bytes), {}, io::Urgency::data) == Status::ok);
  if (options & half_closes) tcp.half_close();
  net.settle();
  Run seen{app.said, app.comparable ? client.heard : ""};
  net.pass({200'000});
  net.blocks().give_back(held);
  require(client.ended && net.blocks().used() == 0 && server.http().connections() == 0);
  require(app.open == 0 && server.sessions() == 0);
  tcp.abort();

  Client next;
  sim::Tcp again{net};
  require(again.connect({"server", 80, io::Security::none}, next) == Status::ok);
  net.settle();
  const std::string plain = std::string(opening) + "\r\n";
  require(again.send(bytes_of(plain), {}, io::Urgency::data) == Status::ok);
  net.settle();
  require(next.heard.substr(0, 12) == "HTTP/1.1 101");
  require(server.sessions() == 1);
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 60'000) return 0;
  const int options = data[0];
  const ByteView input{data + 2, size - 2};
  std::string bytes(opening);
  if (!(options & has_own_head)) bytes += "\r\n";
  bytes += options & is_grammar ? frames_from(input) : std::string(text_of(input));
  const Run whole = run(bytes, options, bytes.size());
  const Run cut = run(bytes, options, 1 + data[1] % 32u);
  require(whole.said == cut.said);
  // Where a head that is wrong and too long ends depends on the cut.
  const auto too_long = [](const Run& run) { return run.heard.substr(0, 12) == "HTTP/1.1 431"; };
  if (too_long(whole) || too_long(cut)) return 0;
  require(whole.heard == cut.heard);
  return 0;
}
