// SPDX-License-Identifier: MIT
#include "lab.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "netif/ethernet.h"

namespace lab {
namespace {

// One minute before a 32-bit clock of milliseconds begins anew.
constexpr std::uint64_t start_ms = 0xFFFFFFFFu - 60'000u;
std::uint64_t clock_ms = start_ms;
std::uint32_t device_random = 1;
netif device;
bool device_started = false;
Lab* the_lab = nullptr;
constexpr std::uint64_t never = ~std::uint64_t{0};

err_t send_frame(netif*, pbuf* frame);

err_t start_interface(netif* interface) {
  interface->name[0] = 'd';
  interface->name[1] = 'e';
  interface->output = etharp_output;
  interface->output_ip6 = ethip6_output;
  interface->linkoutput = send_frame;
  interface->mtu = 1500;
  interface->hwaddr_len = 6;
  const std::uint8_t address[6] = {2, 0, 0, 0, 0, 1};
  std::copy(address, address + 6, interface->hwaddr);
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                     NETIF_FLAG_LINK_UP | NETIF_FLAG_MLD6;
  return ERR_OK;
}

/// Lives as long as the process, as the library does; each Lab lends itself to it.
struct Lender : PeerHost {
  void send(const std::uint8_t* frame, std::size_t size) override {
    if (the_lab) static_cast<PeerHost*>(the_lab)->send(frame, size);
  }
  std::uint32_t now_ms() const override { return static_cast<std::uint32_t>(clock_ms); }
};

Peer& the_peer() {
  static Lender lender;
  static Peer* const peer = [] {
    void* const library = dlopen(LAB_PEER, RTLD_NOW | RTLD_LOCAL);
    if (!library) ADD_FAILURE() << dlerror();
    return reinterpret_cast<Peer* (*)(PeerHost*)>(dlsym(library, "make_peer"))(&lender);
  }();
  return *peer;
}

int used(int pool) { return memp_pools[pool]->stats->used; }

}  // namespace

Fault write_fault, memp_fault, heap_fault;
int memp_faulty = -1;

namespace {

bool fails(Fault& fault) {
  ++fault.calls;
  if (fault.at == 0) return false;
  if (--fault.at > 0) return false;
  if (fault.for_good) fault.at = 1;
  return true;
}

}  // namespace

extern "C" {
u32_t sys_now(void) { return static_cast<u32_t>(clock_ms); }
unsigned int lab_random(void) {
  device_random = device_random * 1664525u + 1013904223u;
  return device_random >> 8;
}

// The linker sends lwIP's calls through these (--wrap).
err_t __real_tcp_write(tcp_pcb* pcb, const void* bytes, u16_t size, u8_t flags);
err_t __wrap_tcp_write(tcp_pcb* pcb, const void* bytes, u16_t size, u8_t flags) {
  return fails(write_fault) ? err_t{ERR_MEM} : __real_tcp_write(pcb, bytes, size, flags);
}
void* __real_memp_malloc(memp_t type);
void* __wrap_memp_malloc(memp_t type) {
  if (static_cast<int>(type) == memp_faulty && fails(memp_fault)) return nullptr;
  return __real_memp_malloc(type);
}
void* __real_mem_malloc(mem_size_t size);
void* __wrap_mem_malloc(mem_size_t size) {
  return fails(heap_fault) ? nullptr : __real_mem_malloc(size);
}
}

void Net::random(ByteSpan out) {
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(lab_random());
}

void Net::start() {
  if (!device_started) {
    device_started = true;
    lwip_init();
    netif_add_noaddr(&device, nullptr, start_interface, ethernet_input);
    netif_create_ip6_linklocal_address(&device, 1);
    netif_set_default(&device);
    netif_set_up(&device);
    netif_ip6_addr_set_state(&device, 0, IP6_ADDR_PREFERRED);
    lab_.set_address(true);
    lab_.set_name_server(true);
  }
}

bool Net::receive_frame() { return lab_.give_frame(); }

void Net::sleep(Duration at_most) {
  const std::uint64_t end = clock_ms + at_most.ms;
  while (!woken_) {
    const std::uint64_t frame = lab_.next_ms(true);
    const std::uint64_t next = std::min({end, frame, lab_.next_ms(false)});
    clock_ms = std::max(clock_ms, next);
    lab_.run_peer();
    if (clock_ms >= end || lab_.next_ms(true) <= clock_ms) break;
  }
  woken_ = false;
}

Lab::Lab(std::uint32_t seed)
    : peer(the_peer()), random_(seed), net(*this, memory_, sizeof memory_ / 4) {
  the_lab = this;
  device_random = seed;
  peer.set_random(seed);
  write_fault = memp_fault = heap_fault = {};
  memp_faulty = -1;
  if (!device_started) return;
  set_link(true);
  set_address(true);
  set_name_server(true);
}

Lab::~Lab() {
  write_fault = memp_fault = heap_fault = {};
  memp_faulty = -1;
  wire = {};
  peer.clear();
  run(Duration{200'000});  // TIME_WAIT is over, and late answers have come.
  frames_.clear();
  for (pbuf* frame : kept_) pbuf_free(frame);
  the_lab = nullptr;
  expect_nothing_left();
}

void Lab::expect_nothing_left() {
  EXPECT_EQ(used(MEMP_TCP_PCB), 0) << "pcbs";
  EXPECT_EQ(used(MEMP_TCP_PCB_LISTEN), 0) << "listening pcbs";
  EXPECT_EQ(used(MEMP_TCP_SEG), 0) << "segments";
  EXPECT_EQ(used(MEMP_PBUF), 0) << "pbufs";
  EXPECT_EQ(used(MEMP_PBUF_POOL), 0) << "buffers of the pool";
  EXPECT_EQ(net.blocks().used(), 0) << "blocks";
}

void Lab::run(Duration time) {
  const std::uint64_t end = clock_ms + time.ms;
  for (int rounds = 0; clock_ms < end; ++rounds) {
    ASSERT_LT(rounds, 2'000'000) << "poll() always has more to do";
    (void)net.poll({static_cast<std::uint32_t>(end - clock_ms)});
  }
}

void Lab::oversleep(Duration time) {
  clock_ms += time.ms;
  (void)net.poll();
}

bool Lab::until(const std::function<bool()>& done, Duration at_most) {
  const std::uint64_t end = clock_ms + at_most.ms;
  while (!done()) {
    if (clock_ms >= end) return false;
    run({1});
  }
  return true;
}

PeerTcp& Lab::accepted() {
  PeerTcp* tcp = nullptr;
  EXPECT_TRUE(until([&] { return (tcp = peer.accepted()) != nullptr; })) << "nobody connected";
  static PeerTcp nobody;
  return tcp ? *tcp : nobody;
}

void Lab::set_link(bool up) {
  if (up) {
    netif_set_link_up(&device);
  } else {
    netif_set_link_down(&device);
  }
}

void Lab::set_address(bool there) {
  ip4_addr_t address, mask, gateway;
  IP4_ADDR(&address, 10, 0, 0, 1);
  IP4_ADDR(&mask, 255, 255, 255, 0);
  IP4_ADDR(&gateway, 10, 0, 0, 2);
  if (!there) ip4_addr_set_zero(&address);
  netif_set_addr(&device, &address, &mask, &gateway);
  ip6_addr_t address6;
  ip6addr_aton("fd00::1", &address6);
  netif_ip6_addr_set(&device, 1, &address6);
  netif_ip6_addr_set_state(&device, 1, there ? IP6_ADDR_PREFERRED : IP6_ADDR_INVALID);
}

void Lab::set_name_server(bool there) {
  ip_addr_t server = IPADDR4_INIT_BYTES(10, 0, 0, 2);
  if (!there) server = *IP4_ADDR_ANY;
  dns_setserver(0, &server);
}

std::uint64_t Lab::passed_ms() const { return clock_ms - start_ms; }

std::uint32_t Lab::now_ms() const { return static_cast<std::uint32_t>(clock_ms); }

void Lab::put(const std::uint8_t* frame, std::size_t size, bool to_device) {
  Frame fresh{clock_ms + wire.delay_ms, frame_number_++, to_device, {frame, frame + size}};
  if (!netif_is_link_up(&device)) return;
  if (wire.eats && wire.eats(to_device, fresh.bytes)) return;
  const auto happens = [&](unsigned percent) { return random_() % 100 < percent; };
  if (happens(wire.loss)) return;
  if (happens(wire.late)) fresh.at_ms += 1 + random_() % 20;
  frames_.insert(fresh);
  if (!happens(wire.twice)) return;
  fresh.number = frame_number_++;
  frames_.insert(fresh);
}

std::uint64_t Lab::next_ms(bool for_device) const {
  for (const Frame& frame : frames_)
    if (frame.to_device == for_device) return frame.at_ms;
  return for_device ? never : peer_due_ms_;
}

void Lab::run_peer() {
  for (auto frame = frames_.begin(); frame != frames_.end() && frame->at_ms <= clock_ms;) {
    if (frame->to_device) {
      ++frame;
      continue;
    }
    const std::vector<std::uint8_t> bytes = frame->bytes;
    frames_.erase(frame);
    peer.input(bytes.data(), bytes.size());
    frame = frames_.begin();
  }
  const std::uint32_t wait = peer.run();
  peer_due_ms_ = wait == 0xFFFFFFFF ? never : clock_ms + wait;
}

/// The driver's own references, of as many frames as come in one round.
void Lab::keep(pbuf* frame) {
  pbuf_ref(frame);
  kept_.push_back(frame);
  if (kept_.size() <= 4) return;
  pbuf_free(kept_.front());
  kept_.erase(kept_.begin());
}

pbuf* Lab::buffers_for(std::size_t size) {
  const std::size_t first = std::min(size, first_buffer);
  pbuf* const into = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(first), PBUF_POOL);
  if (!into || size == first) return into;
  pbuf* const rest = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size - first), PBUF_POOL);
  if (!rest) {
    pbuf_free(into);
    return nullptr;
  }
  pbuf_cat(into, rest);
  return into;
}

/// Hands one frame to the device. False: none has arrived.
bool Lab::give_frame() {
  for (auto frame = frames_.begin(); frame != frames_.end() && frame->at_ms <= clock_ms; ++frame) {
    if (!frame->to_device) continue;
    const std::vector<std::uint8_t> bytes = frame->bytes;
    frames_.erase(frame);
    if (!netif_is_link_up(&device)) return true;
    pbuf* const into = buffers_for(bytes.size());
    if (!into) {
      ++frames_dropped;
      return true;
    }
    if (driver_keeps) keep(into);
    pbuf_take(into, bytes.data(), static_cast<u16_t>(bytes.size()));
    if (device.input(into, &device) != ERR_OK) pbuf_free(into);
    return true;
  }
  return false;
}

namespace {

err_t send_frame(netif*, pbuf* frame) {
  std::vector<std::uint8_t> bytes(frame->tot_len);
  pbuf_copy_partial(frame, bytes.data(), frame->tot_len, 0);
  if (the_lab) the_lab->put(bytes.data(), bytes.size(), false);
  return ERR_OK;
}

}  // namespace

void Sender::go() {
  while (sent < text.size()) {
    const auto part = std::string_view(text).substr(sent, piece);
    last = tcp.send(bytes_of(part.substr(0, 3)),
                    bytes_of(part.substr(std::min<std::size_t>(3, part.size()))),
                    io::Urgency::data);
    if (last != Status::ok) {
      ++refusals;
      return;
    }
    sent += part.size();
  }
}

std::string pattern(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + ' ';
  text.resize(size);
  return text;
}

}  // namespace lab
