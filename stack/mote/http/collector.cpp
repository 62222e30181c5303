// SPDX-License-Identifier: MIT
#include "mote/http/collector.hpp"

#include <cstring>

#include "mote/encoding/token.hpp"

namespace mote::http {

Collector::Collector(Client& client) : client_(client) {
  client.limits.body_bytes_max = client.spare().size();
  client.on_field = [this](const Field& field) { take_field(field); };
  client.on_head = [this](std::uint16_t) { size_ = 0; };
  client.on_body = [this](ByteView part) { take(part); };
  client.on_done = [this](Failure why) { end(why); };
}

void Collector::take_field(const Field& field) {
  if (encoding::is_word(field.name, "content-type")) type_ = client_.keep(field.value);
  if (on_field) on_field(field);
}

void Collector::take(ByteView part) {
  // The limit on the body keeps this within rx.
  std::memcpy(client_.spare().data() + size_, part.data(), part.size());
  size_ += part.size();
}

void Collector::end(Failure why) {
  const Response response{client_.code(), type_, text_of(client_.spare().first(size_))};
  type_ = {};
  size_ = 0;
  if (on_done) on_done(why, response);
}

}  // namespace mote::http
