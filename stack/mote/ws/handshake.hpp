// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

#include "mote/base/bytes.hpp"

namespace mote::ws {

/// Characters of a Sec-WebSocket-Key: the base64 of 16 bytes.
constexpr std::size_t key_size = 24;
/// Characters of a Sec-WebSocket-Accept: the base64 of a SHA-1.
constexpr std::size_t accept_size = 28;
using Key = std::array<char, key_size>;
using Accept = std::array<char, accept_size>;

/// A key from 16 random bytes (RFC 6455 §4.1).
Key make_key(ByteView nonce);

/// What a server answers to `key` (§4.2.2).
Accept accept_of(std::string_view key);

/// Holds the fields of a 101 response against what a client asked for (§4.1).
class ClientHandshake {
 public:
  /// `subprotocols` is the comma-separated list that was offered, or empty; it outlives the object.
  ClientHandshake(std::string_view key, std::string_view subprotocols);

  /// One field of the response, in the order in which they came.
  void read_field(std::string_view name, std::string_view value);
  /// After the last field: whether this upgrade is the one that was asked for. It is not with a
  /// wrong or a second Sec-WebSocket-Accept, without Upgrade and Connection, with an extension, or
  /// with a subprotocol that was not offered.
  bool is_accepted() const;
  /// The subprotocol that the server chose, a part of those that were offered; or empty.
  std::string_view subprotocol() const { return subprotocol_; }

 private:
  bool upgrade_ = false;
  bool connection_ = false;
  bool accepted_ = false;
  bool broken_ = false;
  Accept accept_;
  std::string_view offered_;
  std::string_view subprotocol_;
};

/// Looks at the fields of a request that may open a WebSocket (§4.2.1).
class ServerHandshake {
 public:
  enum class Verdict : std::uint8_t {
    accepted,       ///< answer 101 with accept()
    not_websocket,  ///< an ordinary request
    bad_request,    ///< 400
    wrong_version,  ///< 426 with `Sec-WebSocket-Version: 13` (§4.4)
  };

  /// `supported` is a comma-separated list of subprotocols, the one most wanted first; or empty.
  explicit ServerHandshake(std::string_view supported) : supported_(supported) {}

  void read_field(std::string_view name, std::string_view value);
  /// After the last field of a GET request of HTTP/1.1.
  Verdict verdict() const;
  Accept accept() const { return accept_of({key_.data(), key_.size()}); }
  /// The first supported subprotocol that the client offered; or empty.
  std::string_view subprotocol() const { return subprotocol_; }

 private:
  void read_key(std::string_view value);
  void read_subprotocols(std::string_view offered);

  std::string_view supported_;
  std::string_view subprotocol_;
  Key key_{};
  bool upgrade_ = false;
  bool connection_ = false;
  bool has_key_ = false;
  bool has_version_ = false;
  bool right_version_ = false;
  bool broken_ = false;
};

}  // namespace mote::ws
