// SPDX-License-Identifier: MIT
#include "ws/peer.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "mote/crypto/sha1.hpp"

namespace mote::ws::test {
namespace {

std::string base64(const std::uint8_t* bytes, std::size_t size) {
  static const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < size; i += 3) {
    std::uint32_t group = std::uint32_t{bytes[i]} << 16;
    if (i + 1 < size) group |= std::uint32_t{bytes[i + 1]} << 8;
    if (i + 2 < size) group |= bytes[i + 2];
    text += digits[group >> 18];
    text += digits[group >> 12 & 63];
    text += i + 1 < size ? digits[group >> 6 & 63] : '=';
    text += i + 2 < size ? digits[group & 63] : '=';
  }
  return text;
}

std::string accept_for(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const auto digest = crypto::sha1(bytes_of(text));
  return base64(digest.data(), digest.size());
}

}  // namespace

std::string frame(int first_byte, const std::string& payload) {
  std::string bytes(1, static_cast<char>(first_byte));
  const std::size_t size = payload.size();
  if (size < 126) {
    bytes += static_cast<char>(size);
  } else if (size < 65536) {
    bytes += static_cast<char>(126);
    bytes += static_cast<char>(size >> 8);
    bytes += static_cast<char>(size);
  } else {
    bytes += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes += static_cast<char>(static_cast<std::uint64_t>(size) >> shift);
  }
  return bytes + payload;
}

std::string close_frame(int code, const std::string& reason) {
  std::string payload;
  payload += static_cast<char>(code >> 8);
  payload += static_cast<char>(code);
  return frame(0x88, payload + reason);
}

Peer::Peer(sim::Net& net, std::uint16_t port)
    : places_{sim::Tcp{net}, sim::Tcp{net}}, listener_(net, places_) {
  EXPECT_EQ(listener_.listen(port, *this), Status::ok);
}

io::TransportEvents* Peer::on_accepted(io::Transport& connection) {
  ++connections;
  transport_ = &connection;
  received_.clear();
  upgraded_ = false;
  return this;
}

bool Peer::send(const std::string& bytes) {
  return transport_ && transport_->send(bytes_of(bytes), {}, io::Urgency::control) == Status::ok;
}

void Peer::close() {
  if (transport_) transport_->close();
}

void Peer::abort() {
  if (transport_) transport_->abort();
  transport_ = nullptr;
}

void Peer::vanish() { static_cast<sim::Tcp*>(transport_)->vanish(); }

void Peer::resume() {
  reads = true;
  if (transport_) transport_->resume();
}

std::string Peer::field(const std::string& name) const {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

std::size_t Peer::on_received(ByteSpan bytes) {
  if (!reads) return 0;
  received_.append(bytes.begin(), bytes.end());
  if (!upgraded_ && answers) answer();
  if (upgraded_) read_frames();
  return bytes.size();
}

void Peer::answer() {
  const auto end = received_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  request = received_.substr(0, end + 4);
  received_.erase(0, end + 4);
  upgraded_ = true;
  send(status_line + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
       (accept.empty() ? accept_for(field("Sec-WebSocket-Key")) : accept) + "\r\n" + fields +
       "\r\n" + with_answer);
}

void Peer::read_frames() {
  static const char* names[16] = {
      "more", "text", "binary", "?", "?", "?", "?", "?", "close", "ping", "pong"};
  while (received_.size() >= 2) {
    const auto at = [this](std::size_t index) {
      return static_cast<std::uint8_t>(received_[index]);
    };
    std::size_t size = at(1) & 0x7f, header = 2;
    const std::size_t extended = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (received_.size() < header + extended + 4) return;
    if (extended > 0) size = 0;
    for (std::size_t i = 0; i < extended; ++i) size = size << 8 | at(header++);
    EXPECT_TRUE(at(1) & 0x80) << "a client masks";
    const std::size_t mask = header;
    header += 4;
    if (received_.size() < header + size) return;
    std::string payload = received_.substr(header, size);
    for (std::size_t i = 0; i < size; ++i)
      payload[i] = static_cast<char>(payload[i] ^ at(mask + i % 4));
    const int opcode = at(0) & 0x0f;
    std::string shown = payload;
    if (opcode == 8 && size >= 2) {
      shown = std::to_string(static_cast<std::uint8_t>(payload[0]) << 8 |
                             static_cast<std::uint8_t>(payload[1]));
      if (size > 2) shown += " " + payload.substr(2);
    }
    said += names[opcode] + std::string(at(0) & 0x80 ? "" : "...") + "[" + shown + "] ";
    received_.erase(0, header + size);
    if (opcode == 8 && answers_close) {
      send(frame(0x88, payload));
      close();
      return;
    }
  }
}

void Peer::on_ended() {
  ended += "ended ";
  transport_->close();
}

void Peer::on_closed(Failure why) {
  ended += std::string(to_string(why.status)) + " ";
  transport_ = nullptr;
}

}  // namespace mote::ws::test
