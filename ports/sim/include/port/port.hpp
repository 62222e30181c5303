// SPDX-License-Identifier: MIT
// The simulated network under the names that examples use, so that they compile for it and can be
// run inside of a test.
#pragma once

#include <cstdio>

#include "sim/listener.hpp"
#include "sim/net.hpp"
#include "sim/tcp.hpp"

namespace port {

template <std::size_t Blocks, std::size_t Bytes>
using SizedNet = mote::sim::SizedNet<Blocks, Bytes>;

using mote::sim::Tcp;

inline void print(std::string_view line) {
  std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
}
inline void led(bool on) { print(on ? "led on" : "led off"); }

struct Button {
  mote::Callback<void()> on_press;
};
inline Button button;

inline mote::Lasting setting(std::string_view, mote::Lasting otherwise) { return otherwise; }

}  // namespace port

// port::Stream is what clients connect over: with TLS in a program that was given to
// mote_use_tls(), and plain TCP otherwise, for which https and wss are `insecure`.
#ifdef MOTE_TLS
#include "port/tls.hpp"
#else
namespace port {
using Stream = Tcp;
}  // namespace port
#endif
