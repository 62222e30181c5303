// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/message_writer.hpp"
#include "mote/http/responder.hpp"

namespace mote::http {

/// An answer with header fields of one's own:
///
///     http::Reply(responder, 201).field("Location", where).send();
///
/// Connection, Content-Length, Date and Transfer-Encoding are written by themselves. The head, and
/// with send() the body, must fit into one of the loop's blocks.
class Reply {
 public:
  Reply(Responder& to, std::uint16_t code);

  Reply& field(std::string_view name, std::string_view value);
  /// Whole lines that are known to be good, each with its CR LF.
  Reply& lines(std::string_view text);
  /// Content-Type; nothing when empty.
  Reply& type(std::string_view media_type);

  /// Where a body may be written that needs no memory of its own, as much as can be sent in one
  /// piece behind the fields written before, and behind `spare` bytes for fields that are written
  /// afterwards: nothing when no block is free, or they did not fit.
  ByteSpan body_room(std::size_t spare = 0);

  /// Sends it, with a copy of `body`, which may lie in body_room(). Exactly one of these ends a
  /// reply; the request is answered when it returned `ok`. `not_open`: it was answered before.
  /// `too_large`, `bad_argument`: as MessageWriter says; nothing was sent. `would_block`: no room
  /// now, only for an answer by Ticket: try again later.
  Status send(ByteView body = {});
  Status send(std::string_view body) { return send(bytes_of(body)); }
  /// The same with a body of any size that stays as it is for ever.
  Status send_constant(ByteView body);
  /// The same with a body that is asked for piece by piece: see Responder::stream().
  Status stream(Responder::More more, std::size_t size = Responder::unknown);
  /// Only the head as it is, for what the connection then becomes: see Responder::become(). Nothing
  /// is written by itself but Date. `would_block`: the client has not taken what it asked for
  /// before, or no block is free; it can be answered otherwise.
  Status send_head();

 private:
  bool has_body() const;
  Status begin();
  Status finish_head(std::size_t size);
  Status send_written(ByteView body);

  Responder& to_;
  io::ComposingBlock block_;
  MessageWriter head_;
  std::uint16_t code_;
};

}  // namespace mote::http
