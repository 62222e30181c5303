// SPDX-License-Identifier: MIT
#include <mbedtls/build_info.h>

// A firmware's own Mbed TLS may have no HMAC_DRBG, and its port its own source of random bytes:
// then there is no Generator, and nobody asks for one.
#if defined(MBEDTLS_HMAC_DRBG_C)
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "mbedtls/arena.hpp"
#include "mote/base/expects.hpp"
#include "mote/crypto/random.hpp"

namespace mote::crypto {
namespace {

using State = mbedtls_hmac_drbg_context;

State* state_in(unsigned char* memory) { return std::launder(reinterpret_cast<State*>(memory)); }

}  // namespace

int Generator::gather(void* self, unsigned char* out, std::size_t size) {
  return static_cast<Generator*>(self)->entropy_(ByteSpan{out, size}) ? 0 : -1;
}

Status Generator::seed(Entropy entropy) {
  static_assert(sizeof(State) <= state_bytes && alignof(State) <= 8,
                "this configuration of Mbed TLS has a larger state than Generator keeps room for");
  expects(!seeded_);
  mbedtls::open_arena();
  entropy_ = entropy;
  State* const state = ::new (static_cast<void*>(state_.data())) State;
  mbedtls_hmac_drbg_init(state);
  const mbedtls_md_info_t* const hash = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  const int result = mbedtls_hmac_drbg_seed(state, hash, &Generator::gather, this, nullptr, 0);
  if (result == 0) {
    seeded_ = true;
    return Status::ok;
  }
  mbedtls_hmac_drbg_free(state);
  return result == MBEDTLS_ERR_MD_ALLOC_FAILED ? Status::tls_memory : Status::tls_failed;
}

Status Generator::fill(ByteSpan out) {
  if (!seeded_) return Status::not_open;
  if (out.size() > stock_.size()) return generate(out);
  if (out.size() > stocked_) {
    stocked_ = 0;
    if (const Status status = generate(stock_); status != Status::ok) return status;
    stocked_ = static_cast<std::uint8_t>(stock_.size());
  }
  // What was given out is forgotten here: memory read later does not tell it.
  stocked_ = static_cast<std::uint8_t>(stocked_ - out.size());
  if (out.empty()) return Status::ok;
  std::memcpy(out.data(), stock_.data() + stocked_, out.size());
  mbedtls_platform_zeroize(stock_.data() + stocked_, out.size());
  return Status::ok;
}

Status Generator::generate(ByteSpan out) {
  while (!out.empty()) {
    const std::size_t size = std::min<std::size_t>(out.size(), MBEDTLS_HMAC_DRBG_MAX_REQUEST);
    if (mbedtls_hmac_drbg_random(state_in(state_.data()), out.data(), size) != 0)
      return Status::tls_failed;
    out = out.from(size);
  }
  return Status::ok;
}

}  // namespace mote::crypto

#endif  // MBEDTLS_HMAC_DRBG_C
