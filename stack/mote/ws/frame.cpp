// SPDX-License-Identifier: MIT
#include "mote/ws/frame.hpp"

#include <algorithm>
#include <cstring>

namespace mote::ws {
namespace {

constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t rsv_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;

constexpr bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

/// Bytes of extended length that follow a 7-bit `length`: 0, 2 or 8 (§5.2).
constexpr std::size_t extended_size(std::uint8_t length) {
  return length == 126 ? 2 : length == 127 ? 8 : 0;
}

/// Bytes in the header whose second byte is `second`: 2 to 14.
constexpr std::size_t header_size_of(std::uint8_t second) {
  return 2 + extended_size(second & length_bits) + (second & mask_bit ? 4 : 0);
}

constexpr std::uint32_t big_endian(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

/// A masking key as it lies in memory, and a key turned by `bytes`: the first that many go last.
using Key = std::uint32_t;

constexpr Key turned(Key key, std::size_t bytes) {
  const std::size_t bits = 8 * (bytes & 3);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return key >> bits | key << ((32 - bits) & 31);
#else
  return key << bits | key >> ((32 - bits) & 31);
#endif
}

constexpr std::uint8_t first_byte(Key key) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return static_cast<std::uint8_t>(key);
#else
  return static_cast<std::uint8_t>(key >> 24);
#endif
}

/// Masks `size` bytes where they lie, and turns the key to what comes next. True when all of them
/// are ASCII now: known here at the price of one instruction a word, where a second look at the
/// text would cost as much as all the rest.
///
/// Payloads lie anywhere in memory: the bytes before the first whole word are done one by one,
/// since a Cortex-M3 loads several words at once (LDRD, LDM) only where they are aligned.
[[gnu::optimize("O2")]] bool mask_in_place(std::uint8_t* at, std::size_t size, Key& kept) {
  using Word = std::size_t;
  Key key = kept;
  Word seen = 0;
  const auto mask_byte = [&] {
    seen |= * at = static_cast<std::uint8_t>(*at ^ first_byte(key));
    ++at;
    key = turned(key, 1);
  };
  for (; size != 0 && reinterpret_cast<std::uintptr_t>(at) % sizeof(Word) != 0; --size) mask_byte();
  const Word wide = key * (~Word{0} / ~Key{0});
  Word words[4];
  for (std::size_t rounds = size / sizeof words; rounds != 0; --rounds, at += sizeof words) {
    std::memcpy(words, __builtin_assume_aligned(at, sizeof(Word)), sizeof words);
    words[0] ^= wide;
    words[1] ^= wide;
    words[2] ^= wide;
    words[3] ^= wide;
    seen |= words[0] | words[1] | words[2] | words[3];
    std::memcpy(__builtin_assume_aligned(at, sizeof(Word)), words, sizeof words);
  }
  for (size %= sizeof words; size >= sizeof(Word); size -= sizeof(Word), at += sizeof(Word)) {
    std::memcpy(words, __builtin_assume_aligned(at, sizeof(Word)), sizeof(Word));
    seen |= words[0] ^= wide;
    std::memcpy(__builtin_assume_aligned(at, sizeof(Word)), words, sizeof(Word));
  }
  for (; size != 0; --size) mask_byte();
  kept = key;
  constexpr Word high_bits = ~Word{0} / 0xFF << 7;  // 0x8080...
  return (seen & high_bits) == 0;
}

}  // namespace

FrameDecoder::Step FrameDecoder::next(ByteSpan input) {
  switch (state_) {
    case State::header: return read_header(input);
    case State::payload: return read_payload(input);
    case State::broken: break;
  }
  return {Kind::broken, false, false, 0, input.first(0)};
}

FrameDecoder::Step FrameDecoder::read_header(ByteSpan input) {
  std::size_t used = 0;
  if (gathered_ == 0 && input.size() >= header_.size()) {
    // As nearly always: it is there whole, whatever its size.
    std::memcpy(header_.data(), input.data(), header_.size());
    used = header_size_of(header_[1]);
  } else if (!gather_header(input, used)) {
    return {Kind::need_more, false, false, used, input.first(0)};
  }
  gathered_ = 0;
  const bool good = parse_header();
  state_ = good ? State::payload : State::broken;
  return {good ? Kind::header : Kind::broken, false, false, used, input.first(0)};
}

/// Takes bytes until the header is whole. False: it goes on in the next input.
bool FrameDecoder::gather_header(ByteSpan input, std::size_t& used) {
  while (gathered_ < 2 || gathered_ < header_size_of(header_[1])) {
    if (used == input.size()) return false;
    header_[gathered_++] = input[used++];
  }
  return true;
}

bool FrameDecoder::parse_header() {
  const bool masked = header_[1] & mask_bit;
  if (header_[0] & rsv_bits) return false;                // no extension was negotiated (§5.2)
  if (!is_known(header_[0] & opcode_bits)) return false;  // §5.2
  if (masked != (us_ == Role::server)) return false;      // §5.1
  if (!parse_length()) return false;

  if (is_control(opcode())) return final() && left() <= control_payload_bytes_max;  // §5.5
  const bool continues = opcode() == Opcode::continuation;
  if (continues != in_message_) return false;  // fragments neither start nor mix (§5.4)
  in_message_ = !final();
  return true;
}

/// Puts length and mask where they stay. False: the length is not in its shortest form, or has its
/// top bit set (§5.2).
bool FrameDecoder::parse_length() {
  const std::uint8_t* const extended = header_.data() + 2;
  const std::uint8_t form = header_[1] & length_bits;
  std::uint32_t low = form, high = 0, least = 0;
  if (form == 126) {
    low = static_cast<std::uint32_t>(extended[0] << 8 | extended[1]);
    least = 126;
  } else if (form == 127) {
    high = big_endian(extended);
    low = big_endian(extended + 4);
    least = 65536;
  }
  set_word(mask, word(2 + extended_size(form)));
  set_word(left_low, low);
  set_word(left_high, high);
  return high == 0 ? low >= least : high >> 31 == 0;
}

FrameDecoder::Step FrameDecoder::read_payload(ByteSpan input) {
  const std::uint64_t all = left();
  if (input.empty() && all != 0) return {Kind::need_more, false, false, 0, input};
  const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(all, input.size()));
  bool ascii = false;
  if (us_ == Role::server) {
    Key key = word(mask);
    ascii = mask_in_place(input.data(), used, key);
    set_word(mask, key);
  }
  const std::uint64_t still = all - used;
  set_word(left_low, static_cast<std::uint32_t>(still));
  set_word(left_high, static_cast<std::uint32_t>(still >> 32));
  if (still == 0) state_ = State::header;
  return {Kind::payload, still == 0, ascii, used, input.first(used)};
}

FrameHeader::FrameHeader(Role us, Opcode opcode, bool final, std::size_t payload_bytes)
    : mask_size_(us == Role::client ? 4 : 0) {
  bytes_[0] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(opcode) | (final ? fin_bit : 0));
  std::uint8_t length = static_cast<std::uint8_t>(payload_bytes);
  if (payload_bytes > 125) length = payload_bytes > 65535 ? 127 : 126;
  bytes_[1] = static_cast<std::uint8_t>(length | (mask_size_ ? mask_bit : 0));
  std::uint64_t left = payload_bytes;
  const std::size_t extended = extended_size(length);
  for (std::size_t i = extended; i > 0; --i, left >>= 8)
    bytes_[1 + i] = static_cast<std::uint8_t>(left);
  size_ = static_cast<std::uint8_t>(2 + extended + mask_size_);
}

std::size_t FrameHeader::payload_that_fits(Role us, std::size_t frame_bytes) {
  const std::size_t shortest = us == Role::client ? 6 : 2;
  if (frame_bytes < shortest) return 0;
  const std::size_t payload = frame_bytes - shortest;
  if (payload <= 125) return payload;
  if (payload - 2 <= 65535) return std::max<std::size_t>(payload - 2, 125);
  return std::max<std::size_t>(payload - 8, 65535);
}

void copy_masked(ByteView from, ByteView mask, ByteSpan to) {
  if (from.empty()) return;
  if (from.data() != to.data()) std::memcpy(to.data(), from.data(), from.size());
  Key key;
  std::memcpy(&key, mask.data(), sizeof key);
  mask_in_place(to.data(), from.size(), key);
}

}  // namespace mote::ws
