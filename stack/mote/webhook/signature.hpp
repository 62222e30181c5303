// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"
#include "mote/base/time.hpp"

namespace mote::webhook {

/// Characters of one signature: `v1,` and the base64 of 32 bytes.
constexpr std::size_t signature_size = 47;
/// Characters of a signature in GitHub's style: `sha256=` and 64 hexadecimal digits.
constexpr std::size_t hub_signature_size = 71;
/// The longest key that a secret may stand for; Standard Webhooks asks for 24 to 64 bytes.
constexpr std::size_t key_bytes_max = 64;

/// What a delivery says of itself: the fields of the same names.
struct Claim {
  std::string_view id;         ///< webhook-id
  std::string_view timestamp;  ///< webhook-timestamp: seconds since 1970, in decimal
  std::string_view signature;  ///< webhook-signature: one or more, separated by spaces
};

/// Writes the signature of a delivery: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks).
/// `secret` is `whsec_` and base64, or base64 alone. `bad_argument`: it is neither, or it stands
/// for more than 64 bytes. `out` holds signature_size characters.
Status sign(std::string_view secret,
            std::string_view id,
            std::string_view timestamp,
            ByteView body,
            Span<char> out);

/// Whether the claim is true of `body`, byte for byte as received. `unauthorised`: no signature of
/// version 1 fits, or one of the fields is missing. `expired`: it fits, but `now`, in seconds since
/// 1970, is further than `tolerance` from its time. Compares in constant time.
Status verify(std::string_view secret,
              const Claim& claim,
              ByteView body,
              std::uint64_t now,
              Duration tolerance = {300'000});

/// The same while secrets are being changed: it is enough when it is true by one of them. All are
/// tried, whichever fits.
Status verify(Span<const std::string_view> secrets,
              const Claim& claim,
              ByteView body,
              std::uint64_t now,
              Duration tolerance = {300'000});

/// The same in the style of GitHub's `X-Hub-Signature-256`: over the body alone, with the secret as
/// it stands for a key. There is no time in it: whoever asks must refuse repeated delivery ids.
void sign_hub(std::string_view secret, ByteView body, Span<char> out);
Status verify_hub(std::string_view secret, std::string_view signature, ByteView body);
Status verify_hub(Span<const std::string_view> secrets, std::string_view signature, ByteView body);

}  // namespace mote::webhook
