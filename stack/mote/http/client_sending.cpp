// SPDX-License-Identifier: MIT
// The half of http::Client that writes requests.
#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/encoding/url.hpp"
#include "mote/http/client.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::http {
namespace {

using namespace std::literals;
using encoding::Url;

constexpr std::string_view own_fields = "Host, Content-Length, Transfer-Encoding";
constexpr std::string_view secret_fields = "Authorization, Cookie, Proxy-Authorization";
/// Without a body, a request of these methods says so (RFC 9110 §8.6).
constexpr std::string_view methods_with_body = "POST,PUT,PATCH";
constexpr std::size_t chunk_head_bytes = 6;  // four digits and CR LF

}  // namespace

/// Makes the request's head in tx, to be sent from its first byte on.
Status Client::compose() {
  MessageWriter head(front());
  head.request(method_, current_url());
  Status status = write_fields(head);
  if (status == Status::ok) status = head.end().status();
  if (status != Status::ok) return status;
  unsent_at_ = 0;
  unsent_end_ = static_cast<std::uint16_t>(head.written().size());
  body_bytes_ = 0;
  pulled_ = false;
  return Status::ok;
}

Status Client::write_fields(MessageWriter& head) {
  Url url;
  (void)encoding::parse_url(url_, url);
  bool has_user = !url.user_info.empty() && !hides_secrets_;
  for (const Field& field : fields_) {
    const bool named = field.kind <= Field::Kind::secret;
    const std::string_view name = named ? field.name : "Authorization"sv;
    if (encoding::list_contains(own_fields, name)) return Status::bad_argument;
    if (drops_body_ && encoding::equal_ignoring_case(text_first(name, 8), "Content-"sv)) continue;
    if (hides_secrets_ &&
        (field.kind != Field::Kind::plain || encoding::list_contains(secret_fields, name)))
      continue;
    // Whoever gives an Authorization needs none made of the URL.
    if (encoding::equal_ignoring_case(name, "Authorization"sv)) has_user = false;
    put_field(head, field);
  }
  if (has_user) head.user(url.user_info);
  if (more_fields_) more_fields_(head);
  const std::size_t size = body_.size();
  if (more_ && size == Request::unknown) {
    head.field("Transfer-Encoding"sv, "chunked"sv);
  } else if (size != 0 || encoding::list_contains(methods_with_body, method_)) {
    head.field("Content-Length"sv, std::uint64_t{size});
  }
  return head.status();
}

/// Sends what the transport has room for: what lies in tx, then the body from where it lies.
void Client::send_on() {
  while (upload_ >= Upload::going) {
    ByteView unsent = tx_memory().first(unsent_end_).from(unsent_at_);
    ByteView body = more_ ? ByteView{} : body_.from(body_bytes_);
    if (unsent.empty() && body.empty()) {
      if (!refill()) return;
      continue;
    }
    // Without room one byte asks for it: on_writable follows.
    const std::size_t room = std::max<std::size_t>(transport_.room(io::Urgency::data), 1);
    unsent = unsent.first(std::min(unsent.size(), room));
    body = body.first(std::min(body.size(), room - unsent.size()));
    const Status status = transport_.send(unsent, body, io::Urgency::data);
    if (status == Status::would_block) return;
    if (status != Status::ok) return fail(status);
    unsent_at_ = static_cast<std::uint16_t>(unsent_at_ + unsent.size());
    body_bytes_ += body.size();
    set_deadline();
  }
}

/// Has the next piece of the body made in tx. False: there is none now, or this object may be gone.
bool Client::refill() {
  const bool known = body_.size() != Request::unknown;
  if (!more_ || upload_ == Upload::last || (known && body_bytes_ == body_.size())) {
    upload_ = Upload::done;
    set_deadline();
    return false;
  }
  constexpr std::size_t around = chunk_head_bytes + chunk_end.size();
  ByteSpan room = front();
  if (known) {
    room = room.first(std::min(room.size(), body_.size() - body_bytes_));
  } else {
    room = room.from(chunk_head_bytes).first(room.size() - around);
  }
  pulled_ = true;
  const Watch watch(*this);
  const std::size_t size = more_(room);
  if (watch.ended()) return false;
  if (size == Request::later) {
    upload_ = Upload::later;
    set_deadline();
    return false;
  }
  expects(size <= room.size());
  body_bytes_ += size;
  if (known && size == 0) {
    fail(Status::bad_argument, Layer::application);
    return false;
  }
  if (known) {
    unsent_at_ = 0;
    unsent_end_ = static_cast<std::uint16_t>(size);
  } else {
    put_chunk(size);
  }
  return true;
}

/// Puts a chunk's frame around `size` bytes of data, which lie behind the room for its head; makes
/// the last chunk when there are none.
void Client::put_chunk(std::size_t size) {
  unsent_at_ = 0;
  ByteWriter frame(front());
  if (size == 0) {
    upload_ = Upload::last;
    frame.put(last_chunk);
    unsent_end_ = static_cast<std::uint16_t>(frame.size());
    return;
  }
  write_chunk_size(frame, static_cast<std::uint32_t>(size));
  unsent_at_ = static_cast<std::uint16_t>(chunk_head_bytes - frame.size());
  std::memmove(tx_ + unsent_at_, tx_, frame.size());
  ByteWriter end(front().from(chunk_head_bytes + size));
  end.put(chunk_end);
  unsent_end_ = static_cast<std::uint16_t>(chunk_head_bytes + size + chunk_end.size());
}

/// Lets the body begin again. False when this object may be gone.
bool Client::rewind() {
  if (!rewind_) return true;
  const Watch watch(*this);
  rewind_();
  return !watch.ended();
}

std::string_view Client::keep(std::string_view text) {
  // Pieces of a body that still goes out need a little room as well.
  constexpr std::size_t room_least = 64;
  const std::size_t needed = text.size() + std::max<std::size_t>(unsent_end_, room_least);
  if (front().size() < needed) return {};
  far_bytes_ = static_cast<std::uint16_t>(far_bytes_ + text.size());
  std::uint8_t* const kept = tx_ + front().size();
  std::memcpy(kept, text.data(), text.size());
  return text_of({kept, text.size()});
}

}  // namespace mote::http
