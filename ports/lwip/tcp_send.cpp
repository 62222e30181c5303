// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include "lwip/core_lock.hpp"
#include "lwip/from_lwip.hpp"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.hpp"

namespace mote::lwip {
namespace {

/// What data leaves of lwIP's queue for control, which is limited in bytes and in buffers.
constexpr std::size_t reserve_bytes = io::control_reserve_bytes;
constexpr std::size_t reserve_buffers = 2;

constexpr std::size_t above(std::size_t all, std::size_t reserve) {
  return all > reserve ? all - reserve : 0;
}

/// What lwIP puts into one segment: never more than half of the largest window the peer had.
std::size_t segment_bytes(const tcp_pcb& pcb) {
  const std::size_t half = pcb.snd_wnd_max / 2;
  return half && half < pcb.mss ? half : pcb.mss;
}

/// What lwIP holds until it is acknowledged.
struct Held {
  std::size_t bytes = 0;  // of the heap
  std::size_t segments = 0;
};

/// What a segment takes of the heap: its headers, and what of its bytes was copied.
std::size_t heap_bytes_of(const tcp_seg& segment) {
#if LWIP_NETIF_TX_SINGLE_PBUF
  return std::size_t{PBUF_TRANSPORT} + TCP_MSS;
#else
  constexpr std::size_t beside = sizeof(pbuf) + 8;  // each buffer itself, and the heap's own
  std::size_t bytes = PBUF_TRANSPORT;
  for (const pbuf* part = segment.p; part; part = part->next)
    if (pbuf_match_allocsrc(part, PBUF_TYPE_ALLOC_SRC_MASK_STD_HEAP)) bytes += part->len + beside;
  return bytes;
#endif
}

void count(const tcp_seg* segment, Held& held) {
  for (; segment; segment = segment->next) {
    ++held.segments;
    held.bytes += heap_bytes_of(*segment);
  }
}

#if MEM_LIBC_MALLOC || MEM_USE_POOLS
constexpr std::size_t heap_bytes = 0xFFFF'FFFF;  // unknown
#else
constexpr std::size_t heap_bytes = MEM_SIZE;
#endif

/// Peers that read nothing must not make the rest deaf: what waits for their windows leaves this
/// much of the heap, and two segments, for everybody else.
constexpr std::size_t left_bytes = heap_bytes / 8;
constexpr std::size_t left_segments = 2;

/// Whether a connection may queue `size` more bytes: as many as its peer has room for, whoever has
/// memory; beyond that while enough is left.
bool may_queue(const tcp_pcb& self, std::size_t size) {
  if (self.snd_lbb - self.lastack + size <= self.snd_wnd) return true;
  Held held{size + PBUF_TRANSPORT + left_bytes, 1 + left_segments};
  for (const tcp_pcb* pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
    count(pcb->unsent, held);
    count(pcb->unacked, held);
  }
  return held.bytes <= heap_bytes && held.segments <= MEMP_NUM_TCP_SEG;
}

/// Whether an acknowledgement may still give memory back.
bool something_is_queued() {
  for (const tcp_pcb* pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
    if (pcb->snd_queuelen) return true;
  return false;
}

}  // namespace

std::size_t Tcp::room(io::Urgency urgency) const {
  const CoreLock lock(net_.started_);
  return free_bytes(urgency);
}

/// What lwIP's queue takes, if there is memory.
std::size_t Tcp::free_bytes(io::Urgency urgency) const {
  if (state_ != State::open || !pcb_) return 0;
  const bool data = urgency == io::Urgency::data;
  // The first part goes into the last segment, and takes a buffer there.
  const std::size_t taken = tcp_sndqueuelen(pcb_) + 1u + (data ? reserve_buffers : 0);
  const std::size_t bytes = above(tcp_sndbuf(pcb_), data ? reserve_bytes : 0);
  return std::min(bytes, above(TCP_SND_QUEUELEN, taken) * segment_bytes(*pcb_));
}

Status Tcp::send(ByteView head, ByteView body, io::Urgency urgency) {
  const CoreLock lock(net_.started_);
  if (state_ != State::open) return Status::not_open;
  const std::size_t size = head.size() + body.size();
  if (size == 0) return Status::ok;
  constexpr std::size_t most = std::min<std::size_t>(TCP_SND_BUF, 0xFFFF);
  if (size > (urgency == io::Urgency::data ? most - reserve_bytes : most)) return Status::too_large;
  if (size > free_bytes(urgency)) return refuse(size, urgency);
  if (head.empty() || body.empty()) return write(head.empty() ? body : head, urgency);
  return join(head, body, urgency);
}

/// One tcp_write() takes everything or nothing; two would not.
Status Tcp::join(ByteView head, ByteView body, io::Urgency urgency) {
  const std::size_t size = head.size() + body.size();
  std::uint8_t little[io::control_reserve_bytes];  // Control frames need no block.
  if (size <= sizeof little) {
    std::memcpy(little, head.data(), head.size());
    std::memcpy(little + head.size(), body.data(), body.size());
    return write({little, size}, urgency);
  }
  if (size > net_.blocks().block_bytes()) return Status::too_large;
  const io::ComposingBlock block(net_.blocks());
  if (block.bytes().empty()) return refuse(size, urgency);
  std::memcpy(block.bytes().data(), head.data(), head.size());
  std::memcpy(block.bytes().data() + head.size(), body.data(), body.size());
  return write(block.bytes().first(size), urgency);
}

Status Tcp::write(ByteView bytes, io::Urgency urgency) {
  const auto size = static_cast<u16_t>(bytes.size());
  err_t error = ERR_MEM;
  if (urgency == io::Urgency::control || may_queue(*pcb_, size))
    error = tcp_write(pcb_, bytes.data(), size, TCP_WRITE_FLAG_COPY);
  if (error == ERR_OK) {
    starved_ = false;
    net_.count.tx_bytes += size;
    output();
    return Status::ok;
  }
  // The memory may be somebody else's for a moment. If it is not there at the next tick either, it
  // never will be.
  const bool starved = !something_is_queued();
  if (starved && starved_) return Status::too_large;
  starved_ = starved;
  return refuse(size, urgency);
}

Status Tcp::refuse(std::size_t size, io::Urgency urgency) {
  // Room for any data is room for control.
  want_room(urgency == io::Urgency::data ? size : 1);
  return Status::would_block;
}

std::size_t Tcp::send_constant(ByteView bytes) {
  const CoreLock lock(net_.started_);
  if (state_ != State::open || bytes.empty()) return 0;
  const std::size_t segment = pcb_ ? segment_bytes(*pcb_) : 0;
  const std::size_t free = free_bytes(io::Urgency::data);
  // A segment without a copy is two buffers: its headers, and where its bytes lie.
  const std::size_t buffers = above(TCP_SND_QUEUELEN, pcb_ ? tcp_sndqueuelen(pcb_) + 3u : 0);
  const std::size_t most = std::min(free, buffers / 2 * segment);
  std::size_t size = std::min({bytes.size(), most, std::size_t{0xFFFF}});
  while (size && tcp_write(pcb_, bytes.data(), static_cast<u16_t>(size), 0) != ERR_OK)
    size = size > segment ? size / 2 : 0;
  if (size) {
    net_.count.tx_bytes += static_cast<std::uint32_t>(size);
    output();
  }
  const std::size_t rest = bytes.size() - size;
  if (rest) want_room(std::min({rest, segment, std::size_t{TCP_SND_BUF / 2}}));
  return size;
}

void Tcp::await_room(std::size_t bytes) {
  const CoreLock lock(net_.started_);
  if (state_ == State::open) want_room(std::min(bytes, std::size_t{TCP_SND_BUF / 2}));
}

void Tcp::want_room(std::size_t bytes) {
  const auto amount = static_cast<std::uint16_t>(bytes);
  amount_ = wants_room_ ? std::min(amount_, amount) : amount;
  wants_room_ = true;
  net_.enter(*this);
}

void Tcp::output() {
  if (net_.pumping_) {
    must_output_ = true;  // Together with what else this round writes.
    net_.enter(*this);
  } else {
    tcp_output(pcb_);
  }
}

err_t FromLwip::on_sent(void* tcp, tcp_pcb*, u16_t) {
  Tcp& self = *static_cast<Tcp*>(tcp);
  self.stalled_ = 0;
  self.net_.memory_came_back();
  return ERR_OK;
}

}  // namespace mote::lwip
