// SPDX-License-Identifier: MIT
// The half of http::Connection that writes requests.
#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/token.hpp"
#include "mote/encoding/url.hpp"
#include "mote/http/connection.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::http {
namespace {

using encoding::Url;

/// The client's own fields, and the secret ones.
constexpr const char* special_fields =
    "host,content-length,transfer-encoding,"
    "authorization,cookie,proxy-authorization";
constexpr std::size_t last_own = 3;
constexpr std::size_t authorization = 4;
/// Without a body, a request of these methods says so (RFC 9110 §8.6).
constexpr const char* methods_with_body = "post,put,patch";

}  // namespace

/// Makes the request's head in tx, to be sent from its first byte on.
Status Connection::compose() {
  MessageWriter head(front());
  head.request(request_.method, current_url());
  Status status = write_fields(head);
  if (status == Status::ok) status = head.end().status();
  if (status != Status::ok) return status;
  unsent_at_ = 0;
  unsent_end_ = static_cast<std::uint16_t>(head.written().size());
  body_bytes_ = 0;
  pulled_ = false;
  return Status::ok;
}

Status Connection::write_fields(MessageWriter& head) {
  Url url;
  (void)encoding::parse_url(request_.url, url);
  bool has_user = !url.user_info.empty() && !hides_secrets_;
  for (const Field& field : request_.fields) {
    const std::size_t special =
        field.put ? authorization : encoding::word_in(field.name, special_fields);
    if (special != 0 && special <= last_own) return Status::bad_argument;
    if (drops_body_ && encoding::is_word(text_first(field.name, 8), "content-")) continue;
    if (hides_secrets_ && (field.is_secret || special != 0)) continue;
    // Whoever gives an Authorization needs none made of the URL.
    if (special == authorization) has_user = false;
    if (field.put) {
      field.put(head, field);
    } else {
      head.field(field.name, field.value);
    }
  }
  if (has_user) head.user(url.user_info);
  more_fields(head);
  const std::size_t size = request_.body.size();
  if (size == Request::unknown) {
    head.field("Transfer-Encoding", "chunked");
  } else if (size != 0 || encoding::word_in(request_.method, methods_with_body) != 0) {
    head.field("Content-Length", std::uint64_t{size});
  }
  return head.status();
}

/// Sends what the transport has room for: what lies in tx, then the body from where it lies.
void Connection::send_on() {
  while (upload_ >= Upload::going) {
    ByteView unsent = tx_memory().first(unsent_end_).from(unsent_at_);
    ByteView body = pulls() ? ByteView{} : request_.body.from(body_bytes_);
    if (unsent.empty() && body.empty()) {
      if (!pulls()) return end_upload();
      if (!pull_on()) return;
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

void Connection::end_upload() {
  upload_ = Upload::done;
  set_deadline();
}

/// Lets the body begin again. False when this object may be gone.
bool Connection::rewind() {
  if (drops_body_) return true;
  const Watch watch(*this);
  rewind_body();
  return !watch.ended();
}

std::string_view Connection::keep(std::string_view text) {
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
