// SPDX-License-Identifier: MIT
#include "mote/http/body_decoder.hpp"

#include <algorithm>

#include "mote/encoding/characters.hpp"

namespace mote::http {
namespace {

/// What the grammar of chunks tells apart.
enum Class : std::uint8_t {
  token,  // a token character; hexadecimal digits are among them
  blank,  // from here on in the order of `marks`
  semicolon,
  equals,
  quote,
  backslash,
  colon,
  cr,
  lf,
  text,  // what may stand in quotes and in values only
  none,  // control characters
  classes,
};
constexpr char marks[] = {' ', ';', '=', '"', '\\', ':', '\r', '\n'};

std::size_t class_of(std::uint8_t byte) {
  if (encoding::is_in(encoding::token_character, byte)) return token;
  if (byte == '\t') return blank;
  for (std::size_t at = 0; at < sizeof marks; ++at)
    if (marks[at] == static_cast<char>(byte)) return blank + at;
  return byte < ' ' || byte == 0x7F ? none : text;
}

}  // namespace

/// The state behind each class of byte that surrounds the data of chunks (RFC 9112 §7.1).
///
///     chunk     = 1*HEXDIG *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ) CRLF
///                 data CRLF
///     last      = 1*"0" extensions CRLF *( name ":" value CRLF ) CRLF
struct BodyDecoder::Grammar {
  static State after(State state, std::uint8_t byte) {
    constexpr auto no = State::broken;
    constexpr auto sz = State::size, sp = State::space, n1 = State::name_first, na = State::name;
    constexpr auto ns = State::name_space, v1 = State::value_first, va = State::value;
    constexpr auto qu = State::quoted, qp = State::quoted_pair, qe = State::quoted_end;
    constexpr auto sl = State::size_lf, dl = State::data_lf, s1 = State::size_first;
    constexpr auto t1 = State::trailer_first, tn = State::trailer_name, tv = State::trailer_value;
    constexpr auto tl = State::trailer_lf, ll = State::last_lf, da = State::data, en = State::done;
    static constexpr State table[][classes] = {
        // tok bl  ;   =   "   \   :   CR  LF txt none
        {sz, no, no, no, no, no, no, no, no, no, no},  // size_first
        {sz, sp, n1, no, no, no, no, sl, no, no, no},  // size
        {no, sp, n1, no, no, no, no, no, no, no, no},  // space
        {na, n1, no, no, no, no, no, no, no, no, no},  // name_first
        {na, ns, n1, v1, no, no, no, sl, no, no, no},  // name
        {no, ns, n1, v1, no, no, no, no, no, no, no},  // name_space
        {va, v1, no, no, qu, no, no, no, no, no, no},  // value_first
        {va, sp, n1, no, no, no, no, sl, no, no, no},  // value
        {qu, qu, qu, qu, qe, qp, qu, no, no, qu, no},  // quoted
        {qu, qu, qu, qu, qu, qu, qu, no, no, qu, no},  // quoted_pair
        {no, sp, n1, no, no, no, no, sl, no, no, no},  // quoted_end
        {no, no, no, no, no, no, no, no, da, no, no},  // size_lf
        {no, no, no, no, no, no, no, dl, no, no, no},  // data_cr
        {no, no, no, no, no, no, no, no, s1, no, no},  // data_lf
        {tn, no, no, no, no, no, no, ll, no, no, no},  // trailer_first
        {tn, no, no, no, no, no, tv, no, no, no, no},  // trailer_name
        {tv, tv, tv, tv, tv, tv, tv, tl, no, tv, no},  // trailer_value
        {no, no, no, no, no, no, no, no, t1, no, no},  // trailer_lf
        {no, no, no, no, no, no, no, no, en, no, no},  // last_lf
    };
    const auto row = static_cast<std::size_t>(state) - static_cast<std::size_t>(s1);
    return table[row][class_of(byte)];
  }
};

BodyDecoder::BodyDecoder(const Framing& framing) {
  switch (framing.kind) {
    case Framing::Kind::none: break;
    case Framing::Kind::sized:
      left_ = framing.size;
      if (left_ != 0) state_ = State::data;
      break;
    case Framing::Kind::chunked:
      chunked_ = true;
      state_ = State::size_first;
      break;
    case Framing::Kind::until_close: state_ = State::until_close; break;
  }
}

BodyDecoder::Step BodyDecoder::next(ByteView input) {
  std::size_t used = 0;
  for (;;) {
    if (state_ == State::done) return {Kind::end, used, {}};
    if (state_ == State::broken) return {Kind::broken, used, {}};
    if (used == input.size()) return {Kind::need_more, used, {}};
    if (state_ <= State::until_close) return take_data(input, used);
    take_surrounding(input[used++]);
  }
}

void BodyDecoder::take_surrounding(std::uint8_t byte) {
  const bool in_trailers = state_ >= State::trailer_first;
  if (++surrounding_ > (in_trailers ? trailers_bytes_max : chunk_line_bytes_max)) {
    why_ = Status::too_large;
    state_ = State::broken;
    return;
  }
  why_ = Status::protocol_error;  // if it is broken
  state_ = Grammar::after(state_, byte);
  if (state_ == State::size) {
    // 63 bits and no more.
    if (!encoding::is_in(encoding::hex_digit, byte) || left_ >> 59 != 0) state_ = State::broken;
    const int digit = byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10;
    left_ = left_ << 4 | static_cast<std::uint8_t>(digit);
  } else if (state_ == State::data && left_ == 0) {
    state_ = State::trailer_first;
    surrounding_ = 0;
  }
}

BodyDecoder::Step BodyDecoder::take_data(ByteView input, std::size_t used) {
  std::size_t size = input.size() - used;
  if (state_ == State::data) {
    if (size >= left_) {
      size = static_cast<std::size_t>(left_);
      state_ = chunked_ ? State::data_cr : State::done;
      surrounding_ = 0;
    }
    left_ -= size;
  }
  return {Kind::data, used + size, input.from(used).first(size)};
}

void BodyDecoder::put_back(std::size_t count) {
  if (state_ == State::until_close) return;
  left_ += count;
  state_ = State::data;
}

bool BodyDecoder::finish() {
  if (state_ == State::until_close) state_ = State::done;
  if (state_ == State::done) return true;
  if (state_ != State::broken) why_ = Status::truncated;
  state_ = State::broken;
  return false;
}

}  // namespace mote::http
