// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"

namespace mote {

/// Writes text and numbers into memory that somebody else owns.
///
/// Overflow sticks: write everything, then look at status() once. What did not fit is not written
/// at all, and neither is anything after it.
class ByteWriter {
 public:
  constexpr ByteWriter() = default;
  explicit constexpr ByteWriter(ByteSpan room) : room_(room) {}

  ByteWriter& put(std::string_view text);
  /// Text that ends in NUL, such as a literal: smaller where it is called.
  ByteWriter& put(const char* text);
  ByteWriter& put(ByteView bytes);
  ByteWriter& put(char character);
  /// In decimal, without leading zeros.
  ByteWriter& number(std::uint64_t value);

  /// `ok`, or `too_large` from the first overflow on.
  Status status() const { return overflowed_ ? Status::too_large : Status::ok; }
  ByteView written() const { return ByteView{room_.data(), size_}; }
  std::string_view text() const { return text_of(written()); }
  std::size_t size() const { return size_; }
  /// What is still free, for somebody who fills it himself and then says took().
  ByteSpan free() const { return overflowed_ ? ByteSpan{} : room_.from(size_); }
  void took(std::size_t count);
  /// Takes back all but the first `size` bytes; there must be so many. An overflow is not undone.
  void cut_to(std::size_t size);

 private:
  ByteSpan room_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace mote
