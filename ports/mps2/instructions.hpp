// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mote::mps2 {

/// Instructions executed so far, under `qemu-system-arm -icount shift=10`: then each takes 1,024 ns
/// of the emulated time, and a counter of 40 ns tells them, to one more or less. Take the
/// difference of two calls, at most 160 million instructions apart, both before or both after the
/// network started. The pair itself costs what an empty one does: subtract it. Without -icount it
/// is only time.
std::uint32_t instructions_now();

/// The same under `-icount shift=5`, where servers of the real world keep up; at most 5 billion
/// instructions apart, when it is called at least every 160 s.
std::uint64_t instructions_at_32_ns();

}  // namespace mote::mps2
