// SPDX-License-Identifier: MIT
#include "mote/http/received.hpp"

#include "mote/encoding/token.hpp"
#include "mote/http/handler.hpp"

namespace mote::http {

using namespace std::literals;

namespace {

/// Takes what stands before the next `mark` off the front of `text`, and the mark.
std::string_view take_until(std::string_view& text, char mark) {
  const std::size_t end = text.find(mark);
  const std::string_view first = text_first(text, end);
  text = end == std::string_view::npos ? std::string_view{} : text_from(text, end + 1);
  return first;
}

}  // namespace

bool Received::next_field(std::size_t& at, Field& field) const {
  std::string_view rest = text_from(kept_, at);
  if (rest.empty()) return false;
  field = {take_until(rest, '\0'), take_until(rest, '\0')};
  at = kept_.size() - rest.size();
  return true;
}

std::string_view Received::field(std::string_view name) const {
  Field field;
  for (std::size_t at = 0; next_field(at, field);)
    if (encoding::equal_ignoring_case(field.name, name)) return field.value;
  return {};
}

std::string_view Received::parameter(std::string_view name) const {
  std::string_view value;
  (void)path_fits(pattern_, path, name, value);  // It did.
  return value;
}

std::string_view Received::query_value(std::string_view name) const {
  for (std::string_view rest = query; !rest.empty();) {
    std::string_view value = take_until(rest, '&');
    if (take_until(value, '=') == name) return value.data() ? value : ""sv;
  }
  return {};
}

}  // namespace mote::http
