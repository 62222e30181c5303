// SPDX-License-Identifier: MIT
#include "mote/topic/publishing.hpp"

#include "mote/encoding/percent.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/responder.hpp"

namespace mote::topic {
namespace {

using namespace std::literals;

/// Takes what stands before the next `;` off the front of `type`, trimmed.
std::string_view take_part(std::string_view& type) {
  const std::size_t end = type.find(';');
  const std::string_view part = text_first(type, end);
  type = end == std::string_view::npos ? std::string_view{} : text_from(type, end + 1);
  return encoding::trimmed(part);
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return encoding::equal_ignoring_case(text_first(text, beginning.size()), beginning);
}

/// Whether a body of this media type is text that we can carry. None at all is taken for it.
bool is_text(std::string_view type) {
  const std::string_view essence = take_part(type);
  if (!essence.empty() && !begins_with(essence, "text/"sv) &&
      !encoding::is_word(essence, "application/json"))
    return false;
  while (!type.empty()) {
    const std::string_view part = take_part(type);
    if (!begins_with(part, "charset="sv)) continue;
    std::string_view charset = text_from(part, "charset="sv.size());
    if (charset.size() > 1 && charset.front() == '"')
      charset = text_first(text_from(charset, 1), charset.size() - 2);
    if (!encoding::word_in(charset, "utf-8,us-ascii")) return false;
  }
  return true;
}

}  // namespace

void Publishing::on_request(const http::Received& request, http::Responder& responder) {
  std::uint8_t room[Topic::event_bytes_max];
  ByteWriter event{room};
  const Status decoded = encoding::decode_percent(request.query_value("event"sv), event);
  std::uint16_t code = 400;
  if (!is_text(request.field("Content-Type"sv))) {
    code = 415;
  } else if (decoded == Status::ok) {
    const std::string_view data = text_of(request.body);
    const std::string_view type = event.size() ? event.text() : Topic::default_event;
    const http::StillHere still(responder);
    const bool may = !admits || admits(type, data);
    if (!still) return;
    const Status status = may ? topic_.publish(type, data) : Status::unauthorised;
    if (!may) code = 403;
    if (status == Status::too_large) code = 413;
    if (status == Status::ok) code = 201;
  }
  std::uint8_t body[id_bytes_max + 9];
  ByteWriter out{body};
  if (code == 201) {
    out.put(R"({"id":")"sv);
    put_id(out, topic_.last());
    out.put(R"("})"sv);
  }
  (void)responder.answer(code, code == 201 ? "application/json"sv : std::string_view{}, out.text());
}

}  // namespace mote::topic
