// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "lwip/ip_addr.h"

namespace mote::lwip {

class Tcp;

enum class Lookup : std::uint8_t {
  found,  ///< the address is there
  asked,  ///< FromLwip::found() will be called, unless forget() comes first
  later,  ///< there is no name server yet, or too many questions are open: ask again
  never,  ///< no such name is possible
};

/// Asks for one address of `host`, which lwIP copies, in one family. lwIP gives one address a
/// family, whichever the answer lists first.
Lookup look_up(Tcp& asker, const char* host, bool ipv6, ip_addr_t& address);

/// Nobody wants the answer any more. lwIP goes on asking, and its late answer harms nobody.
void forget(Tcp& asker);

}  // namespace mote::lwip
