// SPDX-License-Identifier: MIT
#include "mote/http/body_decoder.hpp"

#include <algorithm>

#include "mote/encoding/characters.hpp"

namespace mote::http {
namespace {

using encoding::is_in;

constexpr bool is_blank(std::uint8_t byte) { return byte == ' ' || byte == '\t'; }
constexpr bool is_text(std::uint8_t byte) { return byte == '\t' || (byte >= ' ' && byte != 0x7F); }

}  // namespace

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
    const bool in_trailers = state_ >= State::trailer_first;
    const std::size_t most = in_trailers ? trailers_bytes_max : chunk_line_bytes_max;
    state_ = ++surrounding_ > most ? State::broken : after(input[used++]);
    if (state_ == State::broken)
      why_ = surrounding_ > most ? Status::too_large : Status::protocol_error;
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

BodyDecoder::Step BodyDecoder::finish() {
  if (state_ == State::until_close) state_ = State::done;
  if (state_ == State::done) return {Kind::end, 0, {}};
  if (state_ != State::broken) why_ = Status::truncated;
  state_ = State::broken;
  return {Kind::broken, 0, {}};
}

/// The state behind one byte that is not data (RFC 9112 §7.1).
BodyDecoder::State BodyDecoder::after(std::uint8_t byte) {
  if (state_ <= State::size || (state_ >= State::size_lf && state_ <= State::data_lf))
    return after_size(byte);
  return state_ < State::size_lf ? after_extension(byte) : after_trailer(byte);
}

BodyDecoder::State BodyDecoder::after_size(std::uint8_t byte) {
  switch (state_) {
    case State::size_first:
    case State::size: {
      if (!is_in(encoding::hex_digit, byte))
        return state_ == State::size ? after_extension(byte) : State::broken;
      if (left_ >> 59 != 0) return State::broken;  // 63 bits and no more
      left_ =
          left_ << 4 | static_cast<std::uint8_t>(byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10);
      return State::size;
    }
    case State::size_lf:
      if (byte != '\n') return State::broken;
      if (left_ != 0) return State::data;
      surrounding_ = 0;
      return State::trailer_first;
    case State::data_cr: return byte == '\r' ? State::data_lf : State::broken;
    default: return byte == '\n' ? State::size_first : State::broken;
  }
}

/// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ), RFC 9112 §7.1.1.
BodyDecoder::State BodyDecoder::after_extension(std::uint8_t byte) {
  const bool token = is_in(encoding::token_character, byte);
  switch (state_) {
    case State::name_first: return token ? State::name : is_blank(byte) ? state_ : State::broken;
    case State::value_first:
      if (byte == '"') return State::quoted;
      return token ? State::value : is_blank(byte) ? state_ : State::broken;
    case State::quoted:
      if (byte == '"') return State::quoted_end;
      if (byte == '\\') return State::quoted_pair;
      [[fallthrough]];
    case State::quoted_pair: return is_text(byte) ? State::quoted : State::broken;
    default: break;
  }
  const bool in_name = state_ == State::name || state_ == State::name_space;
  const bool in_space = state_ == State::space || state_ == State::name_space;
  if (byte == ';') return State::name_first;
  if (byte == '=' && in_name) return State::value_first;
  if (is_blank(byte)) return in_name ? State::name_space : State::space;
  if (in_space) return State::broken;
  if (byte == '\r') return State::size_lf;
  return token && (state_ == State::name || state_ == State::value) ? state_ : State::broken;
}

BodyDecoder::State BodyDecoder::after_trailer(std::uint8_t byte) {
  const bool token = is_in(encoding::token_character, byte);
  switch (state_) {
    case State::trailer_first:
      if (byte == '\r') return State::last_lf;
      return token ? State::trailer_name : State::broken;
    case State::trailer_name:
      if (byte == ':') return State::trailer_value;
      return token ? State::trailer_name : State::broken;
    case State::trailer_value:
      if (byte == '\r') return State::trailer_lf;
      return is_text(byte) ? State::trailer_value : State::broken;
    case State::trailer_lf: return byte == '\n' ? State::trailer_first : State::broken;
    default: return byte == '\n' ? State::done : State::broken;
  }
}

}  // namespace mote::http
