// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "mote/base/byte_writer.hpp"
#include "mote/base/bytes.hpp"

namespace mote::ws {

/// Close codes (RFC 6455 §7.4.1) that Mote sends or tells. Applications use 4000 to 4999.
namespace close_codes {
constexpr std::uint16_t normal = 1000;
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t no_code = 1005;  ///< told only: the peer closed without a code
constexpr std::uint16_t gone = 1006;     ///< told only: there was no closing handshake
constexpr std::uint16_t invalid_payload = 1007;
constexpr std::uint16_t policy_violation = 1008;
constexpr std::uint16_t message_too_big = 1009;
constexpr std::uint16_t try_again_later = 1013;
}  // namespace close_codes

/// The longest reason of a close frame: 125 bytes less the code.
constexpr std::size_t close_reason_bytes_max = 123;

/// Whether `code` may stand in a close frame: 1000 to 1014 but for the reserved ones, and 3000 to
/// 4999 (§7.4.2).
bool may_send(std::uint16_t close_code);

/// What a close frame's payload says.
struct ClosePayload {
  std::uint16_t code;         ///< `no_code` when it is empty
  std::string_view reason;    ///< valid UTF-8; points into the payload
  std::uint16_t answer_with;  ///< the code to answer it with; 1002 or 1007 when it breaks §5.5.1
  bool valid;
};

ClosePayload parse_close(ByteView payload);

/// Writes a close frame's payload; nothing for `no_code`.
void put_close(ByteWriter& out, std::uint16_t code, std::string_view reason);

}  // namespace mote::ws
