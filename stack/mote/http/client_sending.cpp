// SPDX-License-Identifier: MIT
// The half of http::Client that writes requests.
#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/percent.hpp"
#include "mote/encoding/token.hpp"
#include "mote/encoding/url.hpp"
#include "mote/http/client.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::http {
namespace {

using encoding::Url;

constexpr std::string_view own_fields = "Host, Content-Length, Transfer-Encoding";
constexpr std::string_view secret_fields = "Authorization, Cookie, Proxy-Authorization";
constexpr std::size_t chunk_head_bytes = 6;  // four digits and CR LF

bool describes_body(std::string_view name) {
  constexpr std::string_view prefix = "Content-";
  return encoding::equal_ignoring_case(text_first(name, prefix.size()), prefix);
}

/// Whether a request of this method without a body says so (RFC 9110 §8.6).
bool expects_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

/// Makes the request's head in tx, to be sent from its first byte on.
Status Client::compose() {
  Url first, url;
  Status status = encoding::parse_url(request_.url, first);
  if (status == Status::ok) status = encoding::parse_url(current_url(), url);
  if (status != Status::ok) return status;
  // The user behind the head, where its text is decoded.
  ByteSpan room = front();
  Field user{};
  if (!first.user_info.empty() && !hides_secrets_) {
    if (first.user_info.size() > room.size()) return Status::too_large;
    ByteWriter decoded(room.from(room.size() - first.user_info.size()));
    room = room.first(room.size() - first.user_info.size());
    status = encoding::decode_percent(first.user_info, decoded);
    if (status != Status::ok) return Status::bad_url;
    const std::string_view text = decoded.text();
    const std::size_t colon = std::min(text.find(':'), text.size());
    user = basic(text_first(text, colon), text_from(text, colon + 1));
  }
  MessageWriter head(room);
  head.request(request_.method, url);
  status = write_fields(head, user);
  if (status == Status::ok) status = head.end().status();
  if (status != Status::ok) return status;
  unsent_at_ = 0;
  unsent_end_ = static_cast<std::uint16_t>(head.written().size());
  body_bytes_ = 0;
  pulled_ = false;
  return Status::ok;
}

/// `user`, from the URL, yields to an Authorization of the request's own.
Status Client::write_fields(MessageWriter& head, const Field& user) const {
  bool has_user = user.kind == Field::Kind::basic;
  for (const Field& field : request_.fields) {
    const bool named = field.kind <= Field::Kind::secret;
    if (named && encoding::list_contains(own_fields, field.name)) return Status::bad_argument;
    if (named && drops_body_ && describes_body(field.name)) continue;
    const bool is_secret =
        field.kind != Field::Kind::plain || encoding::list_contains(secret_fields, field.name);
    if (is_secret && hides_secrets_) continue;
    if (!named || encoding::equal_ignoring_case(field.name, "Authorization")) has_user = false;
    put_field(head, field);
  }
  if (has_user) put_field(head, user);
  if (request_.more_fields) request_.more_fields(head);
  const std::size_t size = request_.more ? request_.more_bytes : request_.body.size();
  if (request_.more && size == Request::unknown) {
    head.field("Transfer-Encoding", "chunked");
  } else if (size != 0 || expects_body(request_.method)) {
    head.field("Content-Length", std::uint64_t{size});
  }
  return head.status();
}

/// Sends what the transport has room for: what lies in tx, then the body from where it lies.
void Client::send_on() {
  while (upload_ >= Upload::going) {
    ByteView unsent = tx_.first(unsent_end_).from(unsent_at_);
    ByteView body = request_.more ? ByteView{} : request_.body.from(body_bytes_);
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
  const bool known = request_.more_bytes != Request::unknown;
  if (!request_.more || upload_ == Upload::last || (known && body_bytes_ == request_.more_bytes)) {
    upload_ = Upload::done;
    set_deadline();
    return false;
  }
  constexpr std::size_t around = chunk_head_bytes + chunk_end.size();
  ByteSpan room = front();
  if (known) {
    room = room.first(std::min(room.size(), request_.more_bytes - body_bytes_));
  } else {
    room = room.from(chunk_head_bytes).first(room.size() - around);
  }
  pulled_ = true;
  const Watch watch(*this);
  const std::size_t size = request_.more(room);
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
  std::memmove(tx_.data() + unsent_at_, tx_.data(), frame.size());
  ByteWriter end(front().from(chunk_head_bytes + size));
  end.put(chunk_end);
  unsent_end_ = static_cast<std::uint16_t>(chunk_head_bytes + size + chunk_end.size());
}

std::string_view Client::keep(std::string_view text) {
  // Pieces of a body that still goes out need a little room as well.
  constexpr std::size_t room_least = 64;
  const std::size_t needed = text.size() + std::max<std::size_t>(unsent_end_, room_least);
  if (front().size() < needed) return {};
  far_bytes_ = static_cast<std::uint16_t>(far_bytes_ + text.size());
  std::uint8_t* const kept = tx_.data() + front().size();
  std::memcpy(kept, text.data(), text.size());
  return text_of({kept, text.size()});
}

}  // namespace mote::http
