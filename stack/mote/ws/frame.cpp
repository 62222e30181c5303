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
  return length < 126 ? 0 : length == 126 ? 2 : 8;
}

/// Bytes in the header whose second byte is `second`: 2 to 14.
constexpr std::size_t header_size_of(std::uint8_t second) {
  return 2 + extended_size(second & length_bits) + (second & mask_bit ? 4 : 0);
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
#if defined(__x86_64__)
  constexpr std::size_t alignment = 1;
#else
  constexpr std::size_t alignment = sizeof(Word);
#endif
  Key key = kept;
  Word seen = 0;
  while (size != 0) {
    if (size < sizeof(Word) || reinterpret_cast<std::uintptr_t>(at) % alignment != 0) {
      seen |= * at = static_cast<std::uint8_t>(*at ^ first_byte(key));
      ++at;
      --size;
      key = turned(key, 1);
      continue;
    }
    const Word wide = key * (~Word{0} / ~Key{0});
    Word words[4];
    for (std::size_t rounds = size / sizeof words; rounds != 0; --rounds, at += sizeof words) {
      std::memcpy(words, __builtin_assume_aligned(at, alignment), sizeof words);
      words[0] ^= wide;
      words[1] ^= wide;
      words[2] ^= wide;
      words[3] ^= wide;
      seen |= words[0] | words[1] | words[2] | words[3];
      std::memcpy(__builtin_assume_aligned(at, alignment), words, sizeof words);
    }
    for (size %= sizeof words; size >= sizeof(Word); size -= sizeof(Word), at += sizeof(Word)) {
      std::memcpy(words, __builtin_assume_aligned(at, alignment), sizeof(Word));
      seen |= words[0] ^= wide;
      std::memcpy(__builtin_assume_aligned(at, alignment), words, sizeof(Word));
    }
    if (sizeof(Word) > sizeof(Key) && size >= sizeof(Key)) {
      Key half;
      std::memcpy(&half, at, sizeof half);
      seen |= half ^= key;
      std::memcpy(at, &half, sizeof half);
      at += sizeof half;
      size -= sizeof half;
    }
  }
  kept = key;
  constexpr Word high_bits = ~Word{0} / 0xFF << 7;  // 0x8080...
  return (seen & high_bits) == 0;
}

}  // namespace

FrameDecoder::Step FrameDecoder::next(ByteSpan input) {
  Step step{Kind::broken, false, false, 0, input.first(0)};
  if (state_ == State::payload) {
    read_payload(input, step);
  } else if (state_ == State::header) {
    if (!gather_header(input, step.used)) {
      step.kind = Kind::need_more;
    } else if (parse_header()) {
      step.kind = Kind::header;
      state_ = State::payload;
    } else {
      state_ = State::broken;
    }
  }
  return step;
}

/// Takes bytes until the header is whole. False: it goes on in the next input.
inline bool FrameDecoder::gather_header(ByteSpan input, std::size_t& used) {
  if (input.empty()) return false;
  // As much as a header may have; what belongs to the payload is not counted as used.
  const std::size_t before = gathered_;
  const std::size_t size = before + std::min(input.size(), header_.size() - before);
  // Most come whole: copies whose size is known take no call.
  if (size - before == header_.size()) {
    std::memcpy(header_.data(), input.data(), header_.size());
  } else {
    std::memcpy(header_.data() + before, input.data(), size - before);
  }
  const std::size_t whole = size < 2 ? 2 : header_size_of(header_[1]);
  const bool done = size >= whole;
  gathered_ = static_cast<std::uint8_t>(done ? 0 : size);
  used = (done ? whole : size) - before;
  return done;
}

inline bool FrameDecoder::parse_header() {
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
inline bool FrameDecoder::parse_length() {
  const std::uint8_t form = header_[1] & length_bits;
  const std::size_t size = extended_size(form);
  std::uint32_t low = size == 0 ? form : 0, high = 0;
  for (std::size_t i = 0; i < size; ++i) {
    high = high << 8 | low >> 24;
    low = low << 8 | header_[2 + i];
  }
  set_word(mask_at, word<Key>(2 + size));
  set_word(left_at, std::uint64_t{high} << 32 | low);
  if (high != 0) return high >> 31 == 0;
  return low >= (form == 127 ? 65536u : form == 126 ? 126u : 0u);
}

inline void FrameDecoder::read_payload(ByteSpan input, Step& step) {
  std::uint64_t left = this->left();
  if (input.empty() && left != 0) {
    step.kind = Kind::need_more;
    return;
  }
  step.used = input.size();
  if (left < step.used) step.used = static_cast<std::size_t>(left);
  if (us_ == Role::server) {
    Key key = word<Key>(mask_at);
    step.ascii = mask_in_place(input.data(), step.used, key);
    set_word(mask_at, key);
  }
  left -= step.used;
  set_word(left_at, left);
  if (left == 0) state_ = State::header;
  step.kind = Kind::payload;
  step.last = left == 0;
  step.payload = input.first(step.used);
}

FrameHeader::FrameHeader(Role us, Opcode opcode, bool final, std::size_t payload_bytes)
    : mask_size_(us == Role::client ? 4 : 0) {
  bytes_[0] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(opcode) | (final ? fin_bit : 0));
  std::uint8_t length = static_cast<std::uint8_t>(payload_bytes);
  if (payload_bytes > 125) length = payload_bytes > 65535 ? 127 : 126;
  bytes_[1] = static_cast<std::uint8_t>(length | (mask_size_ ? mask_bit : 0));
  std::size_t left = payload_bytes;
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

void FrameHeader::write(ByteView payload, std::uint8_t* to) const {
  std::memcpy(to, bytes_, size_);
  to += size_;
  if (payload.empty()) return;
  if (payload.data() != to) std::memcpy(to, payload.data(), payload.size());
  if (mask_size_ == 0) return;
  Key key;
  std::memcpy(&key, bytes_ + size_ - mask_size_, sizeof key);
  mask_in_place(to, payload.size(), key);
}

}  // namespace mote::ws
