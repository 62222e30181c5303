// SPDX-License-Identifier: MIT
#include "mote/http/client.hpp"

namespace mote::http {

Status Client::send(const Request& request) {
  if (is_busy()) return Status::busy;
  more_ = request.more;
  rewind_ = request.rewind;
  more_fields_ = request.more_fields;
  PlainRequest plain{request.method,
                     request.url,
                     request.fields,
                     request.body,
                     request.redirects,
                     request.may_repeat};
  if (more_) plain.body = {nullptr, request.more_bytes};
  if (more_ || rewind_) plain.may_repeat = static_cast<bool>(rewind_);
  return Connection::send(plain);
}

void Client::more_fields(MessageWriter& head) const {
  if (more_fields_) more_fields_(head);
}

void Client::rewind_body() {
  if (rewind_) rewind_();
}

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
