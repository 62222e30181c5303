// SPDX-License-Identifier: MIT
#pragma once

#include "lwip/ip_addr.h"
#include "lwip/tcp.h"

namespace mote::lwip {

class Net;
class Tcp;

/// lwIP's callbacks. They record what happened and call into lwIP, never into the application.
struct FromLwip {
  static Net* net();

  static err_t on_connected(void* tcp, tcp_pcb* pcb, err_t error);
  static err_t on_accepted(void* door, tcp_pcb* pcb, err_t error);
  static err_t on_received(void* tcp, tcp_pcb* pcb, pbuf* bytes, err_t error);
  static err_t on_sent(void* tcp, tcp_pcb* pcb, u16_t size);
  static void on_error(void* tcp, err_t error);
  static void on_address(const char* name, const ip_addr_t* address, void* question);

  /// The name server's answer; nullptr: none.
  static void found(Tcp& tcp, const ip_addr_t* address);
  static void connect(Tcp& tcp, const ip_addr_t& address);

  /// Of connections that were let go: nobody but lwIP knows them.
  static err_t on_stray_sent(void*, tcp_pcb* pcb, u16_t size);
  static void on_stray_error(void*, err_t error);

  /// From now on `pcb` calls nobody.
  static void silence(tcp_pcb& pcb);
  static void lose_unreachable();

 private:
  static err_t keep(Tcp& tcp, pbuf& bytes);
  static err_t discard(Tcp& tcp, tcp_pcb& pcb, pbuf* bytes);
};

}  // namespace mote::lwip
