// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/callback.hpp"
#include "mote/base/watch.hpp"
#include "mote/encoding/utf8.hpp"
#include "mote/io/loop.hpp"
#include "mote/io/transport.hpp"
#include "mote/ws/close_code.hpp"
#include "mote/ws/frame.hpp"
#include "mote/ws/options.hpp"

namespace mote::ws {

/// How a WebSocket ended.
struct Close {
  Failure failure;          ///< `closed` after a proper closing handshake
  std::uint16_t code;       ///< RFC 6455 §7.4; 1006 when the connection was just gone
  std::string_view reason;  ///< as the peer gave it, or empty; lives during the callback
};

/// A WebSocket after its opening handshake, in either role: frames in, frames out, control frames
/// answered, the closing handshake, liveness (RFC 6455 §5 to §7). Clients and servers derive from
/// it.
///
///     opening -> open -- close() --> closing -- its close frame --> ending
///                 \-- its close frame, its fault, or the end of the stream --^
///
/// Bytes are read where the transport has them. A message that comes in parts is gathered in the
/// memory that was given, or in one of the loop's blocks; the last 125 bytes of either are for a
/// control frame that comes in parts.
class Connection : protected Watched {
 public:
  /// Sends a whole message. The bytes may be reused at once. `text` is to be UTF-8. `would_block`:
  /// nothing was taken, on_writable follows. `too_large`: more than a block less 176 bytes (the
  /// frame's header, and what a transport leaves for control): see send_pieces(). `busy`: a message
  /// is being sent in pieces; on_writable follows when it is sent. `not_open`.
  Status send_text(std::string_view text);
  Status send_binary(ByteView bytes);
  /// Sends a message of any size: asks `more` for the next piece, which it writes into `room` and
  /// returns the size of; 0 ends the message. Each piece goes out as a fragment, whole. `ok`: more
  /// is called from Loop::poll() until it returns 0 or the connection ends. `would_block`: no block
  /// was free, on_writable follows.
  Status send_pieces(Opcode text_or_binary, Callback<std::size_t(ByteSpan room)> more);
  /// The largest message that a send would take now, in bytes.
  std::size_t room() const;

  /// Which of the offered subprotocols the server chose; empty when none. Valid while open.
  std::string_view subprotocol() const;

  /// Whether the message whose pieces are being told is text or binary.
  Opcode message_kind() const { return is_text_ ? Opcode::text : Opcode::binary; }

  /// Holds the peer back: no message comes before resume(), except perhaps the rest of the one
  /// whose pieces are being told. Meanwhile it is not asked whether it is still there.
  void pause() { paused_ = true; }
  void resume();

 protected:
  /// Up to `upgrading` the deriving class's own; from `open` on the Connection's.
  enum class State : std::uint8_t {
    closed,
    waiting,  // for the next attempt
    giving_up,
    connecting,
    upgrading,
    open,
    closing,  // our close frame went out first
    ending,   // nothing is read any more
  };

  /// `memory` holds the longest message and 125 bytes more; empty: one of the loop's blocks is
  /// used.
  Connection(io::Transport& transport, Role us, ByteSpan memory)
      : pong_waits_(false),
        close_waits_(false),
        borrows_(memory.empty()),
        in_pieces_(false),
        is_text_(false),
        paused_(false),
        writer_waits_(false),
        decoder_(us),
        transport_(transport),
        memory_(memory.data()),
        memory_bytes_(memory.size()) {}
  /// Whoever derives has called forget().
  ~Connection() = default;

  /// The opening handshake is done.
  void begin();
  /// Begins the closing handshake.
  Status start_close(std::uint16_t code, std::string_view reason);
  /// Nothing is kept any more: no block, no unfinished message.
  virtual void forget();
  /// Notes the chosen one of options_->subprotocols, a part of it, or nothing.
  void agree_on(std::string_view subprotocol);
  /// The peer's fault: tells it the code, and ends.
  void fail(Status status, std::uint16_t code);
  /// Ends at once, and tells why by on_end().
  void drop(Status status, Layer layer, std::int32_t native = 0);

  // What the transport has to say, from `open` on.
  std::size_t take(ByteSpan bytes);
  void take_room();
  void take_end();
  void take_closed(Failure why);
  /// A block can be kept, after wait_for_block().
  void take_free_block();
  /// Does what is due, and sets the deadline for the rest, which it returns.
  Duration act_on_time();

  // What the deriving class lends.
  virtual io::Loop& loop() const = 0;
  /// Has act_on_time() called in so long, or sooner.
  virtual void set_deadline(Duration after) = 0;
  virtual void wait_for_block() = 0;

  // What the deriving class is told, always from Loop::poll(). All may destroy the object.
  /// A whole message, or with in_pieces_ its next piece.
  virtual void on_message(ByteSpan bytes, bool last) = 0;
  /// There may be room: after a send said `would_block` or `busy`, or after anything did before
  /// begin().
  virtual void on_room() = 0;
  /// Told for TransportEvents::on_closed, also before begin(); the state is still the one that
  /// ended. The transport is idle again.
  virtual void on_end(const Close& how) = 0;

  bool is_open() const { return state_ == State::open; }

 private:
  /// At the front of a block that a message in pieces is sent from.
  struct Outgoing {
    Callback<void()> go_on;  // Only who sends in pieces links what that takes.
    Callback<std::size_t(ByteSpan room)> more;
    Opcode next;
    bool last;
    std::uint16_t frame_at;
    std::uint32_t frame_bytes;  ///< 0: none is waiting
  };

  void enter(State state);
  /// Whether messages are told, if the peer's close frame has not come.
  bool is_told() const { return state_ == State::open || options_->hears_out; }
  void end(std::uint16_t code, Role who_closes);

  // Receiving.
  bool has_room_for_rest(std::size_t available);
  void start_frame();
  void take_data(const FrameDecoder::Step& step);
  void deliver_gathered();
  void take_control(const FrameDecoder::Step& step);
  void act_on_close(ByteSpan payload);
  void keep_control(ByteView bytes);
  ByteSpan kept_control() const {
    return {memory_ + memory_bytes_ - control_payload_bytes_max, control_bytes_};
  }
  bool take_memory();
  std::uint8_t* part_with_block();
  void give_back_unused();

  // Sending.
  Status send_message(Opcode kind, ByteView payload);
  Status wait_for_pieces();
  Status send_frame(Opcode opcode, ByteView payload);
  void send_close(std::uint16_t code, std::string_view reason);
  void send_next_pieces();
  bool compose_piece(Outgoing& outgoing);
  Outgoing& outgoing() const;

 protected:
  // The smallest come first: a processor reaches the front of an object with its shortest
  // instructions. Those who derive use state_, in_pieces_, subprotocol_at_, options_, transport_
  // and, up to begin(), tx_block_.
  State state_ = State::closed;
  bool pinged_ = false;   // and nothing was heard since
  bool pong_waits_ : 1;   // its payload is kept
  bool close_waits_ : 1;  // our close frame had no room
  bool borrows_ : 1;      // memory_ is one of the loop's blocks
  bool in_pieces_ : 1;    // messages are told in pieces
  bool is_text_ : 1;      // the message being read
  bool paused_ : 1;
  bool writer_waits_ : 1;           // somebody was told would_block
  std::uint8_t control_bytes_ = 0;  // kept at the end of memory_
  Status end_status_ = Status::ok;
  encoding::Utf8 utf8_;
  std::uint16_t close_code_ = close_codes::gone;
  std::uint16_t subprotocol_at_ = 0;  // where in the options the chosen one stands
  FrameDecoder decoder_;
  io::Transport& transport_;
  std::uint8_t* memory_;  // nullptr: no block is borrowed
  std::size_t memory_bytes_;
  std::size_t gathered_ = 0;
  Instant heard_{};
  Instant since_{};                   // of the unfinished message; of closing, or ending
  std::uint8_t* tx_block_ = nullptr;  // begins with an Outgoing
  const Options* options_ = &default_options;
};

}  // namespace mote::ws
