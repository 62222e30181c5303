// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/base/list.hpp"
#include "mote/base/watch.hpp"
#include "mote/io/loop.hpp"
#include "mote/topic/cursor.hpp"

namespace mote::topic {

/// One message of a Topic. Its views live until the next publish().
struct Message {
  Cursor id;               ///< where a reader stands who has seen it
  std::string_view event;  ///< its type, "message" unless published otherwise
  std::string_view data;
  /// How many were overwritten between the reader's place and this one.
  std::uint32_t missed = 0;
};

/// Somebody who wants to know when there is news. Who dies is told no more.
class Reader : public Linked<Reader> {
 public:
  /// Something was published since the last call; called from Loop::poll(), once however much it
  /// was, and now and then for nothing.
  virtual void on_news() = 0;

 protected:
  ~Reader() = default;
};

/// A log of messages in a ring of fixed memory. Readers keep a Cursor each, and nothing else: the
/// ring is their queue. Who falls out of it is told how much was missed.
///
///     static topic::SizedTopic<4096> readings{net};
///     (void)readings.publish("temperature", "21.5");
class Topic : Watched {
 public:
  /// What keeping a message costs beside its event and data.
  static constexpr std::size_t head_bytes = 4;
  static constexpr std::size_t event_bytes_max = 64;
  static constexpr std::string_view default_event = "message";

  /// A message has at most `bytes_max` bytes of event and data together; at most 65,535, and
  /// `head_bytes` less than the ring.
  Topic(io::Loop& loop, ByteSpan ring, std::size_t bytes_max);
  /// Readers live on; nobody tells them any more.
  ~Topic();

  /// Appends a message; the oldest make room. Both texts are copied, and must not lie in the ring.
  /// `too_large`: longer than declared, or so full of what must be escaped that it, written as JSON
  /// or as an event, would not fit into half of one of the loop's blocks. `bad_argument`: not
  /// UTF-8; or an event that is longer than `event_bytes_max`, has control characters, or begins
  /// with `mote.`, which is reserved. An empty event is "message".
  Status publish(std::string_view event, std::string_view data);
  Status publish(std::string_view data) { return publish(default_event, data); }

  /// The first message behind `after`; false when there is none. From a cursor that this topic does
  /// not know it begins with the oldest message.
  bool next(Cursor after, Message& message) const;
  /// Whether `after` is a place in this life of the topic. If not, it comes from before a reboot,
  /// from elsewhere, or from the future: its owner is told so, and begins anew at first().
  bool knows(Cursor after) const {
    return (after.epoch == epoch_ && after.sequence <= last_) || after == Cursor{};
  }
  /// The place before the oldest message that is there.
  Cursor first() const { return {epoch_, last_ - count_}; }
  /// The place behind the newest. Both are `{0, 0}` while nothing was ever published.
  Cursor last() const { return {epoch_, last_}; }
  /// How many messages are there.
  std::uint32_t count() const { return count_; }

  /// Has `reader` told of what is published from now on.
  void subscribe(Reader& reader) { readers_.push_back(reader); }
  /// Has all readers told in the next Loop::poll(): for one that did not get through with it.
  void tell() { timer_.start({0}); }

  io::Loop& loop() const { return timer_.loop(); }

 private:
  friend struct TopicProbe;

  Status judge(std::string_view event, std::string_view data) const;
  std::size_t make_room(std::size_t bytes);
  void drop_oldest();
  void begin_epoch();
  std::size_t behind(std::size_t at) const;
  std::size_t find(std::uint32_t sequence) const;
  void on_timer();

  ByteSpan ring_;
  std::size_t bytes_max_;
  std::size_t oldest_at_ = 0;
  std::size_t newest_at_ = 0;
  std::size_t free_at_ = 0;  // where the next goes, if it fits there
  std::size_t wrap_at_ = 0;  // where the upper part ends; 0: all lie in a row from oldest_at_
  std::uint32_t epoch_ = 0;
  std::uint32_t last_ = 0;
  std::uint32_t count_ = 0;
  // What was found last: readers who catch up ask for one after the other.
  mutable std::uint32_t found_ = 0;
  mutable std::size_t found_at_ = 0;
  io::Timer timer_;
  List<Reader> readers_;
};

/// A Topic with its ring. Unless said otherwise a message may take an eighth of it.
template <std::size_t Bytes, std::size_t MessageBytesMax = Bytes / 8>
class SizedTopic : std::array<std::uint8_t, Bytes>, public Topic {
  static_assert(MessageBytesMax <= 0xFFFF && MessageBytesMax + Topic::head_bytes <= Bytes);

 public:
  explicit SizedTopic(io::Loop& loop) : Topic(loop, {this->data(), Bytes}, MessageBytesMax) {}
};

}  // namespace mote::topic
