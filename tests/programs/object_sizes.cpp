// SPDX-License-Identifier: MIT
// How large the objects are that an application declares. Never linked: toolchains/sizes.py reads
// the size of each array from the object file. A class whose room is not there yet is left out.
#define MOTE_SIZE_OF(name, type)     \
  extern "C" {                       \
  char size_of_##name[sizeof(type)]; \
  }

#if __has_include("mote/http/client.hpp")
#include "mote/http/client.hpp"
MOTE_SIZE_OF(http__Client, mote::http::Client)
#endif
#if __has_include("mote/polling/poller.hpp")
#include "mote/polling/poller.hpp"
MOTE_SIZE_OF(polling__Poller, mote::polling::Poller)
#endif
#if __has_include("mote/sse/source.hpp")
#include "mote/sse/source.hpp"
MOTE_SIZE_OF(sse__Source, mote::sse::Source)
#endif
#if __has_include("mote/polling/held_requests.hpp")
#include "mote/polling/held_requests.hpp"
MOTE_SIZE_OF(polling__HeldRequests, mote::polling::HeldRequests)
#endif
#if __has_include("mote/sse/stream.hpp")
#include "mote/sse/stream.hpp"
MOTE_SIZE_OF(sse__Stream, mote::sse::Stream)
MOTE_SIZE_OF(sse__Streams, mote::sse::Streams)
MOTE_SIZE_OF(http__Place, mote::http::Place)
#endif
#if __has_include("mote/webhook/receiver.hpp")
#include "mote/webhook/receiver.hpp"
MOTE_SIZE_OF(webhook__Receiver, mote::webhook::Receiver)
#endif
#if __has_include("mote/webhook/sender.hpp")
#include "mote/webhook/sender.hpp"
MOTE_SIZE_OF(webhook__Sender, mote::webhook::Sender)
#endif
#if __has_include("mote/ws/client.hpp")
#include "mote/ws/client.hpp"
MOTE_SIZE_OF(ws__Client, mote::ws::Client)
#endif
#if __has_include("mote/ws/session.hpp")
#include "mote/ws/session.hpp"
MOTE_SIZE_OF(ws__Session, mote::ws::Session)
#endif
#if __has_include("mote/topic/feed.hpp")
#include "mote/topic/feed.hpp"
MOTE_SIZE_OF(topic__Topic, mote::topic::Topic)
MOTE_SIZE_OF(topic__Feed, mote::topic::Feed)
#endif
#if __has_include("port/port.hpp")
#include "port/port.hpp"
MOTE_SIZE_OF(port__Tcp, port::Tcp)
#endif
