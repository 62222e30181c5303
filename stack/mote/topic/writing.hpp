// SPDX-License-Identifier: MIT
#pragma once

#include "mote/topic/topic.hpp"

// How the views of a topic write its messages, and what they are asked for:
// docs/protocols/topic.md.
//
// Where a reader stands is kept as a sequence alone. That of another life is `nowhere`, and so is
// one that is ahead; no reader stays so long that it could be mistaken for one of a new epoch.
namespace mote::topic {

/// Where somebody stands whom the topic does not know.
constexpr std::uint32_t nowhere = 0xFFFFFFFF;

/// The place that `id` names, `latest` being behind the newest message.
std::uint32_t place_of(const Topic& topic, std::string_view id);

/// Whether there is something to tell to who stands at `place`.
bool has_news(const Topic& topic, std::uint32_t place);

/// `{"id":"5f3a9c01-42","event":"chat","data":"hello"}`
void put_message(ByteWriter& out, const Message& message);

/// Writes the next thing to tell to who stands at `place`, as an object of `mote.v1`: a restart, a
/// gap or a message; or the place alone, when there is nothing. Returns where he stands then.
Cursor put_object(ByteWriter& out, const Topic& topic, std::uint32_t place);

/// Writes a poll's JSON answer for who stands at `place`, with as many whole messages as there is
/// room for. Returns where he stands then. A message that does not fit by itself counts as missed.
Cursor put_answer(ByteWriter& out, const Topic& topic, std::uint32_t place);

/// The same as events: whole ones, gaps and a restart told by events of their own.
Cursor put_events(ByteWriter& out, const Topic& topic, std::uint32_t place);

}  // namespace mote::topic
