// SPDX-License-Identifier: MIT
// lwIP's network interface over the LAN9118, and the few functions that lwIP wants from a board.
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "mote/base/expects.hpp"
#include "mps2/board.hpp"
#include "mps2/lan9118.hpp"
#include "mps2/registers.hpp"

static_assert(ETH_PAD_SIZE == mote::mps2::lan9118::padding_bytes, "lwipopts.h: ETH_PAD_SIZE");
static_assert(PBUF_POOL_BUFSIZE % 4 == 0, "lwipopts.h: PBUF_POOL_BUFSIZE must be whole words");

extern "C" void ethernet_handler();

namespace mote::mps2 {

namespace {

netif interface;
EthernetCounters counters;
volatile bool has_news = true;  // The interrupt came; at first the link is looked at.
bool is_starved = false;

err_t send_frame(netif*, pbuf* frame) {
  // lwIP keeps its padding at the head of the first buffer.
  const std::size_t length = frame->tot_len - std::size_t{ETH_PAD_SIZE};
  if (!lan9118::has_room(length, pbuf_clen(frame))) return ERR_MEM;
  std::uint32_t which = lan9118::first_piece;
  std::size_t skipped = ETH_PAD_SIZE;
  for (const pbuf* piece = frame; piece; piece = piece->next) {
    const ByteView bytes{static_cast<const std::uint8_t*>(piece->payload), piece->len};
    const bool is_last = piece->len == piece->tot_len;
    if (bytes.size() > skipped || is_last) {
      lan9118::write_piece(
          bytes.from(skipped), which | (is_last ? lan9118::last_piece : 0), length);
      which = 0;
      skipped = 0;
    } else {
      skipped -= bytes.size();
    }
    if (is_last) break;
  }
  ++counters.sent;
  return ERR_OK;
}

err_t start_interface(netif* made) {
  made->name[0] = 'e';
  made->name[1] = 'n';
  made->hostname = "mote";
  made->output = etharp_output;
  made->output_ip6 = ethip6_output;
  made->linkoutput = send_frame;
  made->mtu = 1500;
  made->hwaddr_len = ETH_HWADDR_LEN;
  made->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_MLD6;
  lan9118::start();
  lan9118::read_address(made->hwaddr);
  return ERR_OK;
}

void watch_link() {
  if (lan9118::has_link()) {
    netif_set_link_up(&interface);
  } else {
    netif_set_link_down(&interface);
  }
}

/// The frame stays where it is until lwIP has a buffer again.
void starve() {
  ++counters.starved;
  if (is_starved) return;
  is_starved = true;
  sys_timeout(
      10, [](void*) { is_starved = false; }, nullptr);
}

/// Takes the frame at the head of the queue into lwIP.
bool take(const lan9118::Frame& frame) {
  const auto bytes = static_cast<u16_t>(frame.length + ETH_PAD_SIZE);
  pbuf* const buffer = pbuf_alloc(PBUF_RAW, bytes, PBUF_POOL);
  if (!buffer) return false;
  std::size_t words = 0;
  for (pbuf* piece = buffer; piece; piece = piece->next) {
    const std::size_t count = (piece->len + std::size_t{3}) / 4;
    lan9118::read_words(static_cast<std::uint8_t*>(piece->payload), count);
    words += count;
  }
  lan9118::finish_frame(frame, words);
  ++counters.received;
  if (interface.input(buffer, &interface) != ERR_OK) pbuf_free(buffer);
  return true;
}

}  // namespace

netif& start_ethernet() {
  netif_add_noaddr(&interface, nullptr, start_interface, netif_input);
  netif_set_default(&interface);
  netif_create_ip6_linklocal_address(&interface, 1);
  netif_set_ip6_autoconfig_enabled(&interface, 1);
  netif_set_up(&interface);
  expects(dhcp_start(&interface) == ERR_OK);
  enable_irq(ethernet_irq);
  return interface;
}

bool receive_frame() {
  if (has_news) {
    has_news = false;
    lan9118::listen();
    watch_link();
  }
  const lan9118::Frame frame = lan9118::next_frame();
  if (frame.length == 0) return false;
  constexpr std::size_t frame_bytes_max = 1514;
  if (frame.is_damaged || frame.length > frame_bytes_max) {
    lan9118::finish_frame(frame, 0);
    return true;
  }
  if (take(frame)) return true;
  starve();
  return false;
}

EthernetCounters ethernet_counters() { return counters; }

}  // namespace mote::mps2

void ethernet_handler() {
  mote::mps2::lan9118::be_quiet();
  mote::mps2::has_news = true;
  mote::mps2::wake();
}

// lwIP's wishes (arch/cc.h, lwip/sys.h).
extern "C" {
u32_t sys_now() { return mote::mps2::clock_ms(); }

uint32_t mote_lwip_random() {
  std::uint8_t bytes[4];
  mote::mps2::entropy(bytes);
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

void mote_lwip_broken(const char* what) {
  mote::mps2::print_part("lwIP: ");
  mote::mps2::print(what);
  mote::expects(false);
}
}
