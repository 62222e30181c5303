// SPDX-License-Identifier: MIT
#include "mote/webhook/signature.hpp"

#include "mote/base/byte_writer.hpp"
#include "mote/base/expects.hpp"
#include "mote/crypto/equal.hpp"
#include "mote/crypto/hmac.hpp"
#include "mote/encoding/base64.hpp"
#include "mote/encoding/hex.hpp"

namespace mote::webhook {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::string_view version = "v1,";
constexpr std::string_view hub_prefix = "sha256=";

bool begins_with(std::string_view text, std::string_view prefix) {
  return text_first(text, prefix.size()) == prefix;
}

/// Writes the key that a secret stands for. Many secrets come without the padding of their base64.
Status put_key(ByteWriter& key, std::string_view secret) {
  if (begins_with(secret, secret_prefix)) secret = text_from(secret, secret_prefix.size());
  std::uint8_t room[encoding::base64_size(key_bytes_max)];
  ByteWriter padded{room};
  padded.put(secret);
  while (padded.status() == Status::ok && padded.size() % 4 != 0) padded.put('=');
  if (secret.empty() || padded.status() != Status::ok) return Status::bad_argument;
  const Status status = encoding::decode_base64(padded.text(), key);
  return status == Status::ok ? status : Status::bad_argument;
}

/// Reads decimal digits, at most as many as a time of the next 30,000 years has.
bool read_seconds(std::string_view text, std::uint64_t& seconds) {
  if (text.empty() || text.size() > 12) return false;
  seconds = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    seconds = seconds * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return true;
}

/// The better of two verdicts: that it is true, then that it was, then that it is not.
Status better(Status one, Status other) {
  for (const Status good : {Status::ok, Status::expired, Status::unauthorised})
    if (one == good || other == good) return good;
  return other;
}

ByteSpan bytes_of(Span<char> text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Status sign(std::string_view secret,
            std::string_view id,
            std::string_view timestamp,
            ByteView body,
            Span<char> out) {
  expects(out.size() >= signature_size);
  std::uint8_t room[key_bytes_max];
  ByteWriter key{room};
  const Status status = put_key(key, secret);
  if (status != Status::ok) return status;
  const ByteView dot = mote::bytes_of(".");
  const ByteView parts[] = {mote::bytes_of(id), dot, mote::bytes_of(timestamp), dot, body};
  const crypto::Sha256 digest = crypto::hmac_sha256(key.written(), parts);
  ByteWriter writer{bytes_of(out)};
  writer.put(version);
  encoding::put_base64(writer, digest);
  return Status::ok;
}

Status verify(std::string_view secret,
              const Claim& claim,
              ByteView body,
              std::uint64_t now,
              Duration tolerance) {
  std::uint64_t seconds = 0;
  if (claim.id.empty() || !read_seconds(claim.timestamp, seconds)) return Status::unauthorised;
  char wanted[signature_size];
  const Status status = sign(secret, claim.id, claim.timestamp, body, wanted);
  if (status != Status::ok) return status;
  bool fits = false;
  for (std::string_view rest = claim.signature; !rest.empty();) {
    const std::string_view one = text_first(rest, rest.find(' '));
    rest = text_from(rest, one.size() + 1);
    // All are compared, whichever fits: how long it takes tells nothing.
    if (crypto::equal(mote::bytes_of(one), mote::bytes_of({wanted, sizeof wanted}))) fits = true;
  }
  if (!fits) return Status::unauthorised;
  const std::uint64_t apart = seconds > now ? seconds - now : now - seconds;
  return apart > tolerance.ms / 1000 ? Status::expired : Status::ok;
}

Status verify(Span<const std::string_view> secrets,
              const Claim& claim,
              ByteView body,
              std::uint64_t now,
              Duration tolerance) {
  Status best = Status::bad_argument;
  for (const std::string_view secret : secrets)
    best = better(best, verify(secret, claim, body, now, tolerance));
  return best;
}

void sign_hub(std::string_view secret, ByteView body, Span<char> out) {
  expects(out.size() >= hub_signature_size);
  const crypto::Sha256 digest =
      crypto::hmac_sha256(mote::bytes_of(secret), Span<const ByteView>{&body, 1});
  ByteWriter writer{bytes_of(out)};
  writer.put(hub_prefix);
  encoding::put_hex(writer, digest);
}

Status verify_hub(std::string_view secret, std::string_view signature, ByteView body) {
  if (secret.empty()) return Status::bad_argument;
  char wanted[hub_signature_size];
  sign_hub(secret, body, wanted);
  const bool fits =
      crypto::equal(mote::bytes_of(signature), mote::bytes_of({wanted, sizeof wanted}));
  return fits ? Status::ok : Status::unauthorised;
}

Status verify_hub(Span<const std::string_view> secrets, std::string_view signature, ByteView body) {
  Status best = Status::bad_argument;
  for (const std::string_view secret : secrets)
    best = better(best, verify_hub(secret, signature, body));
  return best;
}

}  // namespace mote::webhook
