// SPDX-License-Identifier: MIT
#include "mote/http/reply.hpp"

#include <cstring>

#include "mote/http/date.hpp"
#include "mote/http/filter.hpp"
#include "mote/http/server.hpp"

namespace mote::http {

using namespace std::literals;

/// What finish_head() writes at most.
constexpr std::size_t framing_bytes_max =
    "Content-Length: 4294967295\r\nConnection: keep-alive\r\n\r\n"sv.size();

Reply::Reply(Responder& to, std::uint16_t code)
    : to_(to), block_(to.loop().blocks()), head_(block_.bytes()), code_(code) {
  head_.response(code);
  // A server that knows the time says it (RFC 9110 §6.6.1).
  if (const std::uint64_t now = to.loop().unix_seconds()) {
    std::uint8_t text[29];
    ByteWriter date{text};
    write_date(date, now);
    head_.field("Date"sv, date.text());
  }
  for (const Filter* const each : to.server().options().filters) each->write_fields(to, head_);
}

Reply& Reply::field(std::string_view name, std::string_view value) {
  head_.field(name, value);
  return *this;
}

Reply& Reply::lines(std::string_view text) {
  head_.lines(text);
  return *this;
}

Reply& Reply::type(std::string_view media_type) {
  if (!media_type.empty()) head_.field("Content-Type"sv, media_type);
  return *this;
}

/// RFC 9110 §6.4.1.
bool Reply::has_body() const { return code_ >= 200 && code_ != 204 && code_ != 304; }

Status Reply::begin() {
  if (!to_.may_answer()) return Status::not_open;
  if (!block_.bytes().empty()) return Status::ok;
  to_.await_block();
  return Status::would_block;
}

/// Writes what the message's end and the connection's are known by.
Status Reply::finish_head(std::size_t size) {
  const Status status = begin();
  if (status != Status::ok) return status;
  if (has_body()) {
    if (size != Responder::unknown) {
      head_.field("Content-Length"sv, std::uint64_t{size});
    } else if (to_.begin_chunks()) {
      head_.field("Transfer-Encoding"sv, "chunked"sv);
    }
  }
  const std::string_view connection = to_.connection_option();
  if (!connection.empty()) head_.field("Connection"sv, connection);
  head_.end();
  return head_.status();
}

ByteSpan Reply::body_room(std::size_t spare) {
  if (block_.bytes().empty() || head_.status() != Status::ok) return {};
  const std::size_t most = io::surely_sent_bytes(block_.bytes().size());
  const std::size_t head = head_.written().size() + framing_bytes_max + spare;
  return head < most ? block_.bytes().first(most).from(head) : ByteSpan{};
}

/// Sends the head and `body` as one piece.
Status Reply::send_written(ByteView body) {
  const std::size_t size = head_.written().size();
  if (body.size() > block_.bytes().size() - size) return Status::too_large;
  if (!body.empty()) std::memmove(block_.bytes().data() + size, body.data(), body.size());
  return to_.send_composed(block_, size + body.size());
}

Status Reply::send(ByteView body) {
  Status status = finish_head(body.size());
  if (status == Status::ok) status = send_written(has_body() && !to_.is_head() ? body : ByteView{});
  if (status == Status::ok) to_.answer_is({});
  return status;
}

Status Reply::send_constant(ByteView body) {
  Status status = finish_head(body.size());
  if (status == Status::ok) status = send_written({});
  if (status == Status::ok) to_.answer_is(has_body() && !to_.is_head() ? body : ByteView{});
  return status;
}

Status Reply::stream(Responder::More more, std::size_t size) {
  Status status = finish_head(size);
  if (status == Status::ok) status = send_written({});
  if (status == Status::ok) to_.answer_is_pulled(more, to_.is_head() || !has_body() ? 0 : size);
  return status;
}

Status Reply::send_head() {
  Status status = begin();
  if (status != Status::ok) return status;
  status = head_.end().status();
  // It may not wait in a block: nobody would be there to send it.
  return status == Status::ok ? to_.transport().send(head_.written(), {}, io::Urgency::data)
                              : status;
}

}  // namespace mote::http
