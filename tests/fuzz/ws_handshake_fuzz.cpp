// SPDX-License-Identifier: MIT
// Fields of any kind, one a line: who accepts had what RFC 6455 §4 asks for, and a subprotocol that
// was chosen is one that both sides named.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mote/encoding/token.hpp"
#include "mote/ws/handshake.hpp"

namespace {

using namespace mote;

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view subprotocols = "mote.v1, chat";

void must(bool holds) {
  if (!holds) std::abort();
}

/// Calls `each(name, value)` for every line "name:value" of `text`.
template <class Each>
void for_each_field(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    // Copies of the exact size: nothing may be read beyond them, or later.
    const std::string name(line.substr(0, colon)), value(encoding::trimmed(line.substr(colon + 1)));
    each(name, value);
  }
}

bool has(std::string_view text, std::string_view name, std::string_view element) {
  bool found = false;
  for_each_field(text, [&](std::string_view field, std::string_view value) {
    if (!encoding::equal_ignoring_case(field, name)) return;
    found = found || encoding::list_contains(value, element);
  });
  return found;
}

bool is_ours(std::string_view subprotocol) {
  return subprotocol.empty() || subprotocol == "mote.v1" || subprotocol == "chat";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  ws::ClientHandshake client(key, subprotocols);
  for_each_field(text, [&](auto name, auto value) { client.read_field(name, value); });
  must(is_ours(client.subprotocol()));
  if (client.is_accepted()) {
    must(has(text, "upgrade", "websocket") && has(text, "connection", "upgrade"));
    must(text.find(accept) != std::string_view::npos);
    must(client.subprotocol().empty() || text.find(client.subprotocol()) != std::string_view::npos);
  }

  ws::ServerHandshake server(subprotocols);
  for_each_field(text, [&](auto name, auto value) { server.read_field(name, value); });
  must(is_ours(server.subprotocol()));
  const bool asks = has(text, "upgrade", "websocket");
  must(asks == (server.verdict() != ws::ServerHandshake::Verdict::not_websocket));
  if (server.verdict() == ws::ServerHandshake::Verdict::accepted) {
    must(has(text, "connection", "upgrade") && has(text, "sec-websocket-version", "13"));
    must(server.subprotocol().empty() || text.find(server.subprotocol()) != std::string_view::npos);
    const ws::Accept answer = server.accept();
    must(answer.back() == '=');
  }
  return 0;
}
