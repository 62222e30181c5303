// SPDX-License-Identifier: MIT
#include "mote/sse/event_parser.hpp"

#include <algorithm>
#include <cstring>

namespace mote::sse {
namespace {

constexpr std::uint8_t cr = '\r';
constexpr std::uint8_t lf = '\n';

/// Two days. Of longer waits further digits are left off: they are two days at least, 24 at most.
constexpr std::uint32_t retry_ms_exact = 200'000'000;

/// The names of the fields that count, by the numbers of EventParser::Field, each behind its size.
constexpr std::uint8_t names[][6] = {{4, 'd', 'a', 't', 'a'},
                                     {5, 'e', 'v', 'e', 'n', 't'},
                                     {2, 'i', 'd'},
                                     {5, 'r', 'e', 't', 'r', 'y'}};
constexpr std::uint8_t byte_order_mark[] = {0xEF, 0xBB, 0xBF};

/// Bytes that stay free, so that the name of any further field can be read.
constexpr std::ptrdiff_t spare_bytes = 8;

std::string_view text_between(const std::uint8_t* from, const std::uint8_t* to) {
  return {reinterpret_cast<const char*>(from), static_cast<std::size_t>(to - from)};
}

constexpr bool ends_line(std::uint8_t byte) { return byte == lf || byte == cr; }

/// Copies the bytes of `from` before the first CR or LF to `to`, which has room for all of them,
/// and counts them. Four at a time, as long as none of them is below 16, as the ends of lines are.
[[gnu::optimize("O2")]] std::size_t copy_line(const std::uint8_t* from,
                                              std::size_t size,
                                              std::uint8_t* to) {
  const std::uint8_t* at = from;
  const std::uint8_t* const end = from + size;
  if (size >= 4) {
    const std::uint8_t* const last_word = end - 4;
    do {
      std::uint32_t word;
      std::memcpy(&word, at, 4);
      std::memcpy(to, &word, 4);
      at += 4;
      to += 4;
      if (((word - 0x10101010u) & ~word & 0x80808080u) == 0) continue;
      const std::uint8_t* low = at - 4;
      while (*low >= 16) ++low;
      if (ends_line(*low)) return static_cast<std::size_t>(low - from);
      to -= at - 1 - low;
      at = low + 1;
    } while (at <= last_word);
  }
  while (at != end && !ends_line(*at)) *to++ = *at++;
  return static_cast<std::size_t>(at - from);
}

}  // namespace

EventParser::Step EventParser::next(ByteView input) {
  if (told_) begin_event();
  const std::uint8_t* at = input.begin();
  const std::uint8_t* const end = input.end();
  Kind kind = Kind::need_more;
  while (at != end && kind == Kind::need_more) {
    if (after_cr_ && *at == lf) ++at;
    after_cr_ = false;
    at += take_line(at, static_cast<std::size_t>(end - at));
    if (at == end) break;
    after_cr_ = *at++ == cr;
    kind = end_line();
    line_ = end_;
    skips_ = false;
  }
  return {kind, static_cast<std::size_t>(at - input.begin())};
}

void EventParser::restart() {
  if (!told_) event_.id = text_between(room_.data(), room_.data() + kept_);
  begin_event();
  first_line_ = true;
  after_cr_ = skips_ = false;
}

Status EventParser::set_last_id(std::string_view id) {
  if (id.size() > room_.size() / 4) return Status::too_large;
  told_ = true;
  event_.id = id;
  retry_ = Duration::forever();
  restart();
  return Status::ok;
}

void EventParser::begin_event() {
  kept_ = event_.id.size();
  line_ = end_ = room_.data() + kept_;
  if (kept_ != 0) std::memmove(room_.data(), event_.id.data(), kept_);
  event_.type = {};
  event_.id = text_between(room_.data(), end_);
  tail_ = room_.end();
  has_data_ = oversized_ = told_ = false;
}

inline std::size_t EventParser::take_line(const std::uint8_t* from, std::size_t size) {
  std::size_t used = 0;
  if (!skips_) {
    used = copy_line(from, std::min(size, static_cast<std::size_t>(tail_ - end_)), end_);
    end_ += used;
    // Without room for the rest, what is known of the line is enough to know what is lost.
    skips_ = end_ == tail_;
  }
  if (skips_)
    while (used != size && !ends_line(from[used])) ++used;
  return used;
}

EventParser::Kind EventParser::end_line() {
  std::uint8_t* at = line_;
  if (first_line_ && end_ - at >= 3 && std::memcmp(at, byte_order_mark, 3) == 0) at += 3;
  first_line_ = false;
  if (at == end_) return end_event();

  // A name without a colon has an empty value; one space behind the colon is not part of it.
  const std::uint8_t* const name = at;
  while (at != end_ && *at != ':') ++at;
  const auto name_size = static_cast<std::size_t>(at - name);
  if (at != end_) ++at;
  if (at != end_ && *at == ' ') ++at;

  std::size_t known = 0;
  for (; known != 4; ++known)
    if (names[known][0] == name_size && std::memcmp(names[known] + 1, name, name_size) == 0) break;
  if (known == 4) {
    end_ = line_;
  } else if (tail_ - end_ < spare_bytes) {
    give_up_event();
  } else {
    read_field(Field{static_cast<std::uint8_t>(known)}, at);
  }
  return Kind::need_more;
}

inline void EventParser::read_field(Field field, std::uint8_t* value) {
  const auto size = static_cast<std::size_t>(end_ - value);
  if (field == Field::data) return read_data(value, size);
  if (field == Field::retry) return read_retry(value);
  if (size > room_.size() / 4) return give_up_event();
  if (field == Field::id && std::memchr(value, 0, size) != nullptr) {
    end_ = line_;
    return;
  }
  if (has_data_) {  // More data must be able to follow: this goes to the other end.
    tail_ -= size;
    std::memmove(tail_, value, size);
    value = tail_;
    end_ = line_;
  }
  (field == Field::id ? event_.id : event_.type) = text_between(value, value + size);
}

inline void EventParser::read_data(std::uint8_t* value, std::size_t size) {
  if (oversized_) {
    end_ = line_;
  } else if (has_data_) {
    *line_ = lf;
    std::memmove(line_ + 1, value, size);
    end_ = line_ + 1 + size;
  } else {
    data_ = value;
    has_data_ = true;
  }
}

inline void EventParser::read_retry(const std::uint8_t* digit) {
  std::uint32_t ms = 0;
  const bool is_empty = digit == end_;
  for (; digit != end_ && *digit >= '0' && *digit <= '9'; ++digit)
    if (ms < retry_ms_exact) ms = ms * 10 + (*digit - '0');
  if (digit == end_ && !is_empty) retry_.ms = ms;
  end_ = line_;
}

inline EventParser::Kind EventParser::end_event() {
  if (event_.type.empty()) event_.type = "message";
  event_.data = text_between(data_, end_);
  told_ = has_data_;
  if (told_) return oversized_ ? Kind::too_large : Kind::event;
  begin_event();
  return Kind::need_more;
}

void EventParser::give_up_event() {
  if (!has_data_) data_ = line_;
  end_ = data_;
  oversized_ = has_data_ = true;
}

}  // namespace mote::sse
