// SPDX-License-Identifier: MIT
#include "mote/base/byte_writer.hpp"

#include <cstring>

#include "mote/base/expects.hpp"

namespace mote {

ByteWriter& ByteWriter::put(ByteView bytes) {
  if (overflowed_ || bytes.size() > room_.size() - size_) {
    overflowed_ = true;
    return *this;
  }
  // memmove: callers may gather bytes that already lie further on in the same memory.
  if (!bytes.empty()) std::memmove(room_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
  return *this;
}

ByteWriter& ByteWriter::put(std::string_view text) { return put(bytes_of(text)); }

ByteWriter& ByteWriter::put(const char* text) { return put(std::string_view(text)); }

ByteWriter& ByteWriter::put(char character) { return put(std::string_view(&character, 1)); }

/// Divides `value` by ten and returns the remainder, in steps that a 32-bit processor has an
/// instruction for: the library's division of 64 bits costs 700 bytes of flash.
static std::uint32_t take_digit(std::uint64_t& value) {
  std::uint64_t quotient = 0;
  std::uint32_t rest = 0;
  for (int shift = 48; shift >= 0; shift -= 16) {
    const std::uint32_t part = rest << 16 | static_cast<std::uint16_t>(value >> shift);
    quotient = quotient << 16 | part / 10;
    rest = part % 10;
  }
  value = quotient;
  return rest;
}

ByteWriter& ByteWriter::number(std::uint64_t value) {
  char digits[20];
  std::size_t first = sizeof digits;
  while (value > 0xFFFFFFFFu) digits[--first] = static_cast<char>('0' + take_digit(value));
  auto small = static_cast<std::uint32_t>(value);
  do {
    digits[--first] = static_cast<char>('0' + small % 10);
    small /= 10;
  } while (small != 0);
  return put(std::string_view(digits + first, sizeof digits - first));
}

void ByteWriter::took(std::size_t count) {
  expects(!overflowed_ && count <= room_.size() - size_);
  size_ += count;
}

void ByteWriter::cut_to(std::size_t size) {
  expects(size <= size_);
  size_ = size;
}

}  // namespace mote
