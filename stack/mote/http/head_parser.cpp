// SPDX-License-Identifier: MIT
#include "mote/http/head_parser.hpp"

#include <algorithm>
#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/characters.hpp"
#include "mote/encoding/token.hpp"

namespace mote::http {
namespace {

using namespace std::literals;
using encoding::equal_ignoring_case;
using encoding::is_in;

/// What the lines so far said about framing and persistence; judged together at the end of the
/// head.
enum Note : std::uint16_t {
  blank_line = 1,  // the one empty line that may stand before a request (RFC 9112 §2.2)
  version_1_0 = 2,
  has_host = 4,
  bad_host = 8,
  has_length = 0x10,
  bad_length = 0x20,
  has_coding = 0x40,
  bad_coding = 0x80,
  ends_chunked = 0x100,
  has_upgrade = 0x200,
  says_close = 0x400,  // these three in the order of `options`
  says_keep_alive = 0x800,
  says_upgrade = 0x1000,
  says_any = 0x1C00,
};

constexpr std::string_view framing_fields[] = {
    "host", "upgrade", "connection", "content-length", "transfer-encoding"};
constexpr std::string_view options[] = {"close", "keep-alive", "upgrade"};

/// Where `word` stands among `words`, in whatever case; behind the last when it does not.
template <std::size_t N>
std::size_t place_in(const std::string_view (&words)[N], std::string_view word) {
  std::size_t at = 0;
  while (at < N && !equal_ignoring_case(word, words[at])) ++at;
  return at;
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// uri-host [":" port] (RFC 9110 §7.2); the host may be empty.
bool is_host_value(std::string_view text) {
  std::size_t at = 0;
  const bool literal = !text.empty() && text[0] == '[';
  if (literal) ++at;
  while (at < text.size() &&
         (is_in(encoding::host_character, static_cast<std::uint8_t>(text[at])) ||
          (literal && text[at] == ':')))
    ++at;
  if (literal && (at == text.size() || text[at++] != ']')) return false;
  if (at < text.size() && text[at] == ':') do
      ++at;
    while (at < text.size() && is_digit(text[at]));
  return at == text.size();
}

/// What may stand in a request-target: visible ASCII, and no fragment. Browsers send some
/// characters there that RFC 3986 has no place for, such as `|` and `{`.
bool is_target(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte <= ' ' || byte >= 0x7F || byte == '#') return false;
  }
  return !text.empty();
}

}  // namespace

bool split_field(ByteView line, std::string_view& name, std::string_view& value) {
  const std::uint8_t* const begin = line.begin();
  const std::uint8_t* end = line.end();
  const std::uint8_t* at = begin;
  while (at != end && is_in(encoding::token_character, *at)) ++at;
  // A line that begins with a space continues the one before (obs-fold): it has no name either.
  if (at == begin || at == end || *at != ':') return false;
  name = text_of({begin, static_cast<std::size_t>(at - begin)});
  ++at;
  while (at != end && is_blank(static_cast<char>(*at))) ++at;
  while (at != end && is_blank(static_cast<char>(end[-1]))) --end;
  value = text_of({at, static_cast<std::size_t>(end - at)});
  return true;
}

HeadParser::Step HeadParser::next(ByteView input) {
  Step step{Kind::broken, 0, {}, {}};
  if (state_ == State::broken) return step;
  if (state_ == State::done) return {Kind::end, 0, {}, {}};
  ByteView line;
  bool skip = false;
  do {
    std::size_t used = 0;
    step.kind = cut_line(input.from(step.used), line, used);
    step.used += used;
    if (step.kind != Kind::field) return step;
    // RFC 9112 §2.2: a server should ignore at least one empty line before a request.
    skip = state_ == State::start && line.empty() && message_ == Message::request &&
           !(notes_ & blank_line);
    if (skip) notes_ |= blank_line;
  } while (skip);
  if (!read_line(line, step)) step = {Kind::broken, step.used, {}, {}};
  return step;
}

/// Finds the next line and gives it without its CR LF: `field`, though it may be another line.
HeadParser::Kind HeadParser::cut_line(ByteView input, ByteView& line, std::size_t& used) {
  const bool gathers = line_.data() != nullptr;
  const std::size_t most = gathers ? std::min<std::size_t>(line_.size(), left_) : left_;
  const std::uint8_t* begin = input.data();
  std::size_t size = std::min(input.size(), most);
  const bool continues = gathers && seen_ != 0;
  if (continues) {
    size = seen_;
    std::uint8_t byte = 0;
    while (used != input.size() && size != most && byte != '\n')
      line_[size++] = byte = input[used++];
    begin = line_.data();
  }
  expects(size >= seen_);  // what was not used is offered again
  const std::uint8_t* const end = begin + size;
  // A CR that came last is looked at again, with what follows it.
  const std::size_t looked = seen_ != 0 && begin[seen_ - 1] == '\r' ? seen_ - 1u : seen_;
  const std::uint8_t* const at = encoding::find_control(begin + looked, end);
  if (at != end && (*at != '\r' || (at + 1 != end && at[1] != '\n'))) {
    (void)refuse(400);  // §2.2: no bare CR, no bare LF; RFC 9110 §5.5: no other control character
    return Kind::broken;
  }
  if (end - at >= 2) {
    line = {begin, static_cast<std::size_t>(at - begin)};
    if (!continues) used = line.size() + 2;
    left_ = static_cast<std::uint16_t>(left_ - (line.size() + 2));
    seen_ = 0;
    return Kind::field;
  }
  if (size == most) {
    (void)refuse(431);
    return Kind::broken;
  }
  if (gathers && !continues) {
    if (size != 0) std::memcpy(line_.data(), begin, size);
    used = size;
  }
  seen_ = static_cast<std::uint16_t>(size);
  return Kind::need_more;
}

bool HeadParser::read_line(ByteView line, Step& step) {
  if (state_ == State::start) {
    step.kind = Kind::start_line;
    state_ = State::fields;
    return message_ == Message::request ? read_request_line(text_of(line), step)
                                        : read_status_line(text_of(line), step);
  }
  if (line.empty()) {
    step.kind = Kind::end;
    state_ = State::done;
    return decide();
  }
  if (fields_left_ == 0) return refuse(431);
  --fields_left_;
  if (!split_field(line, step.name, step.value)) return refuse(400);
  note(step.name, step.value);
  return true;
}

/// method SP request-target SP HTTP-version, and nothing else between them (RFC 9112 §3).
bool HeadParser::read_request_line(std::string_view line, Step& step) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400);
  step.name = text_first(line, first);
  step.value = text_from(text_first(line, last), first + 1);
  if (!encoding::is_token(step.name) || !is_target(step.value)) return refuse(400);
  const std::string_view version = text_from(line, last + 1);
  return version.size() == 8 ? read_version(version) : refuse(400);
}

/// HTTP-version SP status-code SP [reason] (RFC 9112 §4). The space before a missing reason may be
/// missing too, as it is in the answers of several servers.
bool HeadParser::read_status_line(std::string_view line, Step& step) {
  if (line.size() < 12 || line[8] != ' ') return refuse(400);
  if (!read_version(text_first(line, 8))) return false;
  std::uint32_t code = 0;
  for (const char c : text_first(text_from(line, 9), 3)) {
    if (!is_digit(c)) return refuse(400);
    code = code * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (code < 100) return refuse(400);
  if (line.size() > 12) {
    if (line[12] != ' ') return refuse(400);
    step.value = text_from(line, 13);
  }
  code_ = static_cast<std::uint16_t>(code);
  return true;
}

/// "HTTP/" DIGIT "." DIGIT, with case (RFC 9112 §2.3). A later minor version is read as 1.1.
bool HeadParser::read_version(std::string_view text) {
  if (text_first(text, 5) != "HTTP/"sv || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7]))
    return refuse(400);
  if (text[5] != '1') return refuse(505);
  if (text[7] == '0') notes_ |= version_1_0;
  return true;
}

void HeadParser::note(std::string_view name, std::string_view value) {
  switch (place_in(framing_fields, name)) {
    case 0:
      if (message_ == Message::request)
        notes_ |= (notes_ & has_host) || !is_host_value(value) ? bad_host : has_host;
      break;
    case 1: notes_ |= has_upgrade; break;
    case 2:
      for (std::string_view each; encoding::next_element(value, each);)
        notes_ |= static_cast<std::uint16_t>(says_close << place_in(options, each) & says_any);
      break;
    case 3: note_length(value); break;
    case 4: note_coding(value); break;
    default: break;
  }
}

/// 1*DIGIT, once. Repeated lengths may be refused even when they agree (RFC 9112 §6.3), and are.
void HeadParser::note_length(std::string_view value) {
  constexpr std::uint64_t most = 0x7FFFFFFFFFFFFFFF;
  if ((notes_ & has_length) || value.empty()) notes_ |= bad_length;
  notes_ |= has_length;
  for (const char c : value) {
    const auto digit = static_cast<std::uint8_t>(c - '0');
    if (digit > 9 || size_ > (most - 9) / 10) {
      notes_ |= bad_length;
      return;
    }
    size_ = size_ * 10 + digit;
  }
}

/// All Transfer-Encoding fields are one list, which must be `chunked` and nothing else.
void HeadParser::note_coding(std::string_view value) {
  notes_ |= has_coding;
  for (std::string_view each; encoding::next_element(value, each);) {
    const bool chunked = equal_ignoring_case(each, "chunked"sv);
    if (!chunked || (notes_ & ends_chunked)) notes_ |= bad_coding;
    notes_ = static_cast<std::uint16_t>(chunked ? notes_ | ends_chunked : notes_ & ~ends_chunked);
  }
}

/// RFC 9112 §6.3, rule by rule.
bool HeadParser::decide() {
  const bool request = message_ == Message::request;
  if (request) {
    const bool needs_host = !(notes_ & version_1_0);
    if ((notes_ & bad_host) || (needs_host && !(notes_ & has_host))) return refuse(400);  // §3.2
  } else if (message_ == Message::response_to_head || code_ < 200 || code_ == 204 || code_ == 304 ||
             (message_ == Message::response_to_connect && code_ < 300)) {
    return true;  // rules 1 and 2: no body, whatever the fields say
  }
  if (notes_ & has_coding) {
    // Rules 3 and 4. Both fields at once, or a coding from an HTTP/1.0 sender (§6.1), is how
    // requests are smuggled.
    if ((notes_ & (has_length | version_1_0)) || !(notes_ & ends_chunked)) return refuse(400);
    if (notes_ & bad_coding) return refuse(501);
    body_ = Framing::Kind::chunked;
  } else if (notes_ & bad_length) {
    return refuse(400);  // rule 5
  } else if (notes_ & has_length) {
    body_ = Framing::Kind::sized;  // rule 6
  } else if (!request) {
    body_ = Framing::Kind::until_close;  // rule 8
  }
  return true;
}

Framing HeadParser::framing() const {
  const bool old = notes_ & version_1_0;
  const bool tunnel = message_ == Message::response_to_connect && code_ >= 200 && code_ < 300;
  Framing framing;
  framing.kind = body_;
  framing.size = body_ == Framing::Kind::sized ? size_ : 0;
  framing.keep_alive = !(notes_ & says_close) && (!old || (notes_ & says_keep_alive)) &&
                       body_ != Framing::Kind::until_close && !tunnel;
  framing.upgrade = message_ == Message::request
                        // An HTTP/1.0 client cannot ask (RFC 9110 §7.8).
                        ? !old && (notes_ & says_upgrade) && (notes_ & has_upgrade)
                        : tunnel || code_ == 101;
  return framing;
}

bool HeadParser::refuse(std::uint16_t code) {
  state_ = State::broken;
  code_ = code;
  return false;
}

}  // namespace mote::http
