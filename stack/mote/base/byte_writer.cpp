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

ByteWriter& ByteWriter::put(char character) { return put(std::string_view(&character, 1)); }

ByteWriter& ByteWriter::number(std::uint64_t value) {
  char digits[20];
  std::size_t first = sizeof digits;
  // 32-bit processors divide 64 bits in software: do so only while the value needs it.
  while (value > 0xFFFFFFFFu) {
    digits[--first] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
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
