// SPDX-License-Identifier: MIT
#include <algorithm>

#include "lwip/core_lock.hpp"
#include "lwip/from_lwip.hpp"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/resolver.hpp"
#include "lwip/tcp.hpp"

namespace mote::lwip {
namespace {

// In ticks of 250 ms. All of ours was acknowledged: the peer's end is waited for so long.
constexpr std::uint8_t linger_ticks_max = 8;
// Something of ours is not acknowledged: so long without progress, and so long in all.
constexpr std::uint8_t stalled_ticks_max = 40;
constexpr std::uint8_t closing_ticks_max = 240;

/// What is thrown away of a peer that still sends; then its window stays shut.
constexpr std::size_t discarded_most = 0xFFFF;

Status status_of(err_t error, bool connecting) {
  switch (error) {
    case ERR_RST: return connecting ? Status::refused : Status::reset;
    case ERR_CLSD: return Status::closed;
    case ERR_ABRT: return Status::timed_out;
    default: return Status::unreachable;
  }
}

}  // namespace

void Tcp::close() {
  const CoreLock lock(net_.started_);
  switch (state_) {
    case State::idle:
    case State::closing:
    case State::ended: return;
    case State::open: begin_closing(); return;
    case State::waiting:
    case State::resolving:
    case State::connecting:
    case State::connected:
    case State::arriving: break;
  }
  drop_pcb();
  end({Status::closed, Layer::tcp, 0});
}

void Tcp::abort() {
  const CoreLock lock(net_.started_);
  if (state_ == State::idle) return;
  drop_pcb();
  forget();
}

/// tcp_close() would reset a peer whose bytes were not all read, and the answer on its way with it.
void Tcp::begin_closing() {
  state_ = State::closing;
  ticks_ = stalled_ = 0;
  amount_ = 0;
  wants_room_ = false;
  drop_held();
  if (pcb_->refused_data) tcp_process_refused_data(pcb_);
  reopen();
  // Without memory for the FIN lwIP tries again every 250 ms by itself.
  tcp_shutdown(pcb_, 0, 1);
  net_.enter(*this);
  net_.hasten();
}

/// FIN_WAIT_2 has no end of its own, and a peer that neither reads nor dies is none either.
void Tcp::closing_tick() {
  if (ticks_ < closing_ticks_max) ++ticks_;
  if (pcb_->state == FIN_WAIT_2) {
    if (ticks_ < linger_ticks_max && amount_ < discarded_most) return;
    let_go();
    return end({Status::closed, Layer::tcp, 0});
  }
  if (++stalled_ < stalled_ticks_max && ticks_ < closing_ticks_max) return;
  drop_pcb();
  end({Status::timed_out, Layer::tcp, 0});
}

err_t FromLwip::discard(Tcp& tcp, tcp_pcb& pcb, pbuf* bytes) {
  if (bytes) {
    const u16_t size = bytes->tot_len;
    const bool within = tcp.amount_ < discarded_most;
    tcp.amount_ =
        static_cast<std::uint16_t>(std::min(discarded_most, std::size_t{tcp.amount_} + size));
    pbuf_free(bytes);
    if (within) tcp_recved(&pcb, size);
    return ERR_OK;
  }
  tcp.peer_ended_ = true;
  // After both ends lwIP may free the pcb without a word. Where our end is still to be sent or
  // acknowledged first, it will say so.
  if (pcb.state != TIME_WAIT && pcb.state != CLOSING) return ERR_OK;
  tcp.let_go();
  tcp.end({Status::closed, Layer::tcp, 0});
  return ERR_OK;
}

/// Leaves the rest to lwIP: the peer's end, or our last bytes to a peer that has ended already.
/// Whoever needs a pcb may have this one.
void Tcp::let_go() {
  FromLwip::silence(*pcb_);
  tcp_sent(pcb_, FromLwip::on_stray_sent);
  tcp_err(pcb_, FromLwip::on_stray_error);
  tcp_setprio(pcb_, TCP_PRIO_MIN);
  if (pcb_->state != TIME_WAIT) tcp_shutdown(pcb_, 1, 0);
  pcb_ = nullptr;
}

void Tcp::drop_pcb() {
  if (!pcb_) return;
  FromLwip::silence(*pcb_);
  tcp_abort(pcb_);
  pcb_ = nullptr;
  net_.memory_came_back();
}

void Tcp::drop_held() {
  if (has_target_ || !held_) return;
  pbuf_free(held_);
  held_ = nullptr;
  net_.held_ = static_cast<std::uint16_t>(net_.held_ - held_count_);
  held_count_ = 0;
}

/// What arrived is gone, and poll() tells `why`.
void Tcp::end(Failure why) {
  if (state_ == State::resolving) lwip::forget(*this);
  drop_held();
  state_ = State::ended;
  why_ = why.status;
  native_ = static_cast<std::int8_t>(why.native);
  net_.ready(*this);
}

/// Back to idle. Nobody is told.
void Tcp::forget() {
  if (state_ == State::resolving) lwip::forget(*this);
  give_target_back();
  drop_held();
  net_.leave(*this);
  if (net_.told_ == this) net_.told_ = nullptr;
  events_ = nullptr;
  state_ = State::idle;
  why_ = Status::ok;
  ticks_ = stalled_ = 0;
  again_ = second_family_ = paused_ = shut_ = peer_ended_ = end_told_ = wants_room_ = must_output_ =
      false;
}

void FromLwip::on_error(void* tcp, err_t error) {
  Tcp& self = *static_cast<Tcp*>(tcp);
  Net& net = self.net_;
  self.pcb_ = nullptr;
  net.memory_came_back();
  const bool connecting = self.state_ == Tcp::State::connecting;
  const Failure why{status_of(error, connecting), Layer::tcp, error};
  if (self.state_ == Tcp::State::arriving) return self.forget();
  if (!connecting) return self.end(why);
  if (why.status != Status::unreachable) return self.try_other_family(why);
  self.state_ = Tcp::State::waiting;  // The cable was pulled: it waits for it as before.
}

err_t FromLwip::on_stray_sent(void*, tcp_pcb*, u16_t) {
  if (net()) net()->memory_came_back();
  return ERR_OK;
}

void FromLwip::on_stray_error(void*, err_t) {
  if (net()) net()->memory_came_back();
}

void FromLwip::silence(tcp_pcb& pcb) {
  tcp_arg(&pcb, nullptr);
  tcp_recv(&pcb, nullptr);
  tcp_sent(&pcb, nullptr);
  tcp_err(&pcb, nullptr);
}

}  // namespace mote::lwip
