// SPDX-License-Identifier: MIT
// Instructions of the codecs on this processor, run under -icount by toolchains/bench.py. Each row
// is what the second of two runs takes, so that nothing is counted which happens only once.
#include <algorithm>
#include <cstring>

#include "mote/encoding/utf8.hpp"
#include "mote/http/head_parser.hpp"
#include "mote/sse/event_parser.hpp"
#include "mote/ws/frame.hpp"
#include "mps2/board.hpp"
#include "mps2/instructions.hpp"

using namespace mote;

namespace {

std::uint8_t wire[1200];
std::uint8_t input[1200];
volatile std::uint32_t seen;  // What the codecs found, so that nothing is optimised away.

void print_hundredths(std::uint32_t hundredths) {
  mps2::print_part(hundredths / 100);
  mps2::print_part(hundredths % 100 < 10 ? ".0" : ".");
  mps2::print_part(hundredths % 100);
}

/// Runs `work` twice and prints a row for the second run, which `share` things share.
void bench(std::string_view name,
           std::uint32_t share,
           std::string_view budget_and_unit,
           void (*work)()) {
  work();
  const std::uint32_t begin = mps2::instructions_now();
  const std::uint32_t nothing = mps2::instructions_now() - begin;
  const std::uint32_t before = mps2::instructions_now();
  work();
  const std::uint32_t after = mps2::instructions_now();
  mps2::print_part("bench ");
  mps2::print_part(name);
  mps2::print_part(" ");
  print_hundredths((after - before - nothing) * 100 / share);
  mps2::print_part(" ");
  mps2::print(budget_and_unit);
}

// WebSocket: a masked frame as a server receives it, copied from the wire, unmasked, UTF-8 checked.

std::size_t frame_bytes;

void write_frame(std::size_t payload_bytes) {
  ws::FrameHeader header(ws::Role::client, ws::Opcode::text, true, payload_bytes);
  static constexpr std::uint8_t mask[] = {0x37, 0xFA, 0x21, 0x3D};
  std::memcpy(header.mask().data(), mask, sizeof mask);
  std::memcpy(wire, header.bytes().data(), header.size());
  frame_bytes = header.size() + payload_bytes;
  for (std::size_t i = 0; i < payload_bytes; ++i) {
    wire[header.size() + i] =
        static_cast<std::uint8_t>("the quick brown "[i % 16] ^ mask[i % sizeof mask]);
  }
}

void receive_frame() {
  std::memcpy(input, wire, frame_bytes);
  ByteSpan rest{input, frame_bytes};
  static ws::FrameDecoder decoder(ws::Role::server);
  encoding::Utf8 utf8;
  for (;;) {
    const ws::FrameDecoder::Step step = decoder.next(rest);
    rest = rest.from(step.used);
    if (step.kind == ws::FrameDecoder::Kind::header) continue;
    if (step.kind != ws::FrameDecoder::Kind::payload) return;
    seen = ((step.ascii && utf8.is_whole()) || utf8.check(step.payload)) && utf8.is_whole();
    if (step.last) return;
  }
}

// HTTP: a response head of 10 fields, until its framing is known.

constexpr std::string_view head =
    "HTTP/1.1 200 OK\r\n"
    "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "Server: nginx/1.24.0 (Ubuntu)\r\n"
    "Content-Type: application/json; charset=utf-8\r\n"
    "Content-Length: 1234\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: no-cache, no-store, must-revalidate\r\n"
    "ETag: \"33a64df551425fcc55e4d42a148795d9f25f89d4\"\r\n"
    "Vary: Accept-Encoding\r\n"
    "X-Request-Id: 7b2f0c9e-5d41-4f3a\r\n"
    "Strict-Transport-Security: max-age=3153600\r\n"
    "\r\n";
static_assert(head.size() == 383);

template <std::size_t PieceBytes>
void read_head() {
  std::uint8_t line[256];
  http::HeadParser parser(http::HeadParser::Message::response, line);
  for (std::size_t at = 0; at < head.size(); at += PieceBytes) {
    const std::size_t size = std::min(PieceBytes, head.size() - at);
    ByteView piece{reinterpret_cast<const std::uint8_t*>(head.data()) + at, size};
    for (;;) {
      const http::HeadParser::Step step = parser.next(piece);
      piece = piece.from(step.used);
      if (step.kind == http::HeadParser::Kind::end) seen = parser.framing().keep_alive;
      if (step.kind != http::HeadParser::Kind::start_line &&
          step.kind != http::HeadParser::Kind::field)
        break;
    }
  }
}

// SSE: one event with type and id.

constexpr std::string_view event =
    "id: 5f3a-42\n"
    "event: price\n"
    "data: {\"symbol\":\"MOTE\",\"bid\":101.25,\"ask\":101.50,\"last\":101.30,\"volume\":120000,"
    "\"time\":\"2024-05-01T12:00:00.000Z\",\"venue\":\"LONDX\"}\n"
    "\n";
static_assert(event.size() == 156);

void read_event() {
  static std::uint8_t room[512];
  static sse::EventParser parser{room};
  ByteView rest{reinterpret_cast<const std::uint8_t*>(event.data()), event.size()};
  while (!rest.empty()) {
    const sse::EventParser::Step step = parser.next(rest);
    rest = rest.from(step.used);
    if (step.kind == sse::EventParser::Kind::event) {
      seen = static_cast<std::uint32_t>(parser.event().data.size());
    }
  }
}

}  // namespace

int main() {
  write_frame(1024);
  bench("ws_receive_text_1KiB", 1024, "2.2 instructions/byte", receive_frame);
  write_frame(16);
  bench("ws_receive_text_16B", 1, "400 instructions/message", receive_frame);
  bench("http_response_head_383B", 383, "9 instructions/byte", read_head<1000>);
  bench("http_response_head_in_64B_pieces", 383, "12 instructions/byte", read_head<64>);
  bench("sse_event_156B", 156, "8 instructions/byte", read_event);
  return 0;
}
