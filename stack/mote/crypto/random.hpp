// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/base/bytes.hpp"
#include "mote/base/callback.hpp"
#include "mote/base/status.hpp"

namespace mote::crypto {

/// Fills its argument with bytes that nobody can guess; false when the source failed.
using Entropy = Callback<bool(ByteSpan out)>;

/// Makes many bytes that nobody can guess of a few (NIST SP 800-90A). A port has one and gives it
/// out as Loop::random(). Neither copied nor moved, and used from one thread.
class Generator {
 public:
  constexpr Generator() = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Call once, before fill(). `entropy` is asked now, and again after every few thousand fills:
  /// for 48 bytes or fewer. `tls_failed`: it gave none. `tls_memory`: the arena is too small.
  Status seed(Entropy entropy);
  /// `not_open` before seed(); `tls_failed` when fresh entropy was due and none came: then nothing
  /// of `out` may be used.
  Status fill(ByteSpan out);

 private:
  static int gather(void* self, unsigned char* out, std::size_t size);
  Status generate(ByteSpan out);

  static constexpr std::size_t state_bytes = 32 * sizeof(void*);

  Entropy entropy_;
  alignas(8) std::array<unsigned char, state_bytes> state_{};
  // A request costs the same for one byte as for this many: those who want four (a mask) share.
  std::array<std::uint8_t, 64> stock_{};
  std::uint8_t stocked_ = 0;
  bool seeded_ = false;
};

}  // namespace mote::crypto
