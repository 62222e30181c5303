// SPDX-License-Identifier: MIT
#pragma once

namespace mote {

/// What happens when a program breaks a rule of an interface. The one here stops the processor
/// where it stands; a program may define its own, to print or to restart the device. It must not
/// return.
[[noreturn]] void contract_broken();

/// Guards what only a programmer can get wrong; a peer's fault never reaches it.
inline void expects(bool holds) {
  if (!holds) contract_broken();
}

}  // namespace mote
