// SPDX-License-Identifier: MIT
#pragma once

#include "mote/io/listener.hpp"
#include "posix/net.hpp"

namespace mote::posix {

template <std::size_t N>
struct Places;

/// One TCP connection, over IPv4 or IPv6, in 64 bytes. What waits to be sent lies in a block of the
/// loop; what waits to be received stays in the kernel, or in a receive buffer of
/// the loop.
///
///     idle → looking_up → connecting → open → draining → lingering → idle
///            (a name only)                   (a block is   (FIN sent: what
///                                             still to send) arrives is discarded)
///
/// Whatever fails goes to `ended`, until Loop::poll() tells it.
class Tcp final : public io::Transport, public Linked<Tcp> {
 public:
  explicit Tcp(Net& net) : home_(&net.home_) {}
  ~Tcp() { release(); }

  Status connect(const io::Endpoint& to, io::TransportEvents& events) override;
  std::size_t room(io::Urgency urgency) const override;
  Status send(ByteView head, ByteView body, io::Urgency urgency) override;
  std::size_t send_constant(ByteView bytes) override;
  void await_room(std::size_t bytes) override;
  void hand_over(io::TransportEvents& events) override;
  void resume() override;
  void close() override;
  void abort() override;

  /// The socket while there is one, else -1: for options that Mote has no words for.
  int descriptor() const { return socket_; }

 private:
  friend class Net;
  friend class Lookup;
  friend class Listener;
  template <std::size_t N>
  friend struct Places;
  enum class State : std::uint8_t {
    idle,
    looking_up,
    connecting,
    open,
    draining,
    lingering,
    ended
  };
  /// How an attempt to receive went.
  enum class Got : std::uint8_t { bytes, nothing, end, error, gone };
  struct Flags {
    bool paused : 1;
    bool wants_writable : 1;   // on_writable was promised
    bool waits_for_block : 1;  // by a block that becomes free, not by the kernel
    bool peer_ended : 1;
    bool resumed : 1;     // during on_received
    bool holds_rest : 1;  // one of the loop's receive buffers has bytes that were not used
  };
  /// What the kernel has not taken yet, behind this head in a block.
  struct Queue {
    std::uint32_t begin, end;
    std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  };
  struct Closing {
    Instant deadline;
    std::uint32_t discarded_bytes;
  };
  /// Each belongs to some states only: looking_up and connecting; draining and lingering; ended.
  union Extra {
    Lookup* lookup = nullptr;
    Closing closing;
    Failure failure;
  };

  Tcp() = default;  // for Places
  Net& net() const { return home_->net; }

  // Connecting.
  /// Returns an errno, or 0 when the attempt is under way.
  int begin_attempt(const Address& to);
  void on_looked_up(Failure why);
  void try_next_address(Failure last);
  void on_attempt_failed(int error);
  void finish_attempt(std::uint32_t events);
  /// Takes over a socket that a listener accepted.
  void adopt(int socket, io::Acceptor& acceptor);
  /// Closes with a reset: nobody here wants it.
  static void refuse(int socket);

  // What the loop has to say.
  void on_ready(std::uint32_t events);
  void on_ready_unopened(std::uint32_t events);
  void on_block_free();
  void on_deadline();
  void tell_end();

  Got offer();
  Got offer(ByteSpan bytes, bool peeked);
  void hold(ByteSpan rest);
  void drop_rest();
  bool receive();
  void discard();
  void flush();
  bool tell_writable();

  std::size_t capacity(io::Urgency urgency) const;
  bool has_sent_all() const;
  Status wait_for_block();
  void keep_rest(ssize_t sent, ByteView head, ByteView body);
  ssize_t write(ByteView head, ByteView body);
  void queue(ByteView bytes);
  bool drain();
  void drop_queue();
  void linger();

  /// Asks epoll for what the state wants to know.
  void watch();
  void fail(Failure why);
  void fail(int error);
  void finish(Failure why);
  void close_socket();
  void release();
  void vacate();

  Home* home_ = nullptr;
  io::TransportEvents* events_ = nullptr;
  Queue* queue_ = nullptr;
  Extra extra_;
  int socket_ = -1;
  State state_ = State::idle;
  std::uint8_t watched_ = 0;  // EPOLLIN, EPOLLOUT
  Flags flags_{};
};

static_assert(sizeof(void*) > 8 || sizeof(Tcp) <= 64, "ten thousand idle ones are counted on");

}  // namespace mote::posix
