// SPDX-License-Identifier: MIT
#include "mote/ws/close_code.hpp"

#include "mote/encoding/utf8.hpp"

namespace mote::ws {

bool may_send(std::uint16_t close_code) {
  if (close_code >= 3000) return close_code <= 4999;
  if (close_code < 1000 || close_code > 1014) return false;
  return close_code != 1004 && close_code != close_codes::no_code &&
         close_code != close_codes::gone;
}

ClosePayload parse_close(ByteView payload) {
  // An empty one is answered by an empty one.
  if (payload.empty()) return {close_codes::no_code, {}, close_codes::no_code, true};
  if (payload.size() == 1) return {close_codes::no_code, {}, close_codes::protocol_error, false};
  const auto code = static_cast<std::uint16_t>(payload[0] << 8 | payload[1]);
  if (!may_send(code)) return {code, {}, close_codes::protocol_error, false};
  const ByteView reason = payload.from(2);
  if (!encoding::is_utf8(reason)) return {code, {}, close_codes::invalid_payload, false};
  return {code, text_of(reason), code, true};
}

void put_close(ByteWriter& out, std::uint16_t code, std::string_view reason) {
  if (code == close_codes::no_code) return;
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(code >> 8),
                                static_cast<std::uint8_t>(code)};
  out.put(bytes).put(reason);
}

}  // namespace mote::ws
