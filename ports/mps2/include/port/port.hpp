// SPDX-License-Identifier: MIT
// The emulated board: lwIP, a UART, an LED. Every port has this header, with these names.
#pragma once

#include "console/console.hpp"
#include "lwip/listener.hpp"
#include "lwip/tcp.hpp"
#include "mps2/net.hpp"

namespace port {

template <std::size_t Blocks, std::size_t Bytes>
using SizedNet = mote::mps2::SizedNet<Blocks, Bytes>;
using Tcp = mote::lwip::Tcp;
template <std::size_t N>
using Listener = mote::lwip::Listener<N>;

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
