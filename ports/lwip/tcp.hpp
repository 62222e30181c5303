// SPDX-License-Identifier: MIT
#pragma once

#include "lwip/net.hpp"
#include "mote/io/transport.hpp"

struct tcp_pcb;
struct pbuf;

namespace mote::lwip {

/// A TCP connection over lwIP's raw callbacks.
///
///     idle -> waiting -> resolving -> connecting -> connected -> open -> closing -> ended -> idle
///     idle -> arriving (accepted, nobody knows of it) -> open
///     waiting: for link, address, name server or memory; a second family of addresses starts there
///     connected: on_connected is to be called; ended: on_closed is
///
/// An idle one holds no buffer. While it connects it keeps a block with the host's name.
class Tcp final : public io::Transport, public Linked<Tcp> {
 public:
  explicit Tcp(Net& net);
  ~Tcp() { abort(); }

  Status connect(const io::Endpoint& to, io::TransportEvents& events) override;
  std::size_t room(io::Urgency urgency) const override;
  Status send(ByteView head, ByteView body, io::Urgency urgency) override;
  std::size_t send_constant(ByteView bytes) override;
  void await_room(std::size_t bytes) override;
  void hand_over(io::TransportEvents& events) override;
  void resume() override;
  void close() override;
  void abort() override;

 private:
  friend class Net;
  friend class ListenerBase;
  friend struct FromLwip;
  enum class State : std::uint8_t {
    idle,
    waiting,
    resolving,
    connecting,
    connected,
    arriving,
    open,
    closing,
    ended,
  };
  struct Target;

  // What poll() does.
  bool is_busy() const;
  bool is_ready() const;
  void serve(bool tick);
  void serve_open();
  void tell_connected();
  void tell_accepted();
  void tell_closed();
  void receive();
  bool fetch();
  std::size_t offer();
  void ask(ByteSpan bytes);
  void use(std::size_t size);
  bool leaves_enough() const;
  void shut();
  void reopen();

  // Connecting.
  void attempt();
  void try_other_family(Failure why);
  void connecting_tick();
  void give_target_back();
  void take_pcb(::tcp_pcb* pcb);

  // Sending.
  std::size_t free_bytes(io::Urgency urgency) const;
  Status join(ByteView head, ByteView body, io::Urgency urgency);
  Status write(ByteView bytes, io::Urgency urgency);
  Status refuse(std::size_t size, io::Urgency urgency);
  void want_room(std::size_t bytes);
  void output();

  // Ending.
  void begin_closing();
  void closing_tick();
  void let_go();
  void drop_pcb();
  void drop_held();
  void end(Failure why);
  void forget();

  Net& net_;
  ::tcp_pcb* pcb_ = nullptr;  // nullptr before it is made and once lwIP has freed it.
  union {
    io::TransportEvents* events_ = nullptr;
    ListenerBase* door_;  // arriving
  };
  union {
    ::pbuf* held_ = nullptr;  // What arrived and was not used.
    Target* target_;          // has_target_
  };
  std::uint16_t amount_ = 0;  // open: room for data waited for; closing: bytes thrown away
  State state_ = State::idle;
  Status why_ = Status::ok;  // ended: what is to be told; else how the first family failed
  std::int8_t native_ = 0;
  std::uint8_t held_count_ = 0;
  std::uint8_t ticks_ = 0;    // connecting, closing: since when
  std::uint8_t stalled_ = 0;  // closing: ticks without an acknowledgement
  std::uint8_t round_ = 0;
  bool again_ : 1;  // waiting: try at once, not at the next tick
  bool second_family_ : 1;
  bool has_target_ : 1;
  bool paused_ : 1;  // Used less than it was offered.
  bool shut_ : 1;    // The window is, because it keeps too much.
  bool peer_ended_ : 1;
  bool end_told_ : 1;
  bool wants_room_ : 1;
  bool starved_ : 1;  // No memory, though nothing was queued that could give any back.
  bool must_output_ : 1;
};

}  // namespace mote::lwip
