// SPDX-License-Identifier: MIT
#include "mote/http/client.hpp"

namespace mote::http {

void Client::got_field(const Field& field) {
  if (on_field) on_field(field);
}

void Client::got_head(std::uint16_t code) {
  if (on_head) on_head(code);
}

void Client::got_body(ByteView part) {
  if (on_body) on_body(part);
}

void Client::got_end(Failure why) {
  if (on_done) on_done(why);
}

}  // namespace mote::http
