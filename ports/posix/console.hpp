// SPDX-License-Identifier: MIT
#pragma once

namespace mote::posix {

class Net;

/// Lets SIGUSR1 press port::button, once somebody listens to it. Called in every poll.
void serve_button(Net& net);
/// The net dies: the button wakes it no more.
void forget_button(const Net& net);

}  // namespace mote::posix
