// SPDX-License-Identifier: MIT
// Heads: what the parser says is the same whole, cut anywhere, gathered and in place; and whatever
// it lets through has the shape that RFC 9112 gives it.
#include <cstdlib>
#include <string>
#include <vector>

#include "mote/encoding/token.hpp"
#include "mote/http/head_parser.hpp"

namespace {

using mote::ByteView;
using mote::http::Framing;
using mote::http::HeadParser;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  for (const char c : text)
    require(c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7F));
}

/// Appends what one step says.
void tell(const HeadParser& parser, const HeadParser::Step& step, std::string& said) {
  said += static_cast<char>('0' + static_cast<int>(step.kind));
  if (step.kind == HeadParser::Kind::field) {
    require(mote::encoding::is_token(step.name));
    check_text(step.value);
    require(mote::encoding::trimmed(step.value) == step.value);
  }
  if (step.kind == HeadParser::Kind::start_line) check_text(step.value);
  if (step.kind == HeadParser::Kind::end) {
    const Framing& framing = parser.framing();
    said += static_cast<char>('0' + static_cast<int>(framing.kind));
    said += framing.keep_alive ? 'k' : '-';
    said += framing.upgrade ? 'u' : '-';
    if (framing.kind == Framing::Kind::sized) said += std::to_string(framing.size);
    require(framing.kind != Framing::Kind::until_close || !framing.keep_alive);
  } else if (step.kind == HeadParser::Kind::broken) {
    said += std::to_string(parser.refusal());
    return;
  }
  said.append(step.name).append("=").append(step.value).append("|");
}

bool is_last(HeadParser::Kind kind) {
  return kind == HeadParser::Kind::end || kind == HeadParser::Kind::broken;
}

/// Feeds pieces of `piece` bytes; without a line to gather in, what is not used comes again.
std::string read(HeadParser::Message message,
                 ByteView all,
                 std::size_t piece,
                 std::size_t line_size) {
  std::vector<std::uint8_t> line(line_size);
  HeadParser parser(message, {line_size == 0 ? nullptr : line.data(), line_size});
  std::string said;
  std::size_t used = 0;
  for (std::size_t arrived = 0; arrived < all.size();) {
    arrived = arrived + piece < all.size() ? arrived + piece : all.size();
    const std::vector<std::uint8_t> exact(all.begin() + used, all.begin() + arrived);
    std::size_t taken = 0;
    for (;;) {
      const auto step = parser.next({exact.data() + taken, exact.size() - taken});
      require(step.used <= exact.size() - taken);
      taken += step.used;
      if (step.kind == HeadParser::Kind::need_more) {
        require(line_size == 0 || taken == exact.size());
        break;
      }
      tell(parser, step, said);
      if (is_last(step.kind)) return said;
    }
    used += taken;
  }
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const HeadParser::Message message{static_cast<std::uint8_t>(data[0] & 3)};
  const std::size_t piece = 1 + data[1] % 64u;
  const ByteView all{data + 2, size - 2};
  const std::string whole = read(message, all, size, HeadParser::bytes_max);
  require(read(message, all, piece, HeadParser::bytes_max) == whole);
  require(read(message, all, piece, 0) == whole);
  const std::size_t line = 1 + data[0] / 4u;
  require(read(message, all, size, line) == read(message, all, piece, line));
  return 0;
}
