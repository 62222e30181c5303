// SPDX-License-Identifier: MIT
#include "lwip/resolver.hpp"

#include "lwip/dns.h"
#include "lwip/from_lwip.hpp"
#include "lwip/tcp.hpp"

namespace mote::lwip {
namespace {

/// What lwIP was asked. It cannot be told to stop: a place is free again when it has answered, and
/// the answer is dropped if its asker is gone.
struct Question {
  Tcp* asker;
  bool open;
};
Question questions[DNS_TABLE_SIZE];

Question* free_question() {
  for (Question& question : questions)
    if (!question.open) return &question;
  return nullptr;
}

}  // namespace

Lookup look_up(Tcp& asker, const char* host, bool ipv6, ip_addr_t& address) {
  if (ip_addr_isany(dns_getserver(0))) return Lookup::later;
  Question* const question = free_question();
  if (!question) return Lookup::later;
  *question = {&asker, true};
#if LWIP_IPV4 && LWIP_IPV6
  const u8_t family = ipv6 ? LWIP_DNS_ADDRTYPE_IPV6 : LWIP_DNS_ADDRTYPE_IPV4;
#else
  const u8_t family = LWIP_DNS_ADDRTYPE_DEFAULT;
  (void)ipv6;
#endif
  const err_t error =
      dns_gethostbyname_addrtype(host, &address, FromLwip::on_address, question, family);
  if (error == ERR_INPROGRESS) return Lookup::asked;
  *question = {};
  if (error == ERR_OK) return Lookup::found;
  return error == ERR_ARG ? Lookup::never : Lookup::later;
}

void forget(Tcp& asker) {
  for (Question& question : questions)
    if (question.asker == &asker) question.asker = nullptr;
}

void FromLwip::on_address(const char*, const ip_addr_t* address, void* question) {
  Tcp* const asker = static_cast<Question*>(question)->asker;
  *static_cast<Question*>(question) = {};
  if (asker) found(*asker, address);
}

}  // namespace mote::lwip
