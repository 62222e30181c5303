// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/base/bytes.hpp"

namespace mote::encoding {

/// Tells whether bytes that arrive in pieces are UTF-8 (RFC 3629).
///
/// It fails at the very byte with which no valid text can begin any more: a surrogate at its second
/// byte, an overlong form as soon as it shows. Pieces may be cut anywhere, also inside a code
/// point.
class Utf8 {
 public:
  /// Looks at the next piece. False: this is not UTF-8, whatever comes behind it.
  bool check(ByteView piece);
  /// Whether the text may end here: nothing was wrong and no code point is cut off.
  bool is_whole() const { return left_ == 0; }
  /// Begins a new text.
  void reset() { *this = Utf8(); }

 private:
  void begin(std::uint8_t byte);
  void follow(std::uint8_t byte);
  bool is_broken() const { return high_ < low_; }

  // Inside a code point: how many bytes are to come, and between which two the next must lie. After
  // a fault no byte lies between them, and left_ stays.
  std::uint8_t left_ = 0;
  std::uint8_t low_ = 0;
  std::uint8_t high_ = 0;
};

/// Whether `text` is UTF-8 from its beginning to its end.
bool is_utf8(ByteView text);

}  // namespace mote::encoding
