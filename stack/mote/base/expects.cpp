// SPDX-License-Identifier: MIT
#include "mote/base/expects.hpp"

namespace mote {

[[gnu::weak]] void contract_broken() { __builtin_trap(); }

}  // namespace mote
