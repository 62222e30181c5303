// SPDX-License-Identifier: MIT
#include "lwip/tcp.hpp"

#include <algorithm>
#include <cstring>

#include "lwip/core_lock.hpp"
#include "lwip/from_lwip.hpp"
#include "lwip/listener.hpp"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "mote/base/expects.hpp"

namespace mote::lwip {
namespace {

// What one connection is given before the next one has its turn.
constexpr int pieces_a_turn = 16;
constexpr std::size_t bytes_a_turn = 16 * 1024;

/// Receive buffers that one connection may keep lying while it does not read.
constexpr std::size_t held_most = 4;
/// A piece that is cheaper to copy behind another than to offer by itself.
constexpr std::size_t copied_most = 64;
/// Buffers of the pool that nobody may keep: what arrives for the others needs them.
constexpr std::size_t buffers_for_others = 2;

/// Puts `bytes` into what is free behind the last buffer of `chain`: the window counts bytes, but
/// the pool counts buffers, and somebody who sends single bytes must not empty it.
bool merge(pbuf& chain, pbuf& bytes) {
  pbuf* last = &chain;
  while (last->next) last = last->next;
  if (pbuf_get_allocsrc(last) != PBUF_TYPE_ALLOC_SRC_MASK_STD_MEMP_PBUF_POOL) return false;
  if (last->flags & PBUF_FLAG_IS_CUSTOM) return false;
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(last);
  const std::uint8_t* const end = begin + LWIP_MEM_ALIGN_SIZE(sizeof(pbuf)) + PBUF_POOL_BUFSIZE;
  std::uint8_t* const free = static_cast<std::uint8_t*>(last->payload) + last->len;
  const u16_t size = bytes.tot_len;
  if (free + size > end || (last != &chain && last->ref != 1)) return false;
  pbuf_copy_partial(&bytes, free, size, 0);
  last->len = static_cast<u16_t>(last->len + size);
  for (pbuf* each = &chain; each; each = each->next)
    each->tot_len = static_cast<u16_t>(each->tot_len + size);
  pbuf_free(&bytes);
  return true;
}

}  // namespace

Tcp::Tcp(Net& net)
    : net_(net),
      again_(false),
      second_family_(false),
      has_target_(false),
      paused_(false),
      shut_(false),
      peer_ended_(false),
      end_told_(false),
      wants_room_(false),
      starved_(false),
      must_output_(false) {}

void Tcp::hand_over(io::TransportEvents& events) {
  events_ = &events;
  resume();
}

void Tcp::resume() {
  const CoreLock lock(net_.started_);
  if (state_ != State::open || !paused_) return;
  paused_ = false;
  net_.enter(*this);
  net_.hasten();
}

/// Whether poll() has to look at it, now or later.
bool Tcp::is_busy() const {
  return state_ != State::idle && (state_ != State::open || wants_room_ || is_ready());
}

/// Whether poll() has something to tell at once.
bool Tcp::is_ready() const {
  switch (state_) {
    case State::idle:
    case State::resolving:
    case State::connecting:
    case State::closing: return false;
    case State::waiting: return again_;
    case State::connected:
    case State::arriving:
    case State::ended: return true;
    case State::open: break;
  }
  if (paused_) return false;
  return held_ || (pcb_ && pcb_->refused_data) || (peer_ended_ && !end_told_);
}

void Tcp::serve(bool tick) {
  Net& net = net_;
  switch (state_) {
    case State::idle:
    case State::resolving: return;
    case State::waiting:
      if (again_ || tick) attempt();
      return;
    case State::connecting:
      if (tick) connecting_tick();
      return;
    case State::closing:
      if (tick) closing_tick();
      return;
    case State::ended: return tell_closed();
    case State::connected: tell_connected(); break;
    case State::arriving: tell_accepted(); break;
    case State::open: break;
  }
  if (net.is_still_told(*this)) serve_open();
}

void Tcp::tell_connected() {
  give_target_back();
  state_ = State::open;
  ++net_.count.connected;
  io::TransportEvents& events = *events_;
  const CoreUnlock unlock;
  events.on_connected();
}

void Tcp::tell_accepted() {
  Net& net = net_;
  ListenerBase& door = *door_;
  state_ = State::open;
  events_ = nullptr;
  io::TransportEvents* events;
  {
    const CoreUnlock unlock;
    events = door.acceptor_->on_accepted(*this);
  }
  if (net.told_ != this) return;
  if (events) {
    ++net_.count.accepted;
    events_ = events;
  } else {
    ++net_.count.refused;
    drop_pcb();
    forget();
  }
}

void Tcp::tell_closed() {
  // lwIP says the same when it gives up on a peer and when it loses its own address.
  if (native_ == ERR_ABRT && !net_.is_up()) why_ = Status::unreachable;
  const Failure why{why_, why_ == Status::unresolved ? Layer::resolver : Layer::tcp, native_};
  io::TransportEvents& events = *events_;
  if (why.status != Status::closed) ++net_.count.lost;
  forget();
  const CoreUnlock unlock;
  events.on_closed(why);
}

void Tcp::serve_open() {
  Net& net = net_;
  if (wants_room_ && net_.memory_round_ && free_bytes(io::Urgency::data) >= amount_) {
    wants_room_ = false;
    io::TransportEvents& events = *events_;
    const CoreUnlock unlock;
    events.on_writable();
  }
  if (net.is_still_told(*this)) receive();
  if (!net.is_still_told(*this) || paused_ || held_ || !peer_ended_ || end_told_) return;
  end_told_ = true;
  io::TransportEvents& events = *events_;
  const CoreUnlock unlock;
  events.on_ended();
}

void Tcp::receive() {
  Net& net = net_;
  std::size_t bytes = 0;
  for (int pieces = 0; pieces < pieces_a_turn && bytes < bytes_a_turn; ++pieces) {
    if (!net.is_still_told(*this) || paused_ || !fetch()) return;
    bytes += offer();
  }
}

/// Makes held_ begin with a byte. Returns false when there is none.
bool Tcp::fetch() {
  if (!held_ && pcb_ && pcb_->refused_data) tcp_process_refused_data(pcb_);
  while (held_ && held_->len == 0) {
    pbuf* const empty = held_;
    held_ = empty->next;
    empty->next = nullptr;
    pbuf_free(empty);
    --held_count_;
    --net_.held_;
  }
  return held_;
}

/// Offers the first buffer, where it lies if it is ours alone, or a copy. Returns how many bytes.
std::size_t Tcp::offer() {
  pbuf* const first = held_;
  const std::size_t size = first->len;
  if (first->ref == 1 && first->type_internal != PBUF_ROM) {
    pbuf_ref(first);  // The view lives until the receiver returns, also when it aborts.
    ask({static_cast<std::uint8_t*>(first->payload), size});
    pbuf_free(first);
    return size;
  }
  const io::ComposingBlock copy(net_.blocks());
  const ByteSpan bytes = copy.bytes().first(std::min(size, copy.bytes().size()));
  if (bytes.empty()) return bytes_a_turn;  // Another turn, when a block is free.
  std::memcpy(bytes.data(), first->payload, bytes.size());
  ask(bytes);
  return bytes.size();
}

void Tcp::ask(ByteSpan bytes) {
  Net& net = net_;
  std::size_t used;
  paused_ = true;  // Unless everything is used, or resume() is called meanwhile.
  {
    io::TransportEvents& events = *events_;
    const CoreUnlock unlock;
    used = events.on_received(bytes);
  }
  if (!net.is_still_told(*this)) return;
  expects(used <= bytes.size());
  if (used == bytes.size()) paused_ = false;
  use(used);
  if (!pcb_ || leaves_enough()) return;
  if (paused_ && net_.held_ + buffers_for_others > PBUF_POOL_SIZE) {
    ++net_.count.drops;
    drop_pcb();
    end({Status::too_slow, Layer::tcp, ERR_MEM});
  } else {
    shut();
  }
}

void Tcp::use(std::size_t size) {
  net_.count.rx_bytes += static_cast<std::uint32_t>(size);
  if (size == held_->len) {
    --held_count_;
    --net_.held_;
  }
  held_ = pbuf_free_header(held_, static_cast<u16_t>(size));
  if (pcb_) tcp_recved(pcb_, static_cast<u16_t>(size));
  if (shut_ && !held_) reopen();
}

/// Whether what lies unread is little enough that others still receive.
bool Tcp::leaves_enough() const {
  return !held_ || ((!paused_ || held_count_ < held_most) && net_.held_ < PBUF_POOL_SIZE / 2);
}

/// lwIP throws away what still arrives, unacknowledged: it comes again after reopen(). A recv
/// callback that refused it instead would leave one more buffer with lwIP for each connection.
void Tcp::shut() {
  if (shut_ && pcb_->rcv_wnd == 0) return;
  shut_ = true;
  pcb_->rcv_wnd = pcb_->rcv_ann_wnd = 0;
  pcb_->rcv_ann_right_edge = pcb_->rcv_nxt;
  tcp_ack_now(pcb_);
  must_output_ = true;
}

void Tcp::reopen() {
  shut_ = false;
  if (!pcb_) return;
  const std::size_t unread = pcb_->refused_data ? pcb_->refused_data->tot_len : 0;
  const std::size_t window = TCP_WND_MAX(pcb_) - unread;
  if (window > pcb_->rcv_wnd)
    tcp_recved(pcb_, static_cast<u16_t>(std::min<std::size_t>(window - pcb_->rcv_wnd, 0xFFFF)));
}

err_t FromLwip::on_received(void* tcp, tcp_pcb* pcb, pbuf* bytes, err_t) {
  Tcp& self = *static_cast<Tcp*>(tcp);
  if (self.state_ == Tcp::State::closing) return discard(self, *pcb, bytes);
  if (bytes && keep(self, *bytes) != ERR_OK) return ERR_MEM;
  if (!bytes) self.peer_ended_ = true;
  if (!self.paused_) self.net_.ready(self);
  return ERR_OK;
}

err_t FromLwip::keep(Tcp& tcp, pbuf& bytes) {
  if (tcp.has_target_) return ERR_MEM;  // on_connected comes first; lwIP offers it again.
  const u16_t count = pbuf_clen(&bytes);
  if (!tcp.held_) {
    tcp.held_ = &bytes;
  } else {
    if (tcp.held_->tot_len + bytes.tot_len > 0xFFFF || tcp.held_count_ + count > 0xFF)
      return ERR_MEM;
    const bool little = bytes.tot_len <= copied_most;
    if ((little || tcp.paused_) && merge(*tcp.held_, bytes)) return ERR_OK;
    pbuf_cat(tcp.held_, &bytes);
  }
  tcp.held_count_ = static_cast<std::uint8_t>(tcp.held_count_ + count);
  Net& net = tcp.net_;
  net.held_ = static_cast<std::uint16_t>(net.held_ + count);
  net.held_most_ = std::max(net.held_most_, net.held_);
  if (!tcp.leaves_enough()) tcp.shut();
  return ERR_OK;
}

}  // namespace mote::lwip
