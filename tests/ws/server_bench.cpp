// SPDX-License-Identifier: MIT
#include "ws/server_bench.hpp"

namespace mote::ws::test {

std::string in_words(const std::string& frames) {
  static const char* names[16] = {
      "more", "text", "binary", "?", "?", "?", "?", "?", "close", "ping", "pong"};
  std::string words;
  const auto at = [&frames](std::size_t i) { return static_cast<std::uint8_t>(frames[i]); };
  for (std::size_t i = 0; i + 2 <= frames.size();) {
    const int opcode = at(i) & 0x0f;
    const bool final = at(i) & 0x80;
    EXPECT_EQ(at(i) & 0x70, 0);
    EXPECT_EQ(at(i + 1) & 0x80, 0) << "a server masks nothing";
    std::size_t size = at(i + 1);
    const std::size_t extended = size == 126 ? 2 : size == 127 ? 8 : 0;
    i += 2;
    if (extended > 0) size = 0;
    for (std::size_t n = 0; n < extended; ++n) size = size << 8 | at(i++);
    std::string payload = frames.substr(i, size);
    if (payload.size() < size) return words + "cut off";
    i += size;
    if (opcode == 8 && size >= 2)
      payload = std::to_string(static_cast<std::uint8_t>(payload[0]) << 8 |
                               static_cast<std::uint8_t>(payload[1])) +
                (size > 2 ? " " + payload.substr(2) : "");
    words += names[opcode] + std::string(final ? "" : "...") + "[" + payload + "] ";
  }
  return words;
}

void ServerBench::restart() {
  server.reset();
  net.settle();
  net.wire = {};
  said.clear();
  last = nullptr;
  server = std::make_unique<SizedServer<4>>(net, door);
  server->on_open = [this](Session& session) {
    said += "open ";
    last = &session;
  };
  server->on_text = [this](Session&, std::string_view text) {
    said += "text[" + std::string(text) + "] ";
  };
  server->on_binary = [this](Session&, ByteView bytes) {
    said += "binary[" + std::string(text_of(bytes)) + "] ";
  };
  server->on_writable = [this](Session&) { said += "writable "; };
  server->on_closed = [this](Session& session, const Close& how) {
    said += "closed[" + show(how) + "] ";
    if (last == &session) last = nullptr;
  };
  EXPECT_EQ(server->listen(80), Status::ok);
}

void ServerBench::take_blocks() {
  for (ByteSpan block; !(block = net.blocks().take_to_keep()).empty();) taken.push_back(block);
}

void ServerBench::give_blocks() {
  for (const ByteSpan block : taken) net.blocks().give_back(block);
  taken.clear();
}

std::string ServerBench::show(const Close& how) {
  std::string shown = std::string(to_string(how.failure.status)) + " " + std::to_string(how.code);
  if (!how.reason.empty()) shown += " " + std::string(how.reason);
  return shown;
}

}  // namespace mote::ws::test
