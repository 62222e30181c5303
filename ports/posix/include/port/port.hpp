// SPDX-License-Identifier: MIT
// Linux: a loop over epoll, sockets, names by c-ares. Every port has this header, with these names.
#pragma once

#include "console/console.hpp"
#include "posix/listener.hpp"
#include "posix/net.hpp"
#include "posix/tcp.hpp"

namespace port {

template <std::size_t Blocks, std::size_t Bytes>
using SizedNet = mote::posix::SizedNet<Blocks, Bytes>;
using Tcp = mote::posix::Tcp;
template <std::size_t N>
using Listener = mote::posix::SizedListener<N>;

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
