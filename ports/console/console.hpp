// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "mote/base/bytes.hpp"
#include "mote/base/callback.hpp"
#include "mote/io/counters.hpp"

/// What every port offers to see and to press; `port/port.hpp` brings it.
namespace port {

/// Writes one line to the console (standard output, the UART), at once.
void print(std::string_view line);

/// Writes one line that says what happened on a loop so far: "counters connects=1 connected=1 ...".
void print(const mote::io::Counters& counters);

/// What whoever started the program wants `name` to be, or `otherwise`. On Linux "url" is the
/// environment variable MOTE_URL.
mote::Lasting setting(std::string_view name, mote::Lasting otherwise);

/// Something to see.
void led(bool on);

/// Something to press. The callback comes from Loop::poll().
struct Button {
  mote::Callback<void()> on_press;
};
extern Button button;

}  // namespace port
