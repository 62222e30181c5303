// SPDX-License-Identifier: MIT
#pragma once

#include <new>
#include <utility>

#include "mote/base/byte_writer.hpp"
#include "mote/http/body_decoder.hpp"
#include "mote/http/handler.hpp"
#include "mote/http/occupant.hpp"

namespace mote::http {

class Ticket;

/// A connection of a Server while it speaks HTTP, and the way to answer its request.
///
///     idle --first byte--> head --> body --> asked --answer--> answering --> idle, or the end
///                                                 \--become()--> something else
///     an answer while the body still comes --> answering --> draining --> the end
class Responder final : public Occupant {
 public:
  /// A body's length that nobody knows yet: it goes out in chunks.
  static constexpr std::size_t unknown = ~std::size_t{0};
  /// `more` has nothing now: send_more() will tell when it has.
  static constexpr std::size_t later = ~std::size_t{0};
  /// Fills `room` with the next piece of a body and returns its size; 0 ends the body.
  using More = Callback<std::size_t(ByteSpan room)>;

  Responder(Server& server, io::Transport& transport)
      : Occupant(server, transport, nullptr, false) {
    begin();
  }

  /// Answers with a copy of `body`, which with its head fits into one of the loop's blocks. See
  /// Reply for what is returned, and for more header fields.
  Status answer(std::uint16_t code, std::string_view type = {}, std::string_view body = {});
  /// Answers with a body of any size that stays as it is for ever.
  Status answer_constant(std::uint16_t code, std::string_view type, ByteView body);
  /// Answers with a body that is asked for piece by piece as the client takes it: the first bytes
  /// go out at once, however long the rest takes. `more` is called from Loop::poll() until it
  /// returns 0, or on_gone tells that the client went. Fewer bytes than `size` cut the connection
  /// off, so that the client notices.
  Status stream(std::uint16_t code, std::string_view type, More more, std::size_t size = unknown);
  /// Has `more` called again after it returned `later`.
  void send_more();

  /// To answer later: void when the client has gone, or its answer is sent whole.
  Ticket ticket();
  /// The same without a ticket: the request waits, at the price of its place, until the handler
  /// finds it among Server::occupant() by is_held(), or so long has passed: then it is told
  /// Handler::on_held_out(). `mark` is the handler's own.
  void hold(Duration at_most, std::uint32_t mark = 0);
  /// Of a request that hold() holds.
  std::uint32_t mark() const { return static_cast<std::uint32_t>(left_); }

  /// From now on `handler` hears of this request, from whoever heard of it until now.
  void pass_to(Handler& handler) { handler_ = &handler; }

  /// Makes this connection something else, after Reply::send_head(); this object is no more. T
  /// derives from Occupant and is made of server, transport and `arguments`.
  template <class T, class... Arguments>
  T& become(Arguments&&... arguments) {
    static_assert(sizeof(T) <= Place::bytes && alignof(T) <= alignof(Place),
                  "what a connection becomes must fit its place");
    Server& server = server_;
    io::Transport& transport = transport_;
    T& made = *::new (make_way()) T(server, transport, std::forward<Arguments>(arguments)...);
    transport.hand_over(made);
    return made;
  }

  /// Holds the client back while its body comes in parts, until resume().
  void resume();

  bool speaks_http_1_0() const { return old_; }
  /// Whether the request is a HEAD: then bodies are left out by themselves.
  bool is_head() const { return is_head_; }
  /// Whether it still waits for its answer.
  bool may_answer() const {
    return !answered_ && (state_ == State::body || state_ == State::asked);
  }
  /// Whether somebody took a ticket for it, and it still waits for its answer.
  bool is_held() const { return held_ && may_answer(); }
  /// While it is held: since when it is there.
  Instant asked_at() const { return since_; }

  void* user = nullptr;          ///< the handler's own, nullptr when a request begins
  std::uint8_t filter_mark = 0;  ///< a filter's own, 0 when a request begins

  Duration check() override;
  void on_block_free() override;
  void wind_up() override;
  void abort(bool tells) override;

 private:
  friend class Reply;
  friend class Ticket;
  enum class State : std::uint8_t { idle, head, body, asked, answering, draining, closing };
  enum class Body : std::uint8_t { gathered, in_parts, dropped };
  struct Request;

  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override;
  void on_writable() override;
  void on_ended() override;
  void on_closed(Failure why) override;

  // Reading a request.
  void begin();
  bool begin_head();
  bool read_head(ByteSpan bytes, std::size_t& used);
  void take_start_line(const HeadParser::Step& line);
  void take_field(std::string_view name, std::string_view value);
  bool take_head();
  bool begin_body(const Received& received, const Framing& framing);
  void ask_for_body();
  bool read_body(ByteSpan bytes, std::size_t& used);
  bool take_part(ByteView data, std::size_t& used);
  bool pass_filters(const Received& received);
  bool call_handler();
  bool after_call();
  bool refuse(std::uint16_t code);
  bool give_up(std::uint16_t code);
  void break_off(std::uint16_t code);
  std::uint16_t find_route(std::string_view method, std::string_view path);
  void write_allowed(ByteWriter& out, std::string_view path) const;
  Received received() const;
  Request& request() const;
  void keep(std::string_view text);

  // Answering, for Reply.
  std::string_view connection_option();
  bool begin_chunks();
  Status send_composed(io::ComposingBlock& block, std::size_t size);
  void answer_is(ByteView constant);
  void answer_is_pulled(More more, std::size_t size);
  void send_on();
  bool send_pending();
  bool send_piece();
  void finish();
  void close();
  void tell_gone();
  void* make_way();

  State state_ = State::idle;
  Body body_ = Body::gathered;
  // One byte each would cost every idle connection twelve.
  bool keep_alive_ : 1;
  bool old_ : 1;  // HTTP/1.0
  bool is_head_ : 1;
  bool body_read_ : 1;
  bool answered_ : 1;
  bool calling_ : 1;  // the application is being called: views of the request must stay
  bool told_ : 1;     // the handler knows of the request
  bool held_ : 1;     // somebody has a ticket
  bool ended_ : 1;    // the client has ended its half
  bool pulled_ : 1;   // more_ is asked for the body of the answer
  bool chunked_ : 1;
  bool waits_ : 1;  // more_ said later, or on_body took less than all
  std::uint32_t pending_bytes_ = 0;
  std::uint8_t* block_ = nullptr;    // the Request, and behind it what is kept of it
  std::uint8_t* pending_ = nullptr;  // a block with what the transport had no room for
  std::size_t left_ = 0;  // of the answer's body; draining: how much more is read; held: the mark
  union {
    const std::uint8_t* constant_ = nullptr;
    More more_;
    Duration held_for_;  // asked
  };
};

/// A request that is answered later.
class Ticket {
 public:
  Ticket() = default;
  /// Whom to answer; nullptr when the client has gone, or its answer is sent whole. Only while the
  /// server lives.
  Responder* responder() const;

 private:
  friend class Responder;
  Place* place_ = nullptr;
  std::uint16_t tenant_ = 0;
  std::uint16_t request_ = 0;
};

}  // namespace mote::http
