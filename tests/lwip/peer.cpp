// SPDX-License-Identifier: MIT
#include "peer.hpp"

#include <algorithm>
#include <cstring>
#include <list>
#include <memory>
#include <vector>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"

namespace {

lab::PeerHost* host;
std::uint32_t random_state = 1;

}  // namespace

extern "C" unsigned int lab_random(void) {
  random_state = random_state * 1664525u + 1013904223u;
  return random_state >> 8;
}
extern "C" u32_t sys_now(void) { return host->now_ms(); }

namespace {

using lab::PeerTcp;

err_t send_frame(netif*, pbuf* frame) {
  std::vector<std::uint8_t> bytes(frame->tot_len);
  pbuf_copy_partial(frame, bytes.data(), frame->tot_len, 0);
  host->send(bytes.data(), bytes.size());
  return ERR_OK;
}

err_t start_interface(netif* interface) {
  interface->name[0] = 'p';
  interface->name[1] = 'e';
  interface->output = etharp_output;
  interface->output_ip6 = ethip6_output;
  interface->linkoutput = send_frame;
  interface->mtu = 1500;
  interface->hwaddr_len = 6;
  const std::uint8_t address[6] = {2, 0, 0, 0, 0, 2};
  std::memcpy(interface->hwaddr, address, 6);
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                     NETIF_FLAG_LINK_UP | NETIF_FLAG_MLD6;
  return ERR_OK;
}

class LwipPeer final : public lab::Peer {
 public:
  LwipPeer() {
    lwip_init();
    ip4_addr_t address, mask, gateway;
    IP4_ADDR(&address, 10, 0, 0, 2);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    netif_add(&netif_, &address, &mask, &gateway, nullptr, start_interface, ethernet_input);
    netif_create_ip6_linklocal_address(&netif_, 1);
    ip6_addr_t address6;
    ip6addr_aton("fd00::2", &address6);
    s8_t index = 1;
    netif_add_ip6_address(&netif_, &address6, &index);
    netif_ip6_addr_set_state(&netif_, 0, IP6_ADDR_PREFERRED);
    netif_ip6_addr_set_state(&netif_, index, IP6_ADDR_PREFERRED);
    netif_set_default(&netif_);
    netif_set_up(&netif_);
    server_ = udp_new_ip_type(IPADDR_TYPE_ANY);
    udp_bind(server_, IP_ANY_TYPE, 53);
    udp_recv(server_, on_question, this);
    clock_ = udp_new_ip_type(IPADDR_TYPE_ANY);
    udp_bind(clock_, IP_ANY_TYPE, 123);
    udp_recv(clock_, on_time_question, this);
  }

  void input(const std::uint8_t* frame, std::size_t size) override {
    pbuf* const bytes = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size), PBUF_POOL);
    pbuf_take(bytes, frame, static_cast<u16_t>(size));
    if (netif_.input(bytes, &netif_) != ERR_OK) pbuf_free(bytes);
  }

  std::uint32_t run() override {
    sys_check_timeouts();
    std::uint32_t next = sys_timeouts_sleeptime();
    for (auto answer = answers_.begin(); answer != answers_.end();) {
      const std::int32_t wait = static_cast<std::int32_t>(answer->due_ms - host->now_ms());
      if (wait <= 0) {
        answer_now(*answer);
        answer = answers_.erase(answer);
      } else {
        next = std::min(next, static_cast<std::uint32_t>(wait));
        ++answer;
      }
    }
    return next;
  }

  void listen(std::uint16_t port) override {
    tcp_pcb* const pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    ip_set_option(pcb, SOF_REUSEADDR);
    tcp_bind(pcb, IP_ANY_TYPE, port);
    tcp_pcb* const door = tcp_listen(pcb);
    tcp_arg(door, this);
    tcp_accept(door, [](void* self, tcp_pcb* fresh, err_t error) -> err_t {
      if (error != ERR_OK) return ERR_VAL;
      auto& peer = *static_cast<LwipPeer*>(self);
      PeerTcp& tcp = peer.adopt(fresh);
      tcp.connected = true;
      peer.accepted_.push_back(&tcp);
      return ERR_OK;
    });
    doors_.push_back(door);
  }

  PeerTcp* accepted() override {
    if (accepted_.empty()) return nullptr;
    PeerTcp* const first = accepted_.front();
    accepted_.erase(accepted_.begin());
    return first;
  }

  PeerTcp* connect(const char* address, std::uint16_t port) override {
    ip_addr_t to;
    ipaddr_aton(address, &to);
    tcp_pcb* const pcb = tcp_new_ip_type(IP_GET_TYPE(&to));
    PeerTcp& tcp = adopt(pcb);
    tcp_connect(pcb, &to, port, [](void* self, tcp_pcb*, err_t) -> err_t {
      static_cast<PeerTcp*>(self)->connected = true;
      push(*static_cast<PeerTcp*>(self));
      return ERR_OK;
    });
    return &tcp;
  }

  void write(PeerTcp& tcp, const std::string& bytes) override {
    tcp.unsent += bytes;
    if (tcp.connected) push(tcp);
  }

  void write_bytewise(PeerTcp& tcp, const std::string& bytes) override {
    for (const char byte : bytes) {
      if (!tcp.pcb) return;
      tcp_write(pcb_of(tcp), &byte, 1, TCP_WRITE_FLAG_COPY);
      tcp_output(pcb_of(tcp));
      // Whatever waits for the window must not grow together with the next byte.
      while (pcb_of(tcp)->unsent && pcb_of(tcp)->unsent_oversize) pcb_of(tcp)->unsent_oversize = 0;
    }
  }

  void acknowledge(PeerTcp& tcp, std::size_t size) override {
    if (tcp.pcb) tcp_recved(pcb_of(tcp), static_cast<u16_t>(size));
  }
  void end(PeerTcp& tcp) override {
    if (tcp.pcb) tcp_shutdown(pcb_of(tcp), 0, 1);
  }
  void close(PeerTcp& tcp) override {
    if (!tcp.pcb) return;
    tcp_pcb* const pcb = pcb_of(tcp);
    silence(tcp);
    tcp_close(pcb);
  }
  void reset(PeerTcp& tcp) override {
    if (!tcp.pcb) return;
    tcp_pcb* const pcb = pcb_of(tcp);
    silence(tcp);
    tcp_abort(pcb);
  }

  void clear() override {
    for (auto& tcp : all_) reset(*tcp);
    for (tcp_pcb* door : doors_) tcp_close(door);
    all_.clear();
    doors_.clear();
    accepted_.clear();
    answers_.clear();
    names.clear();
    time_server = nullptr;
    questions = 0;
  }
  void set_random(std::uint32_t seed) override { random_state = seed; }

 private:
  struct Answer {
    std::uint32_t due_ms;
    std::vector<std::uint8_t> bytes;
    ip_addr_t to;
    u16_t port;
  };

  static tcp_pcb* pcb_of(PeerTcp& tcp) { return static_cast<tcp_pcb*>(tcp.pcb); }

  PeerTcp& adopt(tcp_pcb* pcb) {
    all_.push_back(std::make_unique<PeerTcp>());
    PeerTcp& tcp = *all_.back();
    tcp.pcb = pcb;
    tcp_arg(pcb, &tcp);
    tcp_nagle_disable(pcb);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, [](void* self, tcp_pcb*, u16_t) -> err_t {
      push(*static_cast<PeerTcp*>(self));
      return ERR_OK;
    });
    tcp_err(pcb, [](void* self, err_t error) {
      static_cast<PeerTcp*>(self)->error = error;
      static_cast<PeerTcp*>(self)->pcb = nullptr;
    });
    return tcp;
  }

  static void silence(PeerTcp& tcp) {
    tcp_pcb* const pcb = pcb_of(tcp);
    tcp_arg(pcb, nullptr);
    tcp_recv(pcb, nullptr);
    tcp_sent(pcb, nullptr);
    tcp_err(pcb, nullptr);
    tcp.pcb = nullptr;
  }

  static void push(PeerTcp& tcp) {
    while (tcp.pcb && !tcp.unsent.empty()) {
      const std::size_t size =
          std::min<std::size_t>({tcp.unsent.size(), tcp_sndbuf(pcb_of(tcp)), 8192});
      if (size == 0) break;
      if (tcp_write(pcb_of(tcp), tcp.unsent.data(), static_cast<u16_t>(size), TCP_WRITE_FLAG_COPY))
        break;
      tcp.unsent.erase(0, size);
    }
    if (tcp.pcb) tcp_output(pcb_of(tcp));
  }

  static err_t on_received(void* self, tcp_pcb* pcb, pbuf* bytes, err_t) {
    PeerTcp& tcp = *static_cast<PeerTcp*>(self);
    if (!bytes) {
      tcp.ended = true;
      // With both ends gone lwIP may free the pcb without a word.
      if (pcb->state == TIME_WAIT || pcb->state == CLOSING) silence(tcp);
      return ERR_OK;
    }
    if (!tcp.reads) return ERR_MEM;
    std::string text(bytes->tot_len, '\0');
    pbuf_copy_partial(bytes, text.data(), bytes->tot_len, 0);
    tcp.received += text;
    if (tcp.acknowledges) tcp_recved(pcb, bytes->tot_len);
    pbuf_free(bytes);
    return ERR_OK;
  }

  // A name server that knows `names`: one question, one answer.
  static void on_question(void* self, udp_pcb*, pbuf* bytes, const ip_addr_t* from, u16_t port) {
    auto& peer = *static_cast<LwipPeer*>(self);
    std::vector<std::uint8_t> question(bytes->tot_len);
    pbuf_copy_partial(bytes, question.data(), bytes->tot_len, 0);
    pbuf_free(bytes);
    ++peer.questions;
    std::string name;
    std::size_t at = 12;
    while (question[at]) {
      if (!name.empty()) name += '.';
      name.append(reinterpret_cast<char*>(&question[at + 1]), question[at]);
      at += question[at] + 1u;
    }
    question.resize(at + 5);
    const lab::PeerName& known = peer.names[name];
    if (known.silent) return;
    const std::vector<std::uint8_t> answer = answer_to(question, known);
    for (int i = known.flaw == lab::Flaw::twice ? 2 : 1; i > 0; --i)
      peer.answers_.push_back({host->now_ms() + known.delay_ms, answer, *from, port});
  }

  static void on_time_question(
      void* self, udp_pcb* pcb, pbuf* bytes, const ip_addr_t* from, u16_t port) {
    auto& peer = *static_cast<LwipPeer*>(self);
    std::string question(bytes->tot_len, '\0');
    pbuf_copy_partial(bytes, question.data(), bytes->tot_len, 0);
    pbuf_free(bytes);
    if (!peer.time_server) return;
    for (const lab::PeerDatagram& answer : peer.time_server(question)) {
      const auto size = static_cast<u16_t>(answer.bytes.size());
      pbuf* const out = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);
      pbuf_take(out, answer.bytes.data(), size);
      ip_addr_t address;
      ipaddr_aton(answer.address.c_str(), &address);
      pcb->local_port = answer.port;
      udp_sendto_if_src(pcb, out, from, port, &peer.netif_, &address);
      pcb->local_port = 123;
      pbuf_free(out);
    }
  }

  static std::vector<std::uint8_t> answer_to(std::vector<std::uint8_t> answer,
                                             const lab::PeerName& known) {
    using lab::Flaw;
    if (known.flaw == Flaw::question_only) return answer;
    const bool ipv6 = answer[answer.size() - 3] == 28;
    const std::string& address = ipv6 ? known.ipv6 : known.ipv4;
    answer[2] = 0x81;
    answer[3] = address.empty() ? 0x83 : 0x80;
    answer[7] = address.empty() ? 0 : 1;
    if (known.flaw == Flaw::other_id) answer[1] ^= 1;
    if (known.flaw == Flaw::other_question) answer[13] ^= 1;
    if (address.empty() || known.flaw == Flaw::no_records) return answer;
    const auto add = [&answer](std::initializer_list<int> bytes) {
      for (const int byte : bytes) answer.push_back(static_cast<std::uint8_t>(byte));
    };
    const int size = ipv6 ? 16 : 4;
    if (known.flaw == Flaw::alias_first) {
      answer[7] = 2;
      add({0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 6, 4, 'r', 'e', 'a', 'l', 0});
    }
    if (known.flaw == Flaw::looping_name) {
      const int here = static_cast<int>(answer.size());
      add({1, 'a', 0xC0 | here >> 8, here & 0xFF});
    } else if (known.flaw == Flaw::endless_name) {
      for (int i = 0; i < 75; ++i) add({3, 'a', 'b', 'c'});
      add({0});
    } else {
      add({0xC0, 12});
    }
    add({0, ipv6 ? 28 : 1, 0, 1, 0, 0, 0, 9, 0, known.flaw == Flaw::long_data ? 200 : size});
    ip_addr_t value;
    ipaddr_aton(address.c_str(), &value);
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
    answer.insert(answer.end(), raw, raw + size);
    if (known.flaw == Flaw::cut_short) answer.resize(answer.size() - 7);
    return answer;
  }

  void answer_now(const Answer& answer) {
    pbuf* const bytes =
        pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(answer.bytes.size()), PBUF_RAM);
    pbuf_take(bytes, answer.bytes.data(), static_cast<u16_t>(answer.bytes.size()));
    udp_sendto(server_, bytes, &answer.to, answer.port);
    pbuf_free(bytes);
  }

  netif netif_{};
  udp_pcb* server_ = nullptr;
  udp_pcb* clock_ = nullptr;
  std::list<std::unique_ptr<PeerTcp>> all_;
  std::vector<tcp_pcb*> doors_;
  std::vector<PeerTcp*> accepted_;
  std::list<Answer> answers_;
};

}  // namespace

extern "C" __attribute__((visibility("default"))) lab::Peer* make_peer(lab::PeerHost* lender) {
  host = lender;
  static LwipPeer peer;
  return &peer;
}
