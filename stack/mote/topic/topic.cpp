// SPDX-License-Identifier: MIT
#include "mote/topic/topic.hpp"

#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/characters.hpp"
#include "mote/encoding/json.hpp"
#include "mote/encoding/utf8.hpp"

namespace mote::topic {
namespace {

constexpr std::uint32_t sequence_max = 0xFFFFFFFF;
constexpr std::string_view reserved = "mote.";

/// What stands in the ring before the event and the data.
struct Head {
  std::uint16_t data_bytes;
  std::uint8_t event_bytes;
  std::uint8_t unused;
};
static_assert(sizeof(Head) == Topic::head_bytes);

Head head_at(const std::uint8_t* at) {
  Head head;
  std::memcpy(&head, at, sizeof head);
  return head;
}

bool is_event(std::string_view event) {
  if (event.size() > Topic::event_bytes_max) return false;
  if (text_first(event, reserved.size()) == reserved) return false;
  const ByteView bytes = bytes_of(event);
  return encoding::find_control(bytes.begin(), bytes.end()) == bytes.end() &&
         encoding::is_utf8(bytes);
}

}  // namespace

Topic::Topic(io::Loop& loop, ByteSpan ring, std::size_t bytes_max)
    : ring_(ring), bytes_max_(bytes_max), timer_(loop, [this] { on_timer(); }) {
  expects(bytes_max <= 0xFFFF && bytes_max + head_bytes <= ring.size());
}

Topic::~Topic() {
  while (readers_.pop_front()) continue;
}

Status Topic::judge(std::string_view event, std::string_view data) const {
  if (event.size() + data.size() > bytes_max_) return Status::too_large;
  if (!is_event(event) || !encoding::is_utf8(bytes_of(data))) return Status::bad_argument;
  // A line feed becomes `\n` in JSON, and a line end and `data: ` in an event.
  const auto lines = static_cast<std::size_t>(
      std::count_if(data.begin(), data.end(), [](char c) { return c == '\n' || c == '\r'; }));
  const std::size_t written =
      encoding::json_bytes(event) + std::max(encoding::json_bytes(data), data.size() + 6 * lines);
  return written > loop().blocks().block_bytes() / 2 ? Status::too_large : Status::ok;
}

Status Topic::publish(std::string_view event, std::string_view data) {
  if (event.empty()) event = default_event;
  const Status status = judge(event, data);
  if (status != Status::ok) return status;
  if (epoch_ == 0 || last_ == sequence_max) begin_epoch();
  const Head head{
      static_cast<std::uint16_t>(data.size()), static_cast<std::uint8_t>(event.size()), 0};
  newest_at_ = make_room(sizeof head + event.size() + data.size());
  std::uint8_t* const at = ring_.data() + newest_at_;
  std::memcpy(at, &head, sizeof head);
  std::memcpy(at + sizeof head, event.data(), event.size());
  if (!data.empty()) std::memcpy(at + sizeof head + event.size(), data.data(), data.size());
  free_at_ = newest_at_ + sizeof head + event.size() + data.size();
  ++last_;
  ++count_;
  tell();
  return Status::ok;
}

/// Drops the oldest messages until so many bytes are free in one piece; returns where.
std::size_t Topic::make_room(std::size_t bytes) {
  for (;;) {
    if (wrap_at_ == 0) {
      if (bytes <= ring_.size() - free_at_) return free_at_;
      if (count_ == 0) {
        oldest_at_ = 0;
        return 0;
      }
      wrap_at_ = free_at_;
      free_at_ = 0;
    }
    if (bytes <= oldest_at_ - free_at_) return free_at_;
    drop_oldest();
  }
}

void Topic::drop_oldest() {
  oldest_at_ = behind(oldest_at_);
  --count_;
  if (oldest_at_ == 0) wrap_at_ = 0;
}

void Topic::begin_epoch() {
  const std::uint32_t before = epoch_;
  while (epoch_ == before || epoch_ == 0) {
    std::uint8_t bytes[4];
    loop().random(bytes);
    std::memcpy(&epoch_, bytes, sizeof epoch_);
  }
  last_ = count_ = found_ = 0;
  oldest_at_ = free_at_ = wrap_at_ = 0;
}

/// Where the message behind the one at `at` lies.
std::size_t Topic::behind(std::size_t at) const {
  const Head head = head_at(ring_.data() + at);
  at += sizeof head + head.event_bytes + head.data_bytes;
  return at == wrap_at_ ? 0 : at;
}

std::size_t Topic::find(std::uint32_t sequence) const {
  if (sequence == last_) return newest_at_;
  if (found_ <= last_ - count_ || found_ > sequence) {
    found_ = last_ - count_ + 1;
    found_at_ = oldest_at_;
  }
  for (; found_ != sequence; ++found_) found_at_ = behind(found_at_);
  return found_at_;
}

bool Topic::next(Cursor after, Message& message) const {
  const std::uint32_t oldest = last_ - count_ + 1;
  message.missed = 0;
  if (!knows(after)) {
    after.sequence = oldest - 1;
  } else if (after.sequence < oldest - 1) {
    message.missed = oldest - 1 - after.sequence;
    after.sequence = oldest - 1;
  }
  if (after.sequence == last_) return false;
  message.id = {epoch_, after.sequence + 1};
  const std::uint8_t* const at = ring_.data() + find(message.id.sequence);
  const Head head = head_at(at);
  message.event = text_of({at + sizeof head, head.event_bytes});
  message.data = text_of({at + sizeof head + head.event_bytes, head.data_bytes});
  return true;
}

void Topic::on_timer() {
  // Set apart first: who is told may leave, come back, or take others away.
  List<Reader> told;
  while (Reader* const reader = readers_.pop_front()) told.push_back(*reader);
  const Watch watch(*this);
  while (Reader* const reader = told.pop_front()) {
    if (watch.ended()) continue;
    readers_.push_back(*reader);
    reader->on_news();
  }
}

}  // namespace mote::topic
