// SPDX-License-Identifier: MIT
#pragma once

#include "mbedtls/tls_settings.hpp"
#include "mote/io/listener.hpp"
#include "mote/io/loop.hpp"
#include "mote/io/transport.hpp"

namespace mote::mbedtls {

/// TLS 1.3 or 1.2 over any transport; or nothing but that transport, as Endpoint::security says.
///
///     idle → connecting → handshaking → open → closing → idle
///                 └───────────┴───────────┴──→ failing → idle   (the peer gets its alert first)
///
/// Bytes are offered where Mbed TLS decrypted them. What one send() takes goes out as one record;
/// while the transport below has not taken all of it there is no room for another. It has no memory
/// of its own: Mbed TLS takes it from the arena, from on_connected below until the end.
///
/// Failures with Layer::tls: `untrusted_root`, `expired` (or not valid yet), `wrong_name`,
/// `clock_unknown` (the loop does not know the time), `tls_memory` (the arena), `truncated` (ended
/// without close_notify), `record_too_large`, `tls_failed`. The native code is Mbed TLS's,
/// negative; or, when a certificate was refused, the positive MBEDTLS_X509_BADCERT flags. They are
/// told when the peer has got its alert, within the time that close() of the transport below takes.
class Tls : public io::Transport, io::TransportEvents, io::BlockWaiter {
 public:
  /// A client over `below`. Both and `trust` outlive it.
  Tls(io::Loop& loop, io::Transport& below, Trust& trust);
  /// A place for a server's connections: see TlsListener.
  Tls(io::Loop& loop, Identity& identity);
  ~Tls() { abort(); }

  Status connect(const io::Endpoint& to, io::TransportEvents& events) override;
  /// Begins a server's handshake over a connection that stands. When it is done `acceptor` is asked
  /// who hears of it; until then 10 s may pass. Returns who gets the events of `connection`.
  io::TransportEvents* accept(io::Transport& connection, io::Acceptor& acceptor);

  /// The same for data and for control: what is between them is the record below.
  std::size_t room(io::Urgency urgency) const override;
  Status send(ByteView head, ByteView body, io::Urgency urgency) override;
  std::size_t send_constant(ByteView bytes) override;
  void await_room(std::size_t bytes) override;
  void hand_over(io::TransportEvents& events) override;
  void resume() override;
  void close() override;
  void abort() override;

  bool is_idle() const { return state_ == State::idle; }
  /// What was agreed on, such as "TLSv1.3"; empty before on_connected and after the end.
  std::string_view version() const;
  /// Whether this connection continues an earlier session, of either side: nobody has shown a
  /// certificate anew. From on_connected until the end.
  bool resumed() const { return state_ == State::open && !resumption_.full; }

 private:
  enum class State : std::uint8_t { idle, plain, connecting, handshaking, open, closing, failing };

  // What the transport below tells.
  void on_connected() override;
  std::size_t on_received(ByteSpan bytes) override;
  void on_writable() override;
  void on_ended() override;
  void on_closed(Failure why) override;
  void on_block_free() override { tell_writable(); }
  void on_timer();

  // What Mbed TLS asks for.
  static int send_below(void* self, const unsigned char* bytes, std::size_t size);
  static int take_received(void* self, unsigned char* out, std::size_t size);
  static int check_address(void* self, mbedtls_x509_crt* shown, int depth, std::uint32_t* flags);

  Status begin(Settings& settings);
  bool set_name();
  void shake_hands();
  int advance();
  void receive();
  bool offer();
  void consume(std::size_t bytes);
  bool flush();
  void offer_session();
  void look_at_session();
  void keep_session();
  void tell_writable();
  void say_goodbye();
  Status write(ByteView bytes);
  std::size_t capacity() const;

  Failure failure_of(int result) const;
  void fail(Failure why);
  void finish(Failure why);
  void end();
  void release();

  io::Timer timer_;
  io::Transport* below_ = nullptr;
  Trust* trust_ = nullptr;        // a client has one
  Identity* identity_ = nullptr;  // a server has one
  io::TransportEvents* events_ = nullptr;
  io::Acceptor* acceptor_ = nullptr;
  mbedtls_ssl_context ssl_;
  ByteView received_;  // what the transport below offers, during its on_received
  Failure failure_{};
  Resumption resumption_;
  std::uint32_t refused_before_ = 0;
  std::uint32_t life_ = 0;  // counts connections, so that a callback is seen to have ended its own
  std::size_t unflushed_ = 0;  // bytes of the record that lies in Mbed TLS's buffer
  State state_ = State::idle;
  bool paused_ = false;
  bool below_held_ = false;   // the transport below waits for resume()
  bool below_ended_ = false;  // it has told its end
  bool ended_ = false;        // close_notify came
  bool wants_writable_ = false;
  bool offering_ = false;  // the buffer is in the application's hands
  bool release_later_ = false;
  std::uint16_t port_ = 0;
  char host_[254];
};

}  // namespace mote::mbedtls
