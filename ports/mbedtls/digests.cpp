// SPDX-License-Identifier: MIT
#include <mbedtls/platform_util.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>

#include <cstddef>
#include <cstring>

// Unlike its neighbours this header of 3.6 does not say that it is C.
extern "C" {
#include <mbedtls/constant_time.h>
}

#include "mote/base/expects.hpp"
#include "mote/crypto/equal.hpp"
#include "mote/crypto/hmac.hpp"
#include "mote/crypto/sha1.hpp"
#include "mote/crypto/sha256.hpp"

#if !defined(MBEDTLS_SHA1_C) || !defined(MBEDTLS_SHA256_C)
#error "Mote needs MBEDTLS_SHA1_C and MBEDTLS_SHA256_C in the configuration of Mbed TLS"
#endif

namespace mote::crypto {
namespace {

/// A hash fails only where hardware computes it and is broken: nothing that a peer can cause.
void must(int result) { expects(result == 0); }

/// SHA-256 in steps. Its context lies here and not in memory that Mbed TLS allocates, so that a
/// signature never fails because a TLS connection has taken the last of the arena.
class Hasher {
 public:
  Hasher() {
    mbedtls_sha256_init(&context_);
    must(mbedtls_sha256_starts(&context_, 0));
  }
  ~Hasher() { mbedtls_sha256_free(&context_); }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void add(ByteView bytes) { must(mbedtls_sha256_update(&context_, bytes.data(), bytes.size())); }
  Sha256 finish() {
    Sha256 digest;
    must(mbedtls_sha256_finish(&context_, digest.data()));
    return digest;
  }

 private:
  mbedtls_sha256_context context_;
};

constexpr std::size_t block_bytes = 64;  // of SHA-256; RFC 2104 calls it B

/// The hash of `key`, each byte combined with `pad`, and `parts`.
Sha256 padded_hash(const std::uint8_t (&key)[block_bytes],
                   std::uint8_t pad,
                   Span<const ByteView> parts) {
  std::uint8_t padded[block_bytes];
  for (std::size_t at = 0; at < block_bytes; ++at)
    padded[at] = static_cast<std::uint8_t>(key[at] ^ pad);
  Hasher hasher;
  hasher.add(padded);
  mbedtls_platform_zeroize(padded, sizeof padded);
  for (const ByteView part : parts) hasher.add(part);
  return hasher.finish();
}

}  // namespace

Sha1 sha1(ByteView bytes) {
  Sha1 digest;
  must(mbedtls_sha1(bytes.data(), bytes.size(), digest.data()));
  return digest;
}

Sha256 sha256(ByteView bytes) {
  Hasher hasher;
  hasher.add(bytes);
  return hasher.finish();
}

Sha256 hmac_sha256(ByteView key, Span<const ByteView> parts) {
  std::uint8_t block[block_bytes] = {};
  if (key.size() > block_bytes) {
    const Sha256 shorter = sha256(key);
    std::memcpy(block, shorter.data(), shorter.size());
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  const Sha256 inner = padded_hash(block, 0x36, parts);
  const ByteView once[] = {inner};
  const Sha256 outer = padded_hash(block, 0x5C, once);
  mbedtls_platform_zeroize(block, sizeof block);
  return outer;
}

bool equal(ByteView one, ByteView other) {
  return one.size() == other.size() && mbedtls_ct_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace mote::crypto
