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
///                 └───────────┴──────────┴──→ failing → lingering → idle
///
/// Bytes are offered where Mbed TLS decrypted them. What one send() takes, up to a block of
/// the loop, goes out as one record, or as several where one cannot be so long;
/// while the transport below has not taken all of it there is no room for another. It has no memory
/// of its own: Mbed TLS takes it from the arena, from on_connected below until the end. After each
/// step of a handshake everybody else of the loop has his turn.
///
/// Failures have Layer::tls and a Status for each reason (docs/tls.md). The native code is Mbed
/// TLS's, negative; or, when a certificate was refused, the positive MBEDTLS_X509_BADCERT flags;
/// or, with `tls_alert`, the number of the alert. They are told in the next turn of the loop; the
/// alert to the peer went out before that, and the transport below goes on closing until it is done
/// or is wanted for another connection (`lingering`).
class Tls : public io::Transport, io::TransportEvents, io::BlockWaiter {
 public:
  /// A client over `below`. Both and `trust` outlive it.
  Tls(io::Loop& loop, io::Transport& below, Trust& trust);
  /// A place for a server's connections: see TlsListener.
  Tls(io::Loop& loop, Identity& identity);
  ~Tls() { abort(); }

  Status connect(const io::Endpoint& to, io::TransportEvents& events) override;
  /// Begins a server's handshake over a connection that stands. When it is done `acceptor` is asked
  /// who hears of it; until then 10 s may pass, and `on_refused`, when set, is told why it failed.
  /// Returns who gets the events of `connection`. The place must be free.
  io::TransportEvents* accept(io::Transport& connection,
                              io::Acceptor& acceptor,
                              const Callback<void(Failure)>& on_refused);

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
  /// Whether its handshake is under way.
  bool is_handshaking() const { return state_ == State::handshaking; }
  /// Whether nothing but the transport below, which closes, is left of the last connection.
  bool is_lingering() const { return state_ == State::lingering; }
  /// What was agreed on, such as "TLSv1.3"; empty before on_connected and after the end.
  std::string_view version() const;
  /// Whether this connection continues an earlier session, of either side: nobody has shown a
  /// certificate anew. From on_connected until the end.
  bool resumed() const { return state_ == State::open && !resumption_.full; }
  /// The peer's own certificate in DER, verified as Trust says, until the end; empty when it has
  /// shown none, as a client does of whom none was required, or when a session was resumed.
  ByteView peer_certificate() const;

 private:
  enum class State : std::uint8_t {
    idle,
    plain,
    connecting,
    handshaking,
    open,
    closing,
    failing,
    lingering
  };

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
  static int judge(void* self, mbedtls_x509_crt* shown, int depth, std::uint32_t* flags);

  // Around each call into Mbed TLS, so that what happens within it is known to be this one's.
  void enter();
  int leave(int result);
  void let_go();

  Status begin(Settings& settings);
  bool set_name();
  void shake_hands();
  void finish_handshake();
  void resume_below();
  void receive();
  bool offer();
  void consume(std::size_t bytes);
  bool flush();
  bool ticket_waits() const;
  void offer_session();
  void look_at_session();
  void keep_session(bool is_new);
  void tell_writable();
  void say_goodbye();
  ByteView write(ByteView bytes);
  std::size_t write_record(ByteView bytes);
  void keep(ByteView rest, std::uint8_t* block);
  void drop_rest();
  std::size_t capacity() const;

  const Trust* believed() const { return trust_ ? trust_ : identity_->required_; }
  std::uint32_t found_in(const mbedtls_x509_crt& shown, int depth, std::uint32_t flags);
  bool is_for_host(const mbedtls_x509_crt& shown) const;
  Failure failure_of(int result);
  void send_alert(unsigned char number);
  void fail(Failure why);
  void finish(Failure why, State next);
  void end(State next);
  void release();

  io::Timer timer_;
  io::Transport* below_ = nullptr;
  Trust* trust_ = nullptr;        // a client has one
  Identity* identity_ = nullptr;  // a server has one
  io::TransportEvents* events_ = nullptr;
  io::Acceptor* acceptor_ = nullptr;
  const Callback<void(Failure)>* on_refused_ = nullptr;
  mbedtls_ssl_context ssl_;
  ByteView received_;  // what the transport below offers, during its on_received
  Failure failure_{};
  Resumption resumption_;
  Instant shaken_by_{};  // a server's handshake
  std::uint32_t refused_before_ = 0;
  std::uint32_t life_ = 0;  // counts connections, so that a callback is seen to have ended its own
  ByteView rest_;           // what is to follow that record
  std::uint8_t* rest_block_ = nullptr;  // where it lies
  std::size_t unflushed_ = 0;           // bytes of the record that lies in Mbed TLS's buffer
  State state_ = State::idle;
  Status refused_with_ = Status::ok;  // by the application
  std::uint8_t held_ = 0;             // Mbed TLS is at work, or the application in its buffer
  bool starved_ = false;              // a call into Mbed TLS found no memory
  bool pinned_ = false;               // a key of the chain is one of those expected
  bool step_due_ = false;             // of the handshake, by the timer
  bool rests_ = false;                // for the rest of this turn, whose timers run last
  bool paused_ = false;
  bool below_held_ = false;   // the transport below waits for resume()
  bool below_ended_ = false;  // it has told its end
  bool ended_ = false;        // close_notify came
  bool wants_writable_ = false;
  bool release_later_ = false;
  std::uint16_t port_ = 0;
  char host_[254];
};

}  // namespace mote::mbedtls
