// SPDX-License-Identifier: MIT
#include "lwip/listener.hpp"

#include <algorithm>

#include "lwip/core_lock.hpp"
#include "lwip/from_lwip.hpp"

namespace mote::lwip {

Status ListenerBase::listen(std::uint16_t port, io::Acceptor& acceptor) {
  const CoreLock lock(net_.started_);
  if (acceptor_) return Status::busy;
  port_ = port;
  acceptor_ = &acceptor;
  const Status status = net_.started_ ? open() : Status::ok;
  if (status == Status::ok) {
    net_.doors_.push_back(*this);
  } else {
    acceptor_ = nullptr;
  }
  return status;
}

Status ListenerBase::open() {
  tcp_pcb* const bound = tcp_new_ip_type(IPADDR_TYPE_ANY);
  if (!bound) return Status::no_slot;
  ip_set_option(bound, SOF_REUSEADDR);
  if (tcp_bind(bound, IP_ANY_TYPE, port_) != ERR_OK) {
    tcp_abort(bound);
    return Status::busy;
  }
  const auto backlog = static_cast<u8_t>(std::min<std::size_t>(places_.size(), 0xFF));
  err_t error;
  pcb_ = tcp_listen_with_backlog_and_err(bound, backlog, &error);
  if (!pcb_) {
    tcp_abort(bound);
    return error == ERR_USE ? Status::busy : Status::no_slot;
  }
  tcp_arg(pcb_, this);
  tcp_accept(pcb_, FromLwip::on_accepted);
  return Status::ok;
}

void ListenerBase::stop() {
  const CoreLock lock(net_.started_);
  if (!acceptor_) return;
  List<ListenerBase>::remove(*this);
  acceptor_ = nullptr;
  if (pcb_) tcp_close(pcb_);
  pcb_ = nullptr;
  for (Tcp& place : places_) {
    if (place.state_ != Tcp::State::arriving) continue;
    place.drop_pcb();
    place.forget();
  }
}

std::uint16_t ListenerBase::port() const { return pcb_ ? pcb_->local_port : std::uint16_t{0}; }

err_t FromLwip::on_accepted(void* door, tcp_pcb* pcb, err_t error) {
  auto& listener = *static_cast<ListenerBase*>(door);
  for (Tcp& place : listener.places_) {
    if (error != ERR_OK || !pcb) break;
    if (place.state_ != Tcp::State::idle) continue;
    place.state_ = Tcp::State::arriving;
    place.door_ = &listener;
    place.take_pcb(pcb);
    listener.net_.ready(place);
    return ERR_OK;
  }
  ++listener.net_.count.refused;
  return ERR_MEM;  // lwIP resets the connection.
}

}  // namespace mote::lwip
