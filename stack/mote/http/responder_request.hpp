// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/responder.hpp"

namespace mote::http {

/// Said to those for whom there is no place or no block.
inline constexpr std::string_view unavailable =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

/// What a Responder has of a request that comes in: at the front of a block. Behind it is what is
/// kept: method, path, query, fields; then the body. While there is no body, the farther half of
/// the block gathers lines.
struct Responder::Request {
  explicit Request(ByteSpan line) : parser(HeadParser::Message::request, line) {}

  char* kept() { return reinterpret_cast<char*>(this + 1); }
  const char* kept() const { return reinterpret_cast<const char*>(this + 1); }
  /// Bytes behind this in the block.
  static std::size_t room(io::Loop& loop) { return loop.blocks().block_bytes() - sizeof(Request); }

  HeadParser parser;
  BodyDecoder decoder;
  const Route* route = nullptr;
  std::uint16_t refusal = 0;  // what it is to be answered with, or 0
  std::uint16_t method_bytes = 0;
  std::uint16_t path_bytes = 0;
  std::uint16_t fields_at = 0;
  std::uint16_t kept_bytes = 0;
  bool expects_continue = false;
  std::uint32_t body_bytes = 0;
};

}  // namespace mote::http
