// SPDX-License-Identifier: MIT
#include "mote/ws/handshake.hpp"

#include <algorithm>
#include <cstring>

#include "mote/base/byte_writer.hpp"
#include "mote/crypto/sha1.hpp"
#include "mote/encoding/base64.hpp"
#include "mote/encoding/token.hpp"

namespace mote::ws {
namespace {

using encoding::is_word;
using namespace std::literals;

constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string_view text_of(const Accept& accept) { return {accept.data(), accept.size()}; }

template <std::size_t Size>
ByteSpan bytes_of(std::array<char, Size>& text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), Size};
}

bool equal(std::string_view one, std::string_view other) {
  return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size()) == 0;
}

/// The element of `list` that is `wanted`, letter by letter, as a part of `list`; or empty.
std::string_view find(std::string_view list, std::string_view wanted) {
  for (std::string_view element; encoding::next_element(list, element);)
    if (equal(element, wanted)) return element;
  return {};
}

}  // namespace

Key make_key(ByteView nonce) {
  Key key;
  ByteWriter out{bytes_of(key)};
  encoding::put_base64(out, nonce);
  return key;
}

Accept accept_of(std::string_view key) {
  std::uint8_t text[key_size + guid.size()];
  ByteWriter joined{text};
  joined.put(key).put(guid);
  const crypto::Sha1 digest = crypto::sha1(joined.written());
  Accept accept;
  ByteWriter out{bytes_of(accept)};
  encoding::put_base64(out, digest);
  return accept;
}

ClientHandshake::ClientHandshake(std::string_view key, std::string_view subprotocols)
    : accept_(accept_of(key)), offered_(subprotocols) {}

void ClientHandshake::read_field(std::string_view name, std::string_view value) {
  if (is_word(name, "upgrade")) {
    if (encoding::list_contains(value, "websocket"sv)) upgrade_ = true;
  } else if (is_word(name, "connection")) {
    if (encoding::list_contains(value, "upgrade"sv)) connection_ = true;
  } else if (is_word(name, "sec-websocket-accept")) {
    if (accepted_ || !equal(value, text_of(accept_))) broken_ = true;
    accepted_ = true;
  } else if (is_word(name, "sec-websocket-extensions")) {
    broken_ = true;
  } else if (is_word(name, "sec-websocket-protocol")) {
    const std::string_view chosen = find(offered_, value);
    if (chosen.empty() || !subprotocol_.empty()) broken_ = true;
    subprotocol_ = chosen;
  }
}

bool ClientHandshake::is_accepted() const {
  return upgrade_ && connection_ && accepted_ && !broken_;
}

void ServerHandshake::read_field(std::string_view name, std::string_view value) {
  if (is_word(name, "upgrade")) {
    if (encoding::list_contains(value, "websocket"sv)) upgrade_ = true;
  } else if (is_word(name, "connection")) {
    if (encoding::list_contains(value, "upgrade"sv)) connection_ = true;
  } else if (is_word(name, "sec-websocket-key")) {
    read_key(value);
  } else if (is_word(name, "sec-websocket-version")) {
    if (has_version_) broken_ = true;
    has_version_ = true;
    right_version_ = value == "13";
  } else if (is_word(name, "sec-websocket-protocol")) {
    read_subprotocols(value);
  }
}

void ServerHandshake::read_subprotocols(std::string_view offered) {
  // The list has one element or more, and each is a token (RFC 6455 §4.1).
  std::string_view list = offered;
  std::size_t count = 0;
  for (std::string_view element; encoding::next_element(list, element); ++count)
    if (!encoding::is_token(element)) broken_ = true;
  if (count == 0) broken_ = true;

  // Our order decides, whichever field brought it: the better of what was found so far.
  list = supported_;
  for (std::string_view element; encoding::next_element(list, element);) {
    if (element.data() == subprotocol_.data()) return;
    if (find(offered, element).empty()) continue;
    subprotocol_ = element;
    return;
  }
}

void ServerHandshake::read_key(std::string_view value) {
  std::uint8_t nonce[16];
  ByteWriter out{nonce};
  const bool is_key = value.size() == key_size &&
                      encoding::decode_base64(value, out) == Status::ok && out.size() == 16;
  if (has_key_ || !is_key) {
    broken_ = true;
    return;
  }
  has_key_ = true;
  std::copy(value.begin(), value.end(), key_.begin());
}

ServerHandshake::Verdict ServerHandshake::verdict() const {
  if (!upgrade_) return Verdict::not_websocket;
  if (broken_ || !connection_ || !has_key_ || !has_version_) return Verdict::bad_request;
  return right_version_ ? Verdict::accepted : Verdict::wrong_version;
}

}  // namespace mote::ws
