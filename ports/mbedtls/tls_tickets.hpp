// SPDX-License-Identifier: MIT
#pragma once

#include <mbedtls/ssl_ticket.h>

#include "mote/base/status.hpp"
#include "mote/base/time.hpp"
#include "mote/io/loop.hpp"

namespace mote::mbedtls {

/// Lets clients resume their sessions with a server: `identity.issue(tickets)`. A ticket holds the
/// session, encrypted with a key that only this object has, so that a client costs the server no
/// memory. Each key issues tickets for one lifetime and reads them for another, then
/// it is gone; a restart makes new keys. Belongs to one Identity and outlives it.
class Tickets {
 public:
  /// `lifetime` of a ticket: a second to seven days.
  explicit Tickets(Duration lifetime = {86'400'000});
  ~Tickets();
  Tickets(const Tickets&) = delete;
  Tickets& operator=(const Tickets&) = delete;

 private:
  friend class Identity;
  Status open(io::Loop& loop, mbedtls_ssl_config& config);

  mbedtls_ssl_ticket_context context_{};  // as mbedtls_ssl_ticket_init() leaves it
  Duration lifetime_;
  bool opened_ = false;
};

}  // namespace mote::mbedtls
