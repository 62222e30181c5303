// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/callback.hpp"
#include "mote/base/watch.hpp"
#include "mote/encoding/utf8.hpp"
#include "mote/io/loop.hpp"
#include "mote/io/transport.hpp"
#include "mote/ws/close_code.hpp"
#include "mote/ws/frame.hpp"

namespace mote::ws {

/// How a WebSocket ended.
struct Close {
  Failure failure;          ///< `closed` after a proper closing handshake
  std::uint16_t code;       ///< RFC 6455 §7.4; 1006 when the connection was just gone
  std::string_view reason;  ///< as the peer gave it, or empty; lives during the callback
};

/// What a connection allows and how long it waits. Every value may be left as it is.
struct Timing {
  Duration ping_after{30'000};   ///< silence after which the peer is pinged
  Duration pong_within{10'000};  ///< silence after the ping that means the peer is gone
  Duration message_within{
      10'000};                   ///< from a message's first piece in a block to its last: else 1008
  Duration close_within{5'000};  ///< for the peer's half of the closing handshake
};

/// A WebSocket after its opening handshake, in either role: frames in, frames out, control frames
/// answered, the closing handshake, liveness (RFC 6455 §5 to §7). Clients and servers derive from
/// it.
///
///     open -- close(), or a fault of the peer --> closing -- its close frame --> ending
///       \------------- its close frame, or the end of the stream ------------------^
///
/// Bytes are read where the transport has them. A message that comes in parts is gathered in the
/// memory that was given, or in one of the loop's blocks; the last 125 bytes of either are for a
/// control frame that comes in parts.
class Connection : protected io::TransportEvents, private io::BlockWaiter, protected Watched {
 public:
  /// Sends a whole message. The bytes may be reused at once. `text` is to be UTF-8. `would_block`:
  /// nothing was taken, on_writable follows. `too_large`: more than a block, or than the transport
  /// ever takes. `busy`: a message is being sent in pieces. `not_open`.
  Status send_text(std::string_view text);
  Status send_binary(ByteView bytes);
  /// Sends a message of any size: asks `more` for the next piece, which it writes into `room` and
  /// returns the size of; 0 ends the message. Each piece goes out as a fragment, whole. `ok`: more
  /// is called from Loop::poll() until it returns 0 or the connection ends. `would_block`: no block
  /// was free, on_writable follows.
  Status send_pieces(Opcode text_or_binary, Callback<std::size_t(ByteSpan room)> more);
  /// The largest message that a send would take now, in bytes.
  std::size_t room() const;

  /// Whether the message whose pieces are being told is text or binary.
  Opcode message_kind() const { return kind_; }

  /// Holds the peer back: no message comes before resume(), except perhaps the rest of the one
  /// whose pieces are being told.
  void pause() { paused_ = true; }
  void resume();

 protected:
  /// `memory` holds the longest message and 125 bytes more; empty: one of the loop's blocks is
  /// used.
  Connection(io::Loop& loop, io::Transport& transport, Role us, ByteSpan memory);
  ~Connection() { forget(); }

  /// The opening handshake is done.
  void begin();
  /// Begins the closing handshake.
  Status start_close(std::uint16_t code, std::string_view reason);
  /// Nothing is kept any more: no block, no unfinished message.
  void forget();
  /// Acts on the deadlines that are due. May end in on_end().
  void check();
  /// Calls on_room() when a block can be kept.
  void wait_for_block() { loop_.blocks().wait_for(*this); }
  /// How long check() need not be called.
  Duration next_check() const;

  // What the deriving class is told, always from Loop::poll(). All may destroy the object.
  virtual void on_message(Opcode kind, ByteSpan bytes) = 0;
  virtual void on_message_piece(ByteSpan bytes, bool last) = 0;
  /// There may be room: after a send said `would_block`, or after anything did before begin().
  virtual void on_room() = 0;
  /// Told for TransportEvents::on_closed, also before begin(). The transport is idle again.
  virtual void on_end(const Close& how) = 0;
  /// next_check() may have become shorter.
  virtual void on_deadlines() = 0;

  std::size_t on_received(ByteSpan bytes) override;
  void on_writable() override;
  void on_ended() override;
  void on_closed(Failure why) override;

  bool is_open() const { return state_ == State::open; }
  io::Loop& loop() const { return loop_; }
  io::Transport& transport() const { return transport_; }

  const Timing* timing_;
  std::size_t message_bytes_max_;  ///< for messages told in pieces
  bool in_pieces_ = false;

 private:
  enum class State : std::uint8_t { idle, open, closing, ending };
  /// At the front of a block that a message in pieces is sent from.
  struct Outgoing {
    Callback<std::size_t(ByteSpan room)> more;
    Opcode next;
    bool last;
    std::uint16_t frame_at;
    std::uint16_t frame_bytes;  ///< 0: none is waiting
  };

  void on_block_free() override;
  void give_back(std::uint8_t*& block);

  // Receiving.
  bool has_room_for_rest(std::size_t available);
  bool start_frame();
  bool take_payload(const FrameDecoder::Step& step);
  bool take_data(const FrameDecoder::Step& step, bool last);
  void deliver_gathered();
  bool take_control(ByteSpan piece, bool last);
  bool act_on_control(ByteSpan payload);
  bool act_on_close(ByteView payload);
  ByteSpan storage() const;
  bool take_storage();
  std::size_t longest_message() const;
  ByteSpan control_storage() const;

  // Sending.
  Status send_message(Opcode kind, ByteView payload);
  Status send_frame(Opcode opcode, ByteView payload, io::Urgency urgency);
  void send_close(std::uint16_t code, std::string_view reason);
  void send_pending();
  void send_next_pieces();
  bool compose_piece(Outgoing& outgoing);
  Outgoing* outgoing() const;
  void fail(Status status, std::uint16_t code);

  io::Loop& loop_;
  io::Transport& transport_;
  FrameDecoder decoder_;
  encoding::Utf8 utf8_;
  State state_ = State::idle;
  bool paused_ = false;
  bool in_frame_ = false;      // a header was read, its payload not yet
  bool pinged_ = false;        // and nothing was heard since
  bool pong_waits_ = false;    // the payload lies in control_storage()
  bool close_waits_ = false;   // our close frame had no room
  bool writer_waits_ = false;  // somebody was told would_block
  std::uint8_t control_bytes_ = 0;
  std::uint16_t close_code_ = close_codes::gone;
  Status end_status_ = Status::ok;
  Opcode kind_ = Opcode::binary;  // of the message being read
  ByteSpan memory_;
  std::uint8_t* rx_block_ = nullptr;
  std::uint8_t* tx_block_ = nullptr;  // begins with an Outgoing
  std::size_t gathered_ = 0;
  Instant heard_{};
  Instant since_{};  // of the unfinished message, or of our close
};

}  // namespace mote::ws
