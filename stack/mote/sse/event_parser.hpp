// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"
#include "mote/base/time.hpp"
#include "mote/sse/event.hpp"

namespace mote::sse {

/// Cuts an event stream into events (WHATWG HTML §9.2.6).
///
/// Feed it whatever arrived and ask for one step at a time, until it needs more. The last id and
/// one event, with its type and a new id, must fit in `room`; what does not fit is `too_large` and
/// the stream goes on behind it. Lines may end in CR, LF or CRLF; an event is told with the first
/// byte that ends its empty line. Nothing that a server sends can break the parser.
class EventParser {
 public:
  enum class Kind : std::uint8_t { need_more, event, too_large };

  struct Step {
    Kind kind;
    std::size_t used;  ///< how many bytes of the input this step took
  };

  /// Ids longer than a quarter of `room` make their event `too_large`: the next one needs it too.
  explicit EventParser(ByteSpan room) : room_(room) {}

  Step next(ByteView input);

  /// After `event`; after `too_large` too, then without data. Views into `room`, until the next
  /// call.
  const Event& event() const { return event_; }
  /// How long the server wants us to wait before we reconnect; forever() until it has said so. More
  /// than two days may be told as less, but as two days at least.
  Duration retry() const { return retry_; }

  /// Begins another stream: forgets the event that was not finished, keeps the last id.
  void restart();
  /// What the request for the next stream says as Last-Event-ID, if it is not empty; valid after
  /// restart(). Never holds CR, LF or NUL.
  std::string_view last_id() const { return event_.id; }
  /// Begins another stream as if `id` had been the last one, and nothing said of retry.
  /// `too_large`: it needs more than a quarter of the room.
  Status set_last_id(std::string_view id);

 private:
  enum class Field : std::uint8_t { data, event, id, retry };

  void begin_event();
  std::size_t take_line(const std::uint8_t* from, std::size_t size);
  Kind end_line();
  void read_field(Field field, std::uint8_t* value);
  void read_data(std::uint8_t* value, std::size_t size);
  void read_retry(const std::uint8_t* digit);
  Kind end_event();
  void give_up_event();

  bool first_line_ = true;
  bool after_cr_ = false;
  bool skips_ = false;  // the rest of a line for which there is no room
  bool has_data_ = false;
  bool oversized_ = false;
  bool told_ = true;  // there is no event, or the last step told it: the next one begins another
  // From the front: the last id, lines with a new id and a type, the data so far, the line being
  // read. From the back: a new id and a type that came after data.
  ByteSpan room_;
  std::size_t kept_ = 0;          // bytes of the last id
  std::uint8_t* data_ = nullptr;  // where the data begins, if there is any
  std::uint8_t* line_ = nullptr;  // where the line being read begins
  std::uint8_t* end_ = nullptr;   // where it ends, and the free bytes begin
  std::uint8_t* tail_ = nullptr;  // where the free bytes end
  Event event_;
  Duration retry_ = Duration::forever();
};

}  // namespace mote::sse
