// SPDX-License-Identifier: MIT
#include "mote/webhook/sender.hpp"

#include <cstring>

#include "mote/base/byte_writer.hpp"
#include "mote/encoding/hex.hpp"
#include "mote/encoding/url.hpp"
#include "mote/http/message_writer.hpp"
#include "mote/webhook/signature.hpp"

namespace mote::webhook {
namespace {

using namespace std::literals;

/// A place begins with the size of its body.
constexpr std::size_t size_bytes = 2;

/// How often a device that does not know the time looks again.
constexpr Duration clock_wait{1'000};

bool is_type(std::string_view type) {
  for (const char c : type) {
    const char small = static_cast<char>(c | 0x20);
    const bool is_name = (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9');
    if (!is_name && c != '.' && c != '_' && c != '-') return false;
  }
  return !type.empty();
}

std::string_view write_seconds(ByteSpan room, std::uint64_t seconds) {
  ByteWriter writer{room};
  writer.number(seconds);
  return text_of(ByteView{room.data(), writer.size()});
}

}  // namespace

Status Sender::post(std::string_view type, std::string_view json) {
  const Status usable = check_target();
  if (usable != Status::ok) return usable;
  if (!is_type(type)) return Status::bad_argument;
  if (count_ == places_) return Status::no_slot;
  const Status status = compose(place(count_), type, json);
  if (status != Status::ok) return status;
  while (epoch_ == 0) loop().random({reinterpret_cast<std::uint8_t*>(&epoch_), sizeof epoch_});
  ++number_;
  if (++count_ == 1) {
    attempts_ = 0;
    timer_.succeeded();
    ask_after({0});
  }
  return Status::ok;
}

void Sender::clear() {
  abort();
  count_ = 0;
}

/// What the first delivery would be refused for, found at post(): nothing that waits is in vain.
Status Sender::check_target() const {
  encoding::Url url;
  const Status status = encoding::parse_url(target_.url.text(), url);
  if (status != Status::ok) return status;
  if (url.scheme != encoding::Url::Scheme::http && url.scheme != encoding::Url::Scheme::https)
    return Status::bad_url;
  char signature[signature_size];
  return sign(target_.secret.text(), {}, {}, {}, signature);
}

ByteSpan Sender::place(std::size_t index) const {
  return {queue_ + (first_ + index) % places_ * each_bytes_, each_bytes_};
}

Status Sender::compose(ByteSpan place, std::string_view type, std::string_view json) const {
  if (place.size() <= size_bytes) return Status::too_large;
  ByteWriter body{place.from(size_bytes)};
  body.put("{\"type\":\""sv).put(type).put("\",\"data\":"sv).put(json).put('}');
  const auto size = static_cast<std::uint16_t>(body.size());
  std::memcpy(place.data(), &size, size_bytes);
  return body.status();
}

ByteView Sender::body_of_first() const {
  const ByteSpan first = place(0);
  std::uint16_t size = 0;
  std::memcpy(&size, first.data(), size_bytes);
  return first.from(size_bytes).first(size);
}

std::string_view Sender::write_id(Id& room) const {
  ByteWriter writer{ByteSpan{reinterpret_cast<std::uint8_t*>(room.data()), room.size()}};
  writer.put("msg_"sv);
  encoding::put_hex(writer, {reinterpret_cast<const std::uint8_t*>(&epoch_), sizeof epoch_});
  writer.put('_').number(number_ - count_);
  return {room.data(), writer.size()};
}

void Sender::more_fields(http::MessageWriter& head) const {
  Id id_room;
  std::uint8_t time_room[20];
  char signature[signature_size];
  const std::string_view id = write_id(id_room);
  const std::string_view time = write_seconds(time_room, loop().unix_seconds());
  (void)sign(
      target_.secret.text(), id, time, body_of_first(), signature);  // check_target() tried it.
  head.lines("Content-Type: application/json\r\n"sv)
      .field("webhook-id"sv, id)
      .field("webhook-timestamp"sv, time)
      .field("webhook-signature"sv, {signature, sizeof signature});
}

Status Sender::ask() {
  if (loop().unix_seconds() == 0) return Status::clock_unknown;
  constexpr bool may_repeat = true;  // It may come twice: its id tells.
  return send_again({"POST"sv,
                     target_.url.text(),
                     target_.fields,
                     body_of_first(),
                     http::Redirects::report,
                     may_repeat});
}

http::Limits Sender::limits_now() const {
  http::Limits limits;
  limits.whole = answer_within;
  return limits;
}

void Sender::got_end(Failure why) {
  if (why.status == Status::clock_unknown && why.layer == Layer::application) {
    ask_after(clock_wait);
    if (on_retry) on_retry(why, clock_wait);
    return;
  }
  if (attempts_ != 0xFF) ++attempts_;
  const auto code = why.status == Status::ok ? why.native : 0;
  const bool delivered = code >= 200 && code < 300;
  if (!delivered) {
    if (code != 0) why = {Status::http_status, Layer::http, code};
    if (code != 410 && attempts_ < attempts_max) return plan(why, backoff);
    ++loop().count.drops;
  }
  tell_and_go_on(delivered ? on_delivered : on_given_up, why);
}

void Sender::tell_and_go_on(const Callback<void(const Delivery&)>& event, Failure why) {
  Id room;
  const Delivery delivery{write_id(room), why, attempts_};
  first_ = static_cast<std::uint16_t>((first_ + 1u) % places_);
  --count_;
  attempts_ = 0;
  timer_.succeeded();
  state_ = State::closed;
  if (count_ != 0) ask_after({0});
  if (event) event(delivery);
}

}  // namespace mote::webhook
