// SPDX-License-Identifier: MIT
#include "mote/http/asset.hpp"

#include <algorithm>
#include <cstring>
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

/// Whether what stands behind a coding is a weight of zero (RFC 9110 §12.4.2).
bool is_refusal(std::string_view weight) {
  bool has_zero = false;
  for (const char c : weight) {
    if (c >= '1' && c <= '9') return false;
    has_zero = has_zero || c == '0';
  }
  return has_zero;
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
      std::size_t end = 0;
      while (end < element.size() && encoding::is_token_character(element[end])) ++end;
      const Taken taken = is_refusal(text_from(element, end)) ? Taken::no : Taken::yes;
      const std::string_view coding = text_first(element, end);
      if (encoding::word_in(coding, "gzip,x-gzip")) gzip = taken;
      if (encoding::is_exactly(coding, "*")) others = taken;
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

/// Whether a list of entity-tags names this one (RFC 9110 §8.8.3.2), or is `*`.
bool names_tag(std::string_view list, std::string_view etag, Compare how) {
  if (encoding::is_exactly(list, "*")) return true;
  // A tag has its quotes, and none between them: it is found nowhere but where it stands. Only a
  // weak one has a `/` before them.
  for (std::size_t at = 0; !etag.empty() && at + etag.size() <= list.size(); ++at)
    if (std::memcmp(list.data() + at, etag.data(), etag.size()) == 0 &&
        (how == Compare::weak || at == 0 || list[at - 1] != '/'))
      return true;
  return false;
}

/// Reads digits, from `at` on, and returns what follows them. What is larger than any asset becomes
/// something that is, too.
const char* read_number(const char* at, const char* end, std::size_t& value) {
  for (value = 0; at != end; ++at) {
    const auto digit = static_cast<std::uint8_t>(*at - '0');
    if (digit > 9) break;
    value = std::min(value * 10 + digit, std::numeric_limits<std::size_t>::max() / 16);
  }
  return at;
}

/// Cuts `bytes` to what a Range asks for (RFC 9110 §14.1.2), and returns the status for it. What is
/// not one range of bytes asks for the whole.
std::uint16_t cut_to_range(std::string_view text, ByteView& bytes) {
  if (bytes.empty() || !encoding::is_word(text_first(text, 6), "bytes=")) return 200;
  const char* const begin = text.data() + 6;
  const char* const end = text.data() + text.size();
  std::size_t first = 0, last = 0;
  const char* const dash = read_number(begin, end, first);
  if (dash == end || *dash != '-') return 200;
  const char* const last_at = dash + 1;
  if (read_number(last_at, end, last) != end) return 200;
  const std::size_t size = bytes.size();
  if (dash == begin) {
    if (last_at == end) return 200;
    bytes = bytes.from(size - std::min(last, size));
    return last == 0 ? 416 : 206;
  }
  if (last_at == end) {
    last = size;
  } else if (last < first) {
    return 200;
  }
  if (first >= size) return 416;
  bytes = bytes.from(first);
  bytes = bytes.first(std::min(last - first + 1, bytes.size()));
  return 206;
}

/// The status that the conditions and the Range make of a 200, in their order (RFC 9110 §13.2.2);
/// `bytes`, of this tag, are cut to what is asked for.
std::uint16_t judge(const Received& request, std::string_view etag, ByteView& bytes) {
  bool demands = false, matches = false, known = false;
  bool in_parts = encoding::is_exactly(request.method, "GET");
  std::string_view range;
  Field field;
  for (std::size_t at = 0; request.next_field(at, field);) {
    switch (encoding::word_in(field.name, "if-match,if-none-match,if-range,range")) {
      case 1:
        demands = true;
        matches = matches || names_tag(field.value, etag, Compare::strong);
        break;
      case 2: known = known || names_tag(field.value, etag, Compare::weak); break;
      case 3:
        // Neither `*` nor a date is ever right: nothing here has a date.
        in_parts = in_parts && field.value.size() == etag.size() &&
                   names_tag(field.value, etag, Compare::strong);
        break;
      case 4: range = field.value; break;
      default: break;
    }
  }
  if (demands && !matches) return 412;
  if (known) return 304;
  return in_parts ? cut_to_range(range, bytes) : 200;
}

/// Whether this path, with its escapes, names the asset.
bool is_path_of(const Asset& asset, std::string_view path) {
  std::size_t matched = 0;
  for (std::size_t at = 0; at < path.size(); ++at) {
    std::uint32_t c = static_cast<std::uint8_t>(path[at]);
    // Whole: see is_plain_path().
    if (c == '%') {
      c = encoding::hex_value(path[at + 1]) * 16u + encoding::hex_value(path[at + 2]);
      at += 2;
    }
    if (matched == asset.path.size()) return false;
    if (static_cast<std::uint8_t>(asset.path[matched++]) != c) return false;
  }
  const bool is_folder = path.empty() || path.back() == '/';
  return encoding::is_exactly(text_from(asset.path, matched), is_folder ? "index.html" : "");
}

void put_content_range(Reply& reply, ByteView part, ByteView whole) {
  std::uint8_t room[72];
  ByteWriter out{room};
  out.put("bytes "sv);
  if (part.empty()) {
    out.put('*');
  } else {
    const auto first = static_cast<std::size_t>(part.data() - whole.data());
    out.number(first).put('-').number(first + part.size() - 1);
  }
  out.put('/').number(whole.size());
  reply.field("Content-Range"sv, out.text());
}

void put_unless_empty(Reply& reply, std::string_view name, std::string_view value) {
  if (!value.empty()) reply.field(name, value);
}

}  // namespace

bool keeps_for_asset(std::string_view field_name) {
  return encoding::word_in(field_name, "accept-encoding,if-match,if-none-match,if-range,range") !=
         0;
}

void answer_asset(const Asset& asset, const Received& request, Responder& responder) {
  const AssetForm* const form = choose_form(asset, request);
  const bool has_gzip = asset.gzip.bytes.data() != nullptr;
  ByteView bytes;
  std::uint16_t code = 406;
  if (form) {
    bytes = form->bytes;
    code = judge(request, form->etag, bytes);
    if (code >= 400) bytes = {};
  }
  Reply reply(responder, code);
  // What a 304 says as well (RFC 9110 §15.4.5).
  if (has_gzip) reply.lines("Vary: Accept-Encoding\r\n"sv);
  if (code < 400) {
    put_unless_empty(reply, "ETag"sv, form->etag);
    put_unless_empty(reply, "Cache-Control"sv, asset.cache_control);
  }
  if (code == 206 || code == 416) put_content_range(reply, bytes, form->bytes);
  if (code < 300) {
    put_unless_empty(reply, "Content-Type"sv, asset.type);
    const std::string_view lines = "Accept-Ranges: bytes\r\nContent-Encoding: gzip\r\n"sv;
    reply.lines(form == &asset.gzip ? lines : text_first(lines, 22));
  }
  (void)reply.send_constant(bytes);
}

void AssetHandler::respond(const Received& request, Responder& responder) const {
  answer_asset(asset_, request, responder);
}

void AssetFolder::respond(const Received& request, Responder& responder) const {
  std::string_view path = request.parameter("*"sv);
  if (!path.empty() && path.front() == '/') path = text_from(path, 1);
  for (const Asset& asset : assets_)
    if (is_path_of(asset, path)) return answer_asset(asset, request, responder);
  (void)responder.answer(404, "text/plain"sv, "Not Found"sv);
}

}  // namespace mote::http
