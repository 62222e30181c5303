// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"

namespace mote::io {

enum class Security : std::uint8_t { none, tls };

/// What bytes are sent for: ordinary data leaves room for control, so that data cannot starve it.
enum class Urgency : std::uint8_t { data, control };

/// Room that data leaves for control: the longest pong and the longest close of a WebSocket, masked
/// (RFC 6455 §5.5), with a little over.
constexpr std::size_t control_reserve_bytes = 160;

/// What every transport takes in one piece of data when nothing is queued, with blocks of that size
/// (ports/port.md, rule 2).
constexpr std::size_t surely_sent_bytes(std::size_t block_bytes) {
  return block_bytes - control_reserve_bytes - 8;
}

/// Where to connect to.
struct Endpoint {
  std::string_view host;  ///< a name or an address literal (IPv6 without brackets), <= 253 bytes
  std::uint16_t port;
  Security security;  ///< tls over a transport that has none: `insecure`, at once
};

/// What happens on a transport. All calls come from Loop::poll().
class TransportEvents {
 public:
  /// The connection stands: bytes may be sent.
  virtual void on_connected() = 0;

  /// Bytes arrived, in order, cut anywhere; those used may have been changed in place. Returns how
  /// many were used. Incomplete input is *used*: the receiver gathers it. Fewer than offered means
  /// only "I have no room", and nothing is offered before resume(). Bytes not used must be left as
  /// they were; they come again first, perhaps cut elsewhere. After an abort() in this call the
  /// result means nothing.
  virtual std::size_t on_received(ByteSpan bytes) = 0;

  /// There is room again after send() said `would_block`, or after send_constant() took less than
  /// it was given.
  virtual void on_writable() = 0;

  /// The peer has ended its half: every byte before was used, no more will come. Bytes may still be
  /// sent (a held answer, say). Whoever has nothing more to say calls close(). Not called after
  /// close().
  virtual void on_ended() = 0;

  /// The last call for this connection. `Status::closed` is an orderly end: it follows close(),
  /// when both halves have ended or the time for that is over. Every other status is told at once.
  virtual void on_closed(Failure why) = 0;

 protected:
  ~TransportEvents() = default;
};

/// An ordered stream of bytes to one peer: TCP, TLS over it, or a simulation.
///
/// Every function may be called from every event, also from its own. One transport carries one
/// connection at a time and may be connected again as soon as the last one ended.
class Transport {
 public:
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Begins to connect; `to.host` is copied. `ok`: on_connected or on_closed will follow, unless
  /// you abort(). `busy`: the last connection has not ended. `insecure`: TLS asked of a transport
  /// that has none. `bad_url`: no host, or a longer one than 253 bytes. `no_slot`: the port has no
  /// memory for one more. `events` must live until on_closed or abort().
  virtual Status connect(const Endpoint& to, TransportEvents& events) = 0;

  /// Bytes that one send() would take now; nothing while not connected.
  virtual std::size_t room(Urgency urgency) const = 0;

  /// Takes `head` and then `body`, both whole, or nothing. `ok`: they are the transport's now, to
  /// be sent at once or later; the caller may reuse the memory. `would_block`: on_writable follows.
  /// `too_large`: more than this transport ever takes in one piece. `not_open`: not connected.
  virtual Status send(ByteView head, ByteView body, Urgency urgency) = 0;

  /// Takes as much of `bytes` as there is room for, without a copy where the port can: they must
  /// stay as they are for ever. Returns how many; fewer than offered: on_writable follows.
  virtual std::size_t send_constant(ByteView bytes) = 0;

  /// Has on_writable called once room() for data is at least `bytes`, or as large as it gets.
  virtual void await_room(std::size_t bytes) = 0;

  /// From now on `events` hears of this connection, which stands, and must live as connect() says.
  /// In on_received: what the one who hands over does not use is offered to it next.
  virtual void hand_over(TransportEvents& events) = 0;

  /// Asks for bytes again after on_received used fewer than it was offered. They come from poll().
  virtual void resume() = 0;

  /// Sends what is queued, then ends the stream; what still arrives is discarded, for a bounded
  /// time. on_closed follows, never before close() returns; nothing else does. Without effect when
  /// nothing is open.
  virtual void close() = 0;

  /// Ends at once, without on_closed. May be called from anywhere, also from an event.
  virtual void abort() = 0;

 protected:
  Transport() = default;
  ~Transport() = default;  // never deleted through the base: no heap
};

}  // namespace mote::io
