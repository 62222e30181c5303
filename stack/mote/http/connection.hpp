// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/watch.hpp"
#include "mote/http/body_decoder.hpp"
#include "mote/http/exchange.hpp"
#include "mote/http/head_parser.hpp"
#include "mote/http/limits.hpp"
#include "mote/io/loop.hpp"
#include "mote/io/retry.hpp"

namespace mote::encoding {
struct Url;
}

namespace mote::http {

class MessageWriter;

/// A Client without its callbacks: what it says of `on_field` is told by got_field(), and so on, to
/// whoever derives from it.
///
///     idle --send()--> connecting --> head --> body --> kept, or closing --> idle
///     kept --send()--> head, or over a new connection when this one is lost meanwhile
///     head --redirect--> skipping (its body) --> head, or connecting
///     kept --deadline, end, unasked bytes--> closing;   any failure, cancel() --> idle
///
/// The request goes out while the response may come in: Upload says how far it is.
class Connection : io::TransportEvents, protected Watched, Exchange {
 public:
  /// Has Request::more called again after it returned Request::later.
  void send_more();

  /// Calls on_body no more until resume(): the server is held back, and the idle deadline waits.
  /// on_done may still come, when nothing was held back.
  void pause();
  void resume();
  /// Leaves the last `count` bytes of the part that on_body was just called with: they come again
  /// after resume(). For those who call pause() before they have used it all.
  void put_back(std::size_t count) { received_bytes_ -= count; }

  /// Ends the exchange at once, without on_done, and any connection, also a kept one.
  void cancel();

  bool is_busy() const { return state_ >= State::connecting; }
  /// The status code of the response, from the first on_field until the next send(); else 0.
  std::uint16_t code() const { return code_; }

  /// The memory given as rx: from on_head until the next send() the client needs none of it.
  ByteSpan spare() const { return rx_memory(); }
  /// Copies `text` into tx, where it stays until the next send(): a field that is needed in
  /// on_done, say. Empty when there is no room.
  std::string_view keep(std::string_view text);

 protected:
  /// `rx` gathers lines of the response head that arrive in parts: no line may be longer. `tx` is
  /// where the request head is composed; its far end keeps the host and the target of a redirect.
  /// Both of up to 65,535 bytes; 256 and 512 will do for most servers.
  Connection(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx);
  ~Connection() { cancel(); }

  /// As Client::send(). A body of `nullptr` and a size is pulled.
  Status send(const PlainRequest& request);

  /// What Client::limits are; asked whenever one of them counts.
  virtual Limits limits_now() const { return {}; }
  /// As Request::more_fields and Request::rewind.
  virtual void more_fields(MessageWriter&) const {}
  virtual void rewind_body() {}
  /// As Request::more. Whoever pulls lets pull_on() call refill(), which nobody else links.
  virtual std::size_t pull(ByteSpan) { return 0; }
  virtual bool pull_on() { return false; }

  /// As on_field, on_head, on_body and on_done of a Client.
  virtual void got_field(const Field&) {}
  virtual void got_head(std::uint16_t) {}
  virtual void got_body(ByteView) {}
  virtual void got_end(Failure why) = 0;

  /// Between two exchanges the timer is free for whoever derives from this: after timer_.start() or
  /// timer_.wait(), rest() has got_rested() called when it is due, unless send() or cancel() comes
  /// first. A connection that would not be kept for so long is closed.
  void rest(Duration after);
  bool rests() const { return rests_; }
  virtual void got_rested() {}
  io::Retry timer_;

  /// When the exchange began.
  Instant began() const { return began_; }
  /// Of the response body, with the part that is just being told.
  std::size_t received_bytes() const { return received_bytes_; }

 private:
  friend struct RedirectRules;
  friend class Pull;

  void on_connected() override;
  std::size_t on_received(ByteSpan bytes) override;
  void on_writable() override { send_on(); }
  void on_ended() override;
  void on_closed(Failure why) override;
  void on_due();

  void enter(State state);
  void set_deadline();
  void await_head(Answer answer);
  void begin_head();
  Status connect();
  void reconnect();
  void close_connection();
  void repeat();
  void finish(Failure outcome, bool keep);
  void fail(Status status, Layer layer = Layer::http);

  bool read_head(ByteView bytes, std::size_t& used);
  bool take_field(const HeadParser::Step& line);
  bool take_head();
  bool read_body(ByteView bytes, std::size_t& used);
  bool take_body(const BodyDecoder::Step& step, std::size_t& used);
  bool give_up(Status status);
  void begin_body(const Framing& framing, State state);
  void end_body(bool more_follows);

  Status compose();
  Status write_fields(MessageWriter& head);
  void send_on();
  void end_upload();
  bool refill();
  void put_chunk(std::size_t size);
  bool rewind();

  bool take_location(std::string_view value);
  bool follow(const Framing& framing);
  Status redirect(bool& reuse);
  Status keep_origin(const encoding::Url& url, std::size_t target_bytes);
  bool is_at(const encoding::Url& url) const;
  encoding::Url current_url() const;

  union Reader {
    Reader() {}
    HeadParser head;
    BodyDecoder body;
  } reader_;
};

}  // namespace mote::http
