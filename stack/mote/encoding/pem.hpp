// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "mote/base/byte_writer.hpp"
#include "mote/base/status.hpp"

namespace mote::encoding {

/// One block of a PEM text: a certificate or a key, say (RFC 7468).
struct Pem {
  std::string_view label;  ///< "CERTIFICATE", "PRIVATE KEY" or what else stands behind BEGIN
  std::string_view body;   ///< what is between its first and its last line

  /// Whether a password is needed first; decode_pem() knows none.
  bool is_encrypted() const;
};

/// Finds the next block of `text`, which is cut behind it; what stands between blocks is passed
/// over. `closed`: there is none any more. `bad_argument`: it begins but does not end.
Status next_pem(std::string_view& text, Pem& block);

/// Writes the bytes that a block stands for. `bad_argument`: it is encrypted, or no base64.
/// `too_large`: they do not fit. Then nothing is written.
Status decode_pem(const Pem& block, ByteWriter& out);

}  // namespace mote::encoding
