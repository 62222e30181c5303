// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/list.hpp"
#include "mote/http/handler.hpp"
#include "mote/http/occupant.hpp"
#include "mote/sse/event.hpp"

namespace mote::sse {

class Streams;

/// How event streams are kept. Outlives the Streams that use it; may lie in flash.
struct StreamOptions {
  /// Who has not been sent anything for so long is sent a comment, up to a sixteenth earlier, so
  /// that what stands between does not take the stream for dead.
  Duration heartbeat{15'000};
  /// Without the client taking anything, while there is something to send: then it is ended.
  Duration taken_within{30'000};
  /// What clients are asked to wait before they reconnect; forever() asks for nothing.
  Duration retry = Duration::forever();
};

/// One client's event stream: the connection of a server, once a request has become it. Ends as the
/// connection does, so there are no chunks, and every client of HTTP/1.0 or 1.1 can read it.
///
///     open --send--> open --no room--> behind --on_writable--> open
///                                        \--taken_within: the end
///
/// Costs its http::Place, and nothing else.
class Stream final : public http::Occupant, public Linked<Stream> {
 public:
  /// Sends an event whole, composed in one of the loop's blocks, or nothing. `would_block`: no room
  /// now; on_writable follows. `too_large`: it does not fit a block, see event_bytes_max(), or is
  /// more than the transport ever takes in one piece.
  /// `bad_argument`: its type or id is no single line. `not_open`: the stream has ended.
  Status send(const Event& event);
  /// The same for what write_event(), write_retry() or write_comment() wrote.
  Status send_written(ByteView written);

  /// Ends the stream; on_closed follows. Clients that keep to the standard come back: answer those
  /// who should not with 204.
  void close();

  /// Broadcasts that this client has missed since it was told on_writable, for want of room; 65,535
  /// stands for more, too.
  std::uint16_t missed() const { return missed_; }
  /// Whether nothing was refused for want of room since on_writable.
  bool writable() const { return state_ == State::open; }

  void* user;  ///< the application's own; what http::Responder::user was

 private:
  friend class Streams;
  friend class http::Responder;
  enum class State : std::uint8_t { open, behind, closing };

  Stream(http::Server& server, io::Transport& transport, Streams& streams, void* its_user);

  Streams& streams() const;
  void fall_behind();
  void leave(Failure why, bool tells);

  Duration check() override;
  void on_block_free() override { on_writable(); }
  void wind_up() override { close(); }
  void abort(bool tells) override;

  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override { return bytes.size(); }
  void on_writable() override;
  void on_ended() override { close(); }
  void on_closed(Failure why) override;

  State state_ = State::open;
  std::uint16_t missed_ = 0;
};

/// Answers GET with an event stream (WHATWG HTML §9.2), any number of them, of one server.
///
///     sse::Streams events;
///     const http::Route routes[] = {{"GET", "/events", events}};
///     events.on_open = [](sse::Stream& one, std::string_view last_id) { … };
///     (void)events.broadcast({"reading", "21.5", {}});
class Streams final : public http::Handler {
 public:
  /// Of the id that a client had last, so many bytes are told. Send none that are longer.
  static constexpr std::size_t last_id_bytes_max = 64;

  /// A client is there: it has had everything up to the event `last_id`, or is new when that is
  /// empty.
  Callback<void(Stream& stream, std::string_view last_id)> on_open;
  /// There is room again. Stream::missed() tells what broadcasts it did not get.
  Callback<void(Stream& stream)> on_writable;
  /// Once for each on_open, and last; nothing can be sent any more. `too_slow`: it took nothing for
  /// so long.
  Callback<void(Stream& stream, Failure why)> on_closed;

  /// Uses `options`, which must outlive this, from now on.
  void use(const StreamOptions& options) { options_ = &options; }

  /// Sends an event, composed once, to all. Who has no room for it, or had none for the one before,
  /// misses it, and is told how many when there is room. `too_large`, `bad_argument`: as
  /// Stream::send(). `would_block`: no block is free to compose in; nobody was sent it.
  Status broadcast(const Event& event);
  /// The same for what was written already.
  Status broadcast_written(ByteView written);

  /// Each stream in turn, in the order in which they opened; nullptr behind the last.
  Stream* first() { return streams_.front(); }
  Stream* next(Stream& stream) { return streams_.after(stream); }

  void on_request(const http::Received& request, http::Responder& responder) override;
  /// Makes a request a stream: for handlers of one's own, which look at it first. Otherwise than
  /// `ok`: it could not be, and is not answered yet. After `ok` there is no responder any more, and
  /// `request` is void.
  Status open(const http::Received& request, http::Responder& responder);

 private:
  friend class Stream;
  static const StreamOptions default_options;

  const StreamOptions* options_ = &default_options;
  List<Stream> streams_;
};

}  // namespace mote::sse
