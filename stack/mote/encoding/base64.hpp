// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "mote/base/byte_writer.hpp"
#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"

namespace mote::encoding {

/// Characters in the base64 of so many bytes.
constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

/// Writes `bytes` as base64, padded (RFC 4648 §4).
void put_base64(ByteWriter& out, ByteView bytes);

/// Writes the bytes that `text` stands for. `bad_argument`: it is not base64 exactly as
/// put_base64() writes it: padded, without white space, with zeros in the bits that stand for
/// nothing (RFC 4648 §3.5). `too_large`: they do not fit. Neither writes anything.
Status decode_base64(std::string_view text, ByteWriter& out);

}  // namespace mote::encoding
