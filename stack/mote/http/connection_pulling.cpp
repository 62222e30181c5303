// SPDX-License-Identifier: MIT
// How http::Connection sends a body that is made on the way; linked with Request::more only.
#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/http/connection.hpp"
#include "mote/http/message_writer.hpp"

namespace mote::http {
namespace {

constexpr std::size_t chunk_head_bytes = 6;  // four digits and CR LF

}  // namespace

bool Pull::refill(Connection& client) { return client.refill(); }

/// Has the next piece of the body made in tx. False: there is none now, or this object may be gone.
bool Connection::refill() {
  const bool known = request_.body.size() != Request::unknown;
  if (upload_ == Upload::last || body_bytes_ == request_.body.size()) {
    end_upload();
    return false;
  }
  constexpr std::size_t around = chunk_head_bytes + chunk_end.size();
  ByteSpan room = front();
  if (known) {
    room = room.first(std::min(room.size(), request_.body.size() - body_bytes_));
  } else {
    room = room.from(chunk_head_bytes).first(room.size() - around);
  }
  pulled_ = true;
  const Watch watch(*this);
  const std::size_t size = pull(room);
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
void Connection::put_chunk(std::size_t size) {
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

}  // namespace mote::http
