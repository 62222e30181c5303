// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "mote/base/bytes.hpp"

namespace mote::ws {

/// What a frame carries (RFC 6455 §5.2). The decoder lets no other value through.
enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

constexpr bool is_control(Opcode opcode) { return opcode >= Opcode::close; }

/// Which end of the connection we are. Clients mask what they send, servers never do (§5.1).
enum class Role : std::uint8_t { client, server };

/// The longest payload of a control frame (§5.5).
constexpr std::size_t control_payload_bytes_max = 125;

/// Cuts a stream of received bytes into WebSocket frames, unmasking them in place.
///
/// Feed it whatever arrived and ask for one step at a time, until it needs more. Each frame is one
/// `header` step and then one or more `payload` steps, the last one marked; an empty frame has a
/// single empty payload. Payloads point into the input: no byte is kept. The first violation of
/// RFC 6455 gives `broken`, for ever after: close with 1002.
class FrameDecoder {
 public:
  enum class Kind : std::uint8_t { need_more, header, payload, broken };

  struct Step {
    Kind kind;
    bool last;         ///< payload: the frame ends with this piece
    bool ascii;        ///< payload: it was masked, and every byte of it is ASCII
    std::size_t used;  ///< how many bytes of the input this step took
    ByteSpan payload;  ///< payload: unmasked; lives as long as the input
  };

  explicit constexpr FrameDecoder(Role us) : us_(us), state_(State::header), in_message_(false) {}

  Step next(ByteSpan input);
  /// Begins a new stream.
  void reset() {
    gathered_ = 0;
    state_ = State::header;
    in_message_ = false;
  }

  Role us() const { return us_; }
  /// Whether a header was read and its payload not yet, or not whole.
  bool in_frame() const { return state_ == State::payload; }
  // About the frame being read, from its header step to its last payload step.
  Opcode opcode() const { return Opcode(header_[0] & 0x0F); }
  bool final() const { return (header_[0] & 0x80) != 0; }
  /// Bytes of payload that are still to come; after the header step, all of them.
  std::uint64_t left() const { return word<std::uint64_t>(left_at); }

 private:
  enum class State : std::uint8_t { header, payload, broken };

  // Where words lie in header_ once it is read: the payload that is left, and the mask, turned to
  // where the payload goes on.
  static constexpr std::size_t left_at = 2, mask_at = 10;

  template <class Word>
  Word word(std::size_t at) const {
    Word value;
    std::memcpy(&value, header_.data() + at, sizeof value);
    return value;
  }
  template <class Word>
  void set_word(std::size_t at, Word value) {
    std::memcpy(header_.data() + at, &value, sizeof value);
  }
  void read_payload(ByteSpan input, Step& step);
  bool gather_header(ByteSpan input, std::size_t& used);
  bool parse_header();
  bool parse_length();

  // 16 bytes in all, since every idle connection has one; the words in header_ are aligned.
  alignas(4) std::uint8_t gathered_ = 0;  // bytes of the header that have come
  Role us_ : 1;
  State state_ : 2;
  bool in_message_ : 1;  // a data message has begun and its final frame is still to come
  std::array<std::uint8_t, 14> header_{};
};

/// The header of one frame that is sent (§5.2). Its payload is `payload_bytes` long.
class FrameHeader {
 public:
  static constexpr std::size_t bytes_max = 14;  ///< 2, 8 of length, 4 of mask

  FrameHeader(Role us, Opcode opcode, bool final, std::size_t payload_bytes);

  /// The header; as a client fill mask() first. Lives as long as this object.
  ByteView bytes() const { return {bytes_, size_}; }
  std::size_t size() const { return size_; }
  /// The four bytes of a client's masking key, to be filled at random for each frame (§5.3); empty
  /// for a server.
  ByteSpan mask() { return {bytes_ + size_ - mask_size_, mask_size_}; }

  /// Writes the frame to `to`, which has room for size() and the payload: the header, and the
  /// payload as a client or server sends it. The payload may lie in its place already.
  void write(ByteView payload, std::uint8_t* to) const;

  /// The longest payload that fits into a frame of `frame_bytes`.
  static std::size_t payload_that_fits(Role us, std::size_t frame_bytes);

 private:
  std::uint8_t bytes_[bytes_max];
  std::uint8_t size_;
  std::uint8_t mask_size_;
};

}  // namespace mote::ws
