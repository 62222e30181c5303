// SPDX-License-Identifier: MIT
#include "mote/sse/stream.hpp"

#include <algorithm>

#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"
#include "mote/http/server.hpp"
#include "mote/sse/event_writer.hpp"

namespace mote::sse {
namespace {

using namespace std::literals;

constexpr std::string_view fields =
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\n"  // nginx, and those who do as it does
    "Connection: close\r\n";
constexpr std::string_view heartbeat_comment = ":\n\n";
constexpr std::uint16_t missed_max = 0xFFFF;

}  // namespace

const StreamOptions Streams::default_options{};

Stream::Stream(http::Server& server, io::Transport& transport, Streams& streams, void* its_user)
    : Occupant(server, transport, &streams), user(its_user) {
  since_ = loop().now();
}

Streams& Stream::streams() const { return static_cast<Streams&>(*handler_); }

Status Stream::send(const Event& event) {
  if (state_ == State::closing) return Status::not_open;
  io::ComposingBlock block(loop().blocks());
  if (block.bytes().empty()) {
    await_block();
    fall_behind();
    return Status::would_block;
  }
  ByteWriter out{block.bytes()};
  const Status status = write_event(out, event);
  return status == Status::ok ? send_written(out.written()) : status;
}

Status Stream::send_written(ByteView written) {
  if (state_ == State::closing) return Status::not_open;
  const Status status = transport_.send(written, {}, io::Urgency::data);
  if (status == Status::ok) since_ = loop().now();
  if (status == Status::would_block) fall_behind();
  return status;
}

void Stream::fall_behind() {
  if (state_ != State::open) return;
  state_ = State::behind;
  since_ = loop().now();
  check_in(streams().options_->taken_within);
}

void Stream::on_writable() {
  if (state_ == State::closing) return;
  state_ = State::open;
  since_ = loop().now();
  const http::StillHere still(*this);
  const std::uint16_t told = missed_;
  if (streams().on_writable) streams().on_writable(*this);
  if (still) missed_ = static_cast<std::uint16_t>(missed_ - told);
}

Duration Stream::check() {
  const StreamOptions& options = *streams().options_;
  const Instant now = loop().now();
  const Duration most = state_ == State::open ? options.heartbeat : options.taken_within;
  if (state_ == State::closing || most == Duration::forever()) return Duration::forever();
  if (starves_) return most;
  // Streams that were opened one after the other come to be sent their comments together.
  const Duration early{state_ == State::open ? most.ms / 16 : 0};
  if (!is_due(since_ + Duration{most.ms - early.ms}, now)) return until(since_ + most, now);
  if (state_ == State::behind) {
    transport_.abort();
    leave({Status::too_slow, Layer::sse, 0}, true);
    return Duration::forever();
  }
  (void)send_written(bytes_of(heartbeat_comment));
  return state_ == State::open ? most : options.taken_within;
}

void Stream::close() {
  if (state_ == State::closing) return;
  state_ = State::closing;
  transport_.close();
}

void Stream::on_closed(Failure why) { leave(why, true); }

void Stream::abort(bool tells) {
  transport_.abort();
  leave({Status::closed, Layer::application, 0}, tells);
}

void Stream::leave(Failure why, bool tells) {
  state_ = State::closing;
  List<Stream>::remove(*this);
  const http::StillHere still(*this);
  if (tells && streams().on_closed) streams().on_closed(*this, why);
  if (still) vacate();
}

Status Streams::broadcast(const Event& event) {
  Stream* const any = first();
  if (!any) return Status::ok;
  io::ComposingBlock block(any->loop().blocks());
  if (block.bytes().empty()) return Status::would_block;
  ByteWriter out{block.bytes()};
  const Status status = write_event(out, event);
  return status == Status::ok ? broadcast_written(out.written()) : status;
}

Status Streams::broadcast_written(ByteView written) {
  for (Stream* each = first(); each; each = next(*each)) {
    const Status status = each->writable() ? each->send_written(written) : Status::would_block;
    if (status == Status::too_large) return status;
    if (status != Status::ok && each->missed_ != missed_max) ++each->missed_;
  }
  return Status::ok;
}

void Streams::on_request(const http::Received& request, http::Responder& responder) {
  if (responder.is_head()) {
    (void)responder.stream(200, "text/event-stream"sv, {});
  } else if (open(request, responder) != Status::ok) {
    (void)http::Reply(responder, 503).lines("Retry-After: 1\r\n"sv).send();
  }
}

Status Streams::open(const http::Received& request, http::Responder& responder) {
  // The request, and what is kept of it, is gone when it has become a stream.
  char id[last_id_bytes_max];
  const std::string_view given = text_first(request.field("Last-Event-ID"sv), sizeof id);
  std::copy(given.begin(), given.end(), id);
  void* const user = responder.user;

  const Status status = http::Reply(responder, 200).lines(fields).send_head();
  if (status != Status::ok) return status;
  Stream& stream = responder.become<Stream>(*this, user);
  streams_.push_back(stream);
  stream.check_in(options_->heartbeat);
  if (options_->retry != Duration::forever()) {
    std::uint8_t room[24];
    ByteWriter out{room};
    (void)write_retry(out, options_->retry);
    (void)stream.send_written(out.written());
  }
  if (on_open) on_open(stream, {id, given.size()});
  return Status::ok;
}

}  // namespace mote::sse
