// SPDX-License-Identifier: MIT
// An ordinary lwIP driver. Its interrupt only calls board::wake().
#include "netif/ethernet.h"

#include "board/board.hpp"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"

namespace board {
namespace {

volatile std::uint8_t* const frames_out = reinterpret_cast<volatile std::uint8_t*>(0x50000000u);
const volatile std::uint8_t* const frames_in =
    reinterpret_cast<volatile std::uint8_t*>(0x50001000u);
volatile std::uint32_t* const length_out = reinterpret_cast<volatile std::uint32_t*>(0x50002000u);
volatile std::uint32_t* const length_in = reinterpret_cast<volatile std::uint32_t*>(0x50002004u);

err_t send_frame(netif*, pbuf* frame) {
  std::uint32_t at = 0;
  for (const pbuf* piece = frame; piece; piece = piece->next) {
    const auto* const bytes = static_cast<const std::uint8_t*>(piece->payload);
    for (u16_t i = 0; i < piece->len; ++i) frames_out[at++] = bytes[i];
  }
  *length_out = at;
  return ERR_OK;
}

err_t init_interface(netif* made) {
  made->name[0] = 'e';
  made->name[1] = '0';
  made->output = etharp_output;
  made->linkoutput = send_frame;
  made->mtu = 1500;
  made->hwaddr_len = ETH_HWADDR_LEN;
  made->hwaddr[0] = 2;  // Locally administered.
  made->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

}  // namespace

void start_ethernet(netif& interface) {
  netif_add_noaddr(&interface, nullptr, init_interface, netif_input);
  netif_set_default(&interface);
  netif_set_up(&interface);
  dhcp_start(&interface);
}

bool receive_frame(netif& interface) {
  const auto size = static_cast<u16_t>(*length_in);
  if (size == 0) return false;
  pbuf* const frame = pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
  if (!frame) return false;  // It stays in the controller until lwIP has memory again.
  std::uint32_t at = 0;
  for (pbuf* piece = frame; piece; piece = piece->next) {
    auto* const bytes = static_cast<std::uint8_t*>(piece->payload);
    for (u16_t i = 0; i < piece->len; ++i) bytes[i] = frames_in[at++];
  }
  *length_in = 0;
  if (interface.input(frame, &interface) != ERR_OK) pbuf_free(frame);
  return true;
}

}  // namespace board
