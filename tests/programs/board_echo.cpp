// SPDX-License-Identifier: MIT
// Echoes TCP on port 7 over lwIP's raw callbacks, without Mote's own port: proves the board's
// layer. Words of the command line: `stay` (until killed) or nothing (ends after the first
// connection).
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "mps2/board.hpp"

using namespace mote;

namespace {

bool is_over = false;
pbuf* waiting = nullptr;

void send_back(tcp_pcb* pcb) {
  while (waiting) {
    const u16_t length = waiting->len;
    if (tcp_write(pcb, waiting->payload, length, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
    pbuf* const used = waiting;
    waiting = used->next;
    if (waiting) pbuf_ref(waiting);
    pbuf_free(used);
    tcp_recved(pcb, length);
  }
  tcp_output(pcb);
}

err_t on_sent(void*, tcp_pcb* pcb, u16_t) {
  send_back(pcb);
  return ERR_OK;
}

err_t on_received(void*, tcp_pcb* pcb, pbuf* bytes, err_t) {
  if (!bytes) {
    is_over = true;
    return tcp_close(pcb);
  }
  if (waiting) {
    pbuf_cat(waiting, bytes);
  } else {
    waiting = bytes;
  }
  send_back(pcb);
  return ERR_OK;
}

err_t on_accepted(void*, tcp_pcb* pcb, err_t) {
  tcp_nagle_disable(pcb);
  tcp_recv(pcb, on_received);
  tcp_sent(pcb, on_sent);
  return ERR_OK;
}

void tell_address(const netif& interface, bool& was_up) {
  const bool is_up = netif_is_link_up(&interface) && !ip4_addr_isany(netif_ip4_addr(&interface));
  if (is_up == was_up) return;
  was_up = is_up;
  mps2::print(is_up ? "network is up" : "network is down");
}

void report() {
  mps2::print_part("stack ");
  mps2::print_part(static_cast<std::uint32_t>(mps2::stack_used_most()));
  mps2::print_part(" of ");
  mps2::print_part(static_cast<std::uint32_t>(mps2::stack_bytes()));
  mps2::print_part(", starved ");
  mps2::print_part(mps2::ethernet_counters().starved);
  mps2::print("");
}

}  // namespace

int main() {
  lwip_init();
  const netif& interface = mps2::start_ethernet();
  tcp_pcb* const door = tcp_new_ip_type(IPADDR_TYPE_ANY);
  if (tcp_bind(door, IP_ANY_TYPE, 7) != ERR_OK) return 1;
  tcp_accept(tcp_listen(door), on_accepted);
  const bool stays = mps2::command_line().find("stay") != std::string_view::npos;
  bool was_up = false;
  std::uint32_t end = 0;
  while (end == 0 || static_cast<std::int32_t>(mps2::clock_ms() - end) < 0) {
    bool more = true;
    for (int frames = 0; frames < 8 && more; ++frames) more = mps2::receive_frame();
    sys_check_timeouts();
    tell_address(interface, was_up);
    if (is_over && !stays && end == 0) {
      report();
      end = mps2::clock_ms() + 100;  // So that the last segments leave.
    }
    if (!more) mps2::sleep_at_most({end ? 10 : sys_timeouts_sleeptime()});
  }
  return 0;
}
