// SPDX-License-Identifier: MIT
#include "mote/http/asset.hpp"

#include <algorithm>
#include <limits>

#include "mote/encoding/hex.hpp"
#include "mote/encoding/token.hpp"
#include "mote/http/received.hpp"
#include "mote/http/reply.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

enum class Taken : std::uint8_t { unsaid, no, yes };
enum class Compare : std::uint8_t { weak, strong };
enum class Extent : std::uint8_t { whole, part, none };

/// What stands behind the `;` of a coding: whether it is a weight of zero (RFC 9110 §12.4.2).
bool is_refusal(std::string_view weight) {
  weight = encoding::trimmed(weight);
  if (weight.size() < 3 || (weight[0] | 0x20) != 'q' || weight[1] != '=') return false;
  for (const char c : text_from(weight, 2))
    if (c != '0' && c != '.') return false;
  return true;
}

/// Whether the client takes gzip (RFC 9110 §12.5.3).
Taken takes_gzip(const Received& request) {
  Taken gzip = Taken::unsaid;
  Taken others = Taken::unsaid;  // `*`; or whatever a field that is there leaves out
  Field field;
  for (std::size_t at = 0; request.next_field(at, field);) {
    if (!encoding::is_word(field.name, "accept-encoding")) continue;
    if (others == Taken::unsaid) others = Taken::no;
    for (std::string_view element; encoding::next_element(field.value, element);) {
      const std::size_t mark = std::min(element.find(';'), element.size());
      const std::string_view coding = encoding::trimmed(text_first(element, mark));
      const Taken taken = is_refusal(text_from(element, mark + 1)) ? Taken::no : Taken::yes;
      if (encoding::is_word(coding, "gzip") || encoding::is_word(coding, "x-gzip")) gzip = taken;
      if (coding == "*"sv) others = taken;
    }
  }
  return gzip == Taken::unsaid ? others : gzip;
}

/// nullptr: the client takes none that there is.
const AssetForm* choose_form(const Asset& asset, const Received& request) {
  const bool has_plain = asset.plain.bytes.data() != nullptr;
  if (!asset.gzip.bytes.data()) return &asset.plain;
  const Taken taken = takes_gzip(request);
  // Who says nothing takes anything, but those who unpack gzip usually say so.
  if (taken == Taken::yes || (taken == Taken::unsaid && !has_plain)) return &asset.gzip;
  return has_plain ? &asset.plain : nullptr;
}

/// Whether a list of entity-tags names this one (RFC 9110 §8.8.3.2), or is `*`. Tags may contain
/// commas.
bool names_tag(std::string_view list, std::string_view etag, Compare how) {
  if (list == "*"sv) return true;
  for (;;) {
    const std::size_t open = list.find('"');
    const std::size_t close = list.find('"', open + 1);
    if (open == std::string_view::npos || close == std::string_view::npos) return false;
    const bool is_weak = open >= 2 && list[open - 2] == 'W' && list[open - 1] == '/';
    const std::string_view tag = text_from(text_first(list, close + 1), open);
    if (tag == etag && !(is_weak && how == Compare::strong)) return true;
    list = text_from(list, close + 1);
  }
}

/// What the fields of this name say of the form's tag: `unsaid` when there are none.
Taken names_tag(const Received& request, const char* name, std::string_view etag, Compare how) {
  Taken named = Taken::unsaid;
  Field field;
  for (std::size_t at = 0; request.next_field(at, field);) {
    if (!encoding::is_word(field.name, name)) continue;
    if (names_tag(field.value, etag, how)) return Taken::yes;
    named = Taken::no;
  }
  return named;
}

/// The status that the preconditions make of a 200 (RFC 9110 §13.2.2).
std::uint16_t judge_conditions(const Received& request, std::string_view etag) {
  if (names_tag(request, "if-match", etag, Compare::strong) == Taken::no) return 412;
  if (names_tag(request, "if-none-match", etag, Compare::weak) == Taken::yes) return 304;
  return 200;
}

/// Takes the digits off the front of `text`; what is too large becomes the largest. False: none.
bool take_number(std::string_view& text, std::size_t& value) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  std::size_t digits = 0;
  for (; digits < text.size(); ++digits) {
    const auto digit = static_cast<std::uint8_t>(text[digits] - '0');
    if (digit > 9) break;
    value = value > (most - digit) / 10 ? most : value * 10 + digit;
  }
  text = text_from(text, digits);
  return digits != 0;
}

/// What a Range asks for of `size` bytes (RFC 9110 §14.1.2): from `first` to `last`, when `part`.
/// What is not one range of bytes asks for the whole.
Extent read_range(std::string_view text, std::size_t size, std::size_t& first, std::size_t& last) {
  std::string_view range, another;
  if (size == 0 || !encoding::is_word(text_first(text, 5), "bytes")) return Extent::whole;
  text = text_from(text, 5);
  if (text.empty() || text.front() != '=') return Extent::whole;
  text = text_from(text, 1);
  if (!encoding::next_element(text, range) || encoding::next_element(text, another))
    return Extent::whole;
  const bool has_first = take_number(range, first);
  if (range.empty() || range.front() != '-') return Extent::whole;
  range = text_from(range, 1);
  const bool has_last = take_number(range, last);
  if (!range.empty() || !(has_first || has_last)) return Extent::whole;
  if (!has_first) {
    if (last == 0) return Extent::none;
    first = size - std::min(last, size);
    last = size - 1;
    return Extent::part;
  }
  if (has_last && last < first) return Extent::whole;
  if (first >= size) return Extent::none;
  if (!has_last || last >= size) last = size - 1;
  return Extent::part;
}

/// The part of the form that is asked for: RFC 9110 §14.2, and §13.1.5 for If-Range.
Extent choose_extent(const Received& request,
                     const AssetForm& form,
                     std::size_t& first,
                     std::size_t& last) {
  if (request.method != "GET"sv) return Extent::whole;
  // A date is no tag, and never right: nothing here has one.
  const std::string_view validator = request.field("if-range"sv);
  if (validator.data() && (form.etag.empty() || validator != form.etag)) return Extent::whole;
  return read_range(request.field("range"sv), form.bytes.size(), first, last);
}

/// Whether this path, with its escapes, names the asset.
bool is_path_of(const Asset& asset, std::string_view path) {
  std::string_view name = asset.path;
  for (std::size_t at = 0; at < path.size(); ++at) {
    std::uint32_t c = static_cast<std::uint8_t>(path[at]);
    // Whole: see is_plain_path().
    if (c == '%') {
      c = encoding::hex_value(path[at + 1]) * 16u + encoding::hex_value(path[at + 2]);
      at += 2;
    }
    if (name.empty() || static_cast<std::uint8_t>(name.front()) != c) return false;
    name = text_from(name, 1);
  }
  const bool is_folder = path.empty() || path.back() == '/';
  return name == (is_folder ? "index.html"sv : std::string_view{});
}

/// What 200, 206 and 304 say alike (RFC 9110 §15.4.5).
void put_metadata(Reply& reply, const Asset& asset, const AssetForm& form) {
  if (!form.etag.empty()) reply.field("ETag"sv, form.etag);
  if (!asset.cache_control.empty()) reply.field("Cache-Control"sv, asset.cache_control);
  if (asset.gzip.bytes.data()) reply.field("Vary"sv, "Accept-Encoding"sv);
}

void put_content_range(Reply& reply, std::string_view range, std::size_t size) {
  std::uint8_t room[72];
  ByteWriter out{room};
  out.put("bytes "sv).put(range).put('/').number(size);
  reply.field("Content-Range"sv, out.text());
}

}  // namespace

bool keeps_for_asset(std::string_view field_name) {
  return encoding::list_contains("accept-encoding,if-match,if-none-match,if-range,range",
                                 field_name);
}

void answer_asset(const Asset& asset, const Received& request, Responder& responder) {
  const AssetForm* const form = choose_form(asset, request);
  if (!form) return (void)responder.answer(406, "text/plain"sv, "gzip only"sv);
  std::uint16_t code = judge_conditions(request, form->etag);
  if (code == 412) return (void)responder.answer(412);
  std::size_t first = 0, last = 0;
  Extent extent = Extent::whole;
  if (code == 200) extent = choose_extent(request, *form, first, last);
  if (extent != Extent::whole) code = extent == Extent::part ? 206 : 416;

  Reply reply(responder, code);
  put_metadata(reply, asset, *form);
  if (code == 304) return (void)reply.send();
  ByteView bytes = form->bytes;
  const std::size_t size = bytes.size();
  if (code == 416) {
    put_content_range(reply, "*"sv, size);
    return (void)reply.send();
  }
  if (code == 206) {
    std::uint8_t room[48];
    ByteWriter range{room};
    put_content_range(reply, range.number(first).put('-').number(last).text(), size);
    bytes = bytes.from(first).first(last - first + 1);
  }
  reply.type(asset.type).field("Accept-Ranges"sv, "bytes"sv);
  if (form == &asset.gzip) reply.field("Content-Encoding"sv, "gzip"sv);
  (void)reply.send_constant(bytes);
}

void AssetFolder::respond(const Received& request, Responder& responder) const {
  std::string_view path = request.parameter("*"sv);
  if (!path.empty() && path.front() == '/') path = text_from(path, 1);
  for (const Asset& asset : assets_)
    if (is_path_of(asset, path)) return answer_asset(asset, request, responder);
  (void)responder.answer(404, "text/plain"sv, "Not Found"sv);
}

}  // namespace mote::http
