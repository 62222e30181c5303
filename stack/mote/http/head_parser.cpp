// SPDX-License-Identifier: MIT
#include "mote/http/head_parser.hpp"

#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/characters.hpp"
#include "mote/encoding/token.hpp"

namespace mote::http {
namespace {

using encoding::is_in;
using encoding::is_word;

/// What the lines so far said about framing and persistence; judged together at the end of the
/// head.
enum Note : std::uint16_t {
  none = 0,
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
  says_close = 0x400,
  says_keep_alive = 0x800,
  says_upgrade = 0x1000,
};

constexpr bool is_blank(std::uint8_t c) { return c == ' ' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The lengths of the names that decide about framing, a bit each: most names need not be compared.
constexpr std::uint32_t response_sizes = 1u << 10 | 1u << 14 | 1u << 17;
constexpr std::uint32_t request_sizes = response_sizes | 1u << 7 | 1u << 4;  // Upgrade and Host

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

/// The notes that a Connection field makes (RFC 9110 §7.6.1).
std::uint32_t options_in(std::string_view value) {
  constexpr Note options[] = {none, says_keep_alive, says_close, says_upgrade};
  std::uint32_t notes = 0;
  for (std::string_view each; encoding::next_element(value, each);)
    notes |= options[encoding::word_in(each, "keep-alive,close,upgrade")];
  return notes;
}

/// All Transfer-Encoding fields are one list, which must be `chunked` and nothing else.
std::uint32_t with_coding(std::uint32_t notes, std::string_view value) {
  notes |= has_coding;
  for (std::string_view each; encoding::next_element(value, each);) {
    if (notes & ends_chunked) notes |= bad_coding;
    notes &= ~std::uint32_t{ends_chunked};
    notes |= is_word(each, "chunked") ? ends_chunked : bad_coding;
  }
  return notes;
}

}  // namespace

const HeadParser::Grammar HeadParser::request_grammar = {
    read_request_line, is_host_value, request_sizes};
const HeadParser::Grammar HeadParser::response_grammar = {
    read_status_line, nullptr, response_sizes};

bool HeadParser::is_http_1_0() const { return (notes_ & version_1_0) != 0; }

inline bool HeadParser::refuse(std::uint16_t code) {
  state_ = State::broken;
  code_ = code;
  return false;
}

/// Finds the next line. False: there is none yet, or the head is broken.
[[gnu::always_inline]] inline bool HeadParser::cut_line(ByteView input,
                                                        std::size_t& used,
                                                        Line& line) {
  std::size_t most = line_max_ < left_ ? line_max_ : left_;
  const std::uint8_t* const begin = input.data();
  const std::uint8_t* const end = begin + input.size();
  const std::uint8_t* at = begin;
  std::size_t had = 0;  // bytes of the line that lie in line_
  bool behind_cr = false;
  if (seen_ == 0) {
    // A line begins.
  } else if (line_) {
    had = seen_;
    most -= had;
    behind_cr = line_[had - 1] == '\r';
  } else {
    expects(input.size() >= seen_);  // what was not used is offered again
    // A CR that came last is looked at again, with what follows it.
    at += begin[seen_ - 1] == '\r' ? seen_ - 1 : seen_;
  }
  if (!behind_cr) at = encoding::find_control(at, end);
  line.size = static_cast<std::size_t>(at - begin);
  const std::uint8_t* const lf = behind_cr ? at : at + 1;
  if (lf < end) {
    // §2.2: no bare CR, no bare LF; RFC 9110 §5.5: no other control character.
    if (*lf != '\n' || (lf != at && *at != '\r')) return refuse(400);
    const std::size_t taken = static_cast<std::size_t>(lf - begin) + 1;
    if (taken > most) return refuse(431);
    line.begin = begin;
    if (had != 0) {
      std::memcpy(line_ + had, begin, line.size + 1);
      line.begin = line_;
      line.size += behind_cr ? had - 1 : had;
    }
    seen_ = 0;
    used = taken;
    left_ = static_cast<std::uint16_t>(left_ - had - taken);
    return true;
  }
  if (at != end && *at != '\r') return refuse(400);
  if (input.size() >= most) return refuse(431);
  if (line_) {
    if (at != begin || at != end) std::memcpy(line_ + had, begin, input.size());
    used = input.size();
  }
  seen_ = static_cast<std::uint16_t>(had + input.size());
  return false;
}

/// Reads a line that is complete. False: it breaks the head.
[[gnu::always_inline]] inline bool HeadParser::read_line(const Line& line, Step& step) {
  if (state_ == State::start) {
    state_ = State::fields;
    step.kind = Kind::start_line;
    return grammar_->read_start(*this, text_of({line.begin, line.size}), step);
  }
  if (line.size == 0) {
    state_ = State::done;
    step.kind = Kind::end;
    return decide();
  }
  if (fields_left_ == 0) return refuse(431);
  --fields_left_;
  step.kind = Kind::field;
  return read_field(line, step);
}

inline void HeadParser::note(std::string_view name, std::string_view value) {
  std::uint32_t notes = notes_;
  switch (name.size()) {
    case 4:
      if (is_word(name, "host"))
        notes |= (notes & has_host) || !grammar_->is_host(value) ? bad_host : has_host;
      break;
    case 7:
      if (is_word(name, "upgrade")) notes |= has_upgrade;
      break;
    case 10:
      if (is_word(name, "connection")) notes |= options_in(value);
      break;
    case 14:
      if (is_word(name, "content-length"))
        notes |= has_length | (!(notes & has_length) && read_length(value) ? 0 : bad_length);
      break;
    case 17:
      if (is_word(name, "transfer-encoding")) notes = with_coding(notes, value);
      break;
  }
  notes_ = static_cast<std::uint16_t>(notes);
}

/// 1*DIGIT. Repeated lengths may be refused even when they agree (RFC 9112 §6.3), and are.
inline bool HeadParser::read_length(std::string_view value) {
  std::uint64_t size = 0;
  for (const char c : value) {
    const auto digit = static_cast<std::uint8_t>(c - '0');
    if (digit > 9 || size >> 59 != 0) return false;  // ten times that has 63 bits
    size = size * 10 + digit;
  }
  size_ = size;
  return !value.empty();
}

/// field-name ":" OWS field-value OWS (RFC 9112 §5). A line that begins with a space continues the
/// one before (obs-fold) and has no name either.
[[gnu::always_inline]] inline bool HeadParser::read_field(const Line& line, Step& step) {
  const std::uint8_t* at = line.begin;
  if (!is_in(encoding::token_character, *at)) return refuse(400);
  do ++at;  // the CR behind the line is none
  while (is_in(encoding::token_character, *at));
  if (*at != ':') return refuse(400);
  const auto named = static_cast<std::size_t>(at - line.begin);
  step.name = text_of({line.begin, named});
  do ++at;
  while (is_blank(*at));
  const std::uint8_t* end = line.begin + line.size;
  while (end != at && is_blank(end[-1])) --end;
  step.value = text_of({at, static_cast<std::size_t>(end - at)});
  if (grammar_->framing_sizes >> (named & 31) & 1) note(step.name, step.value);
  return true;
}

/// method SP request-target SP HTTP-version, and nothing else between them (RFC 9112 §3).
bool HeadParser::read_request_line(HeadParser& parser, std::string_view line, Step& step) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.size() - 9;  // before the version
  if (first >= last || line.size() < 9 || line[last] != ' ') return parser.refuse(400);
  step.name = text_first(line, first);
  step.value = text_from(text_first(line, last), first + 1);
  if (!encoding::is_token(step.name) || !is_target(step.value)) return parser.refuse(400);
  return parser.read_version(line.data() + last + 1);
}

/// HTTP-version SP status-code SP [reason] (RFC 9112 §4). The space before a missing reason may be
/// missing too, as it is in the answers of several servers.
bool HeadParser::read_status_line(HeadParser& parser, std::string_view line, Step& step) {
  if (line.size() < 12 || line[8] != ' ' || (line.size() > 12 && line[12] != ' '))
    return parser.refuse(400);
  std::uint32_t code = 0;
  for (std::size_t at = 9; at < 12; ++at) {
    if (!is_digit(line[at])) return parser.refuse(400);
    code = code * 10 + static_cast<std::uint32_t>(line[at] - '0');
  }
  if (code < 100) return parser.refuse(400);
  parser.code_ = static_cast<std::uint16_t>(code);
  step.value = text_from(line, 13);
  return parser.read_version(line.data());
}

/// "HTTP/" DIGIT "." DIGIT, with case (RFC 9112 §2.3). A later minor version is read as 1.1.
bool HeadParser::read_version(const char* text) {
  if (std::memcmp(text, "HTTP/", 5) != 0 || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7]))
    return refuse(400);
  if (text[5] != '1') return refuse(505);
  if (text[7] == '0') notes_ |= version_1_0;
  return true;
}

/// RFC 9112 §6.3, rule by rule; §9.3 and RFC 9110 §7.8 on the way.
inline bool HeadParser::decide() {
  const std::uint32_t notes = notes_;
  const bool request = grammar_->is_host != nullptr;
  const bool old = notes & version_1_0;
  keep_alive_ = !(notes & says_close) && (!old || (notes & says_keep_alive));
  if (request) {
    if ((notes & bad_host) || !(notes & (has_host | version_1_0))) return refuse(400);  // §3.2
    upgrade_ = !old && (notes & says_upgrade) && (notes & has_upgrade);
  } else {
    const bool tunnel = message_ == Message::response_to_connect && code_ / 100 == 2;
    upgrade_ = tunnel || code_ == 101;
    // Rules 1 and 2: no body, whatever the fields say.
    if (message_ == Message::response_to_head || code_ < 200 || code_ == 204 || code_ == 304 ||
        tunnel) {
      keep_alive_ = keep_alive_ && !tunnel;
      return true;
    }
  }
  if (notes & has_coding) {
    // Rules 3 and 4. Both fields at once, or a coding from an HTTP/1.0 sender (§6.1), is how
    // requests are smuggled.
    if ((notes & (has_length | version_1_0)) || !(notes & ends_chunked)) return refuse(400);
    if (notes & bad_coding) return refuse(501);
    kind_ = Framing::Kind::chunked;
  } else if (notes & bad_length) {
    return refuse(400);  // rule 5
  } else if (notes & has_length) {
    kind_ = Framing::Kind::sized;  // rule 6
  } else if (!request) {
    kind_ = Framing::Kind::until_close;  // rule 8
    keep_alive_ = false;
  }
  return true;
}

HeadParser::Step HeadParser::next(ByteView input) {
  Step step;
  step.used = 0;
  Line line;
  if (state_ <= State::fields && cut_line(input, step.used, line)) {
    // RFC 9112 §2.2: a server should ignore at least one empty line before a request.
    if (line.size == 0 && state_ == State::start && grammar_->is_host && !(notes_ & blank_line)) {
      notes_ |= blank_line;
      const std::size_t blank = step.used;
      step = next(input.from(blank));
      step.used += blank;
      return step;
    }
    if (read_line(line, step)) return step;
  }
  step.kind = state_ == State::done     ? Kind::end
              : state_ == State::broken ? Kind::broken
                                        : Kind::need_more;
  return step;
}

}  // namespace mote::http
