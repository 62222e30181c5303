// SPDX-License-Identifier: MIT
#include "mote/http/cors.hpp"

#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

constexpr char asked_method[] = "access-control-request-method";

}  // namespace

bool Cors::keeps(std::string_view field_name) const {
  return encoding::is_word(field_name, "origin") || encoding::is_word(field_name, asked_method);
}

/// Which of the origins it is, counted from 1; 0: none of them.
std::uint8_t Cors::mark_of(std::string_view origin) const {
  if (!origin.data()) return 0;
  std::uint8_t mark = 0;
  for (const std::string_view each : options_.origins) {
    ++mark;
    if (each == origin || each == "*"sv) return mark;
  }
  return 0;
}

bool Cors::passes(const Received& request, Responder& responder) {
  responder.filter_mark = mark_of(request.field("origin"));
  if (request.method != "OPTIONS"sv || !request.field(asked_method).data()) return true;
  if (responder.filter_mark == 0) {
    (void)responder.answer(403);
    return false;
  }
  std::uint8_t room[10];
  ByteWriter seconds{room};
  seconds.number(options_.max_age.ms / 1000);
  (void)Reply(responder, 204)
      .field("Access-Control-Allow-Methods"sv, options_.methods)
      .field("Access-Control-Allow-Headers"sv, options_.fields)
      .field("Access-Control-Max-Age"sv, seconds.text())
      .send();
  return false;
}

void Cors::write_fields(const Responder& responder, MessageWriter& head) const {
  // Also where nobody may come in: caches must not give one origin's answer to another.
  head.field("Vary"sv, "Origin"sv);
  if (responder.filter_mark == 0) return;
  const std::string_view origin = options_.origins[responder.filter_mark - 1u];
  head.field("Access-Control-Allow-Origin"sv, origin);
  if (options_.credentials && origin != "*"sv)
    head.field("Access-Control-Allow-Credentials"sv, "true"sv);
  if (!options_.exposed.empty()) head.field("Access-Control-Expose-Headers"sv, options_.exposed);
}

}  // namespace mote::http
