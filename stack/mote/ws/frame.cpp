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

/// Writes `size` bytes of `from` masked to `to`, and leaves `mask` rotated to what comes next.
///
/// Payloads lie anywhere in memory: the bytes before the first whole word of `to` are done one by
/// one. Words of `from` may then be unaligned, which a Cortex-M3 loads with LDR, but not with LDRD
/// and LDM; memcpy of one word gives LDR.
[[gnu::optimize("O2")]] void mask_bytes(const std::uint8_t* from,
                                        std::uint8_t* to,
                                        std::size_t size,
                                        std::uint8_t* mask) {
  using Word = std::uint32_t;
  std::size_t phase = 0;
  while (size != 0 && reinterpret_cast<std::uintptr_t>(to) % sizeof(Word) != 0) {
    *to++ = static_cast<std::uint8_t>(*from++ ^ mask[phase++ & 3]);
    --size;
  }
  const std::uint8_t rotated[4] = {
      mask[phase & 3], mask[(phase + 1) & 3], mask[(phase + 2) & 3], mask[(phase + 3) & 3]};
  Word key;
  std::memcpy(&key, rotated, sizeof key);
  for (std::size_t rounds = size / 16; rounds != 0; --rounds, from += 16, to += 16) {
    Word words[4];
    std::memcpy(&words[0], from, sizeof(Word));
    std::memcpy(&words[1], from + 4, sizeof(Word));
    std::memcpy(&words[2], from + 8, sizeof(Word));
    std::memcpy(&words[3], from + 12, sizeof(Word));
    for (Word& word : words) word ^= key;
    std::memcpy(__builtin_assume_aligned(to, sizeof(Word)), words, sizeof words);
  }
  size %= 16;
  for (std::size_t i = 0; i < size; ++i)
    to[i] = static_cast<std::uint8_t>(from[i] ^ rotated[i & 3]);
  for (std::size_t i = 0; i < 4; ++i) mask[i] = rotated[(size + i) & 3];
}

}  // namespace

FrameDecoder::Step FrameDecoder::next(ByteSpan input) {
  switch (state_) {
    case State::header: return read_header(input);
    case State::payload: return read_payload(input);
    case State::broken: break;
  }
  return {Kind::broken, false, 0, {}};
}

FrameDecoder::Step FrameDecoder::read_header(ByteSpan input) {
  std::size_t used = 0;
  const std::uint8_t* header = input.data();
  if (header_size_ == 0 && input.size() >= 2 && input.size() >= header_size_of(input[1])) {
    used = header_size_of(input[1]);  // Whole, as nearly always: it is read where it lies.
  } else {
    for (;;) {
      const std::size_t wanted = header_size_ < 2 ? 2 : header_size_of(header_[1]);
      if (header_size_ == wanted) break;
      if (used == input.size()) return {Kind::need_more, false, used, {}};
      header_[header_size_++] = input[used++];
    }
    header = header_.data();
    header_size_ = 0;
  }
  state_ = parse_header(header) ? State::payload : State::broken;
  return {state_ == State::broken ? Kind::broken : Kind::header, false, used, {}};
}

bool FrameDecoder::parse_header(const std::uint8_t* header) {
  const std::uint8_t opcode = header[0] & opcode_bits;
  const bool masked = header[1] & mask_bit;
  if (header[0] & rsv_bits) return false;             // no extension was negotiated (§5.2)
  if (!is_known(opcode)) return false;                // §5.2
  if (masked != (us_ == Role::server)) return false;  // §5.1

  final_ = header[0] & fin_bit;
  opcode_ = Opcode{opcode};
  left_ = header[1] & length_bits;
  const std::size_t extended = extended_size(header[1] & length_bits);
  if (extended == 2) {
    left_ = static_cast<std::uint32_t>(header[2] << 8 | header[3]);
    if (left_ <= 125) return false;  // not the shortest form (§5.2)
  } else if (extended == 8) {
    left_ = 0;
    for (std::size_t i = 0; i < extended; ++i) left_ = left_ << 8 | header[2 + i];
    if (left_ >> 63 || left_ <= 65535) return false;  // §5.2
  }
  if (masked) std::memcpy(mask_.data(), header + 2 + extended, mask_.size());

  if (is_control(opcode_)) return final_ && left_ <= control_payload_bytes_max;  // §5.5
  const bool continues = opcode_ == Opcode::continuation;
  if (continues != in_message_) return false;  // fragments neither start nor mix (§5.4)
  in_message_ = !final_;
  return true;
}

FrameDecoder::Step FrameDecoder::read_payload(ByteSpan input) {
  if (input.empty() && left_ != 0) return {Kind::need_more, false, 0, {}};
  const auto used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
  const ByteSpan piece = input.first(used);
  if (us_ == Role::server) mask_bytes(piece.data(), piece.data(), used, mask_.data());
  left_ -= used;
  if (left_ == 0) state_ = State::header;
  return {Kind::payload, left_ == 0, used, piece};
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
  std::uint8_t rotating[4];
  std::memcpy(rotating, mask.data(), sizeof rotating);
  mask_bytes(from.data(), to.data(), from.size(), rotating);
}

}  // namespace mote::ws
