// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mote {

/// A pointer and a size, with std::span's names and nothing else. Owns nothing.
template <class T>
class Span {
 public:
  constexpr Span() = default;
  constexpr Span(T* data, std::size_t size) : data_(data), size_(size) {}
  template <std::size_t N>
  constexpr Span(T (&array)[N]) : data_(array), size_(N) {}
  template <class U, std::size_t N>
  constexpr Span(std::array<U, N>& array) : data_(array.data()), size_(N) {}
  template <class U, std::size_t N>
  constexpr Span(const std::array<U, N>& array) : data_(array.data()), size_(N) {}
  constexpr operator Span<const T>() const { return {data_, size_}; }

  constexpr T* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + size_; }
  constexpr T& operator[](std::size_t index) const { return data_[index]; }
  /// The first `count` elements; there must be so many.
  constexpr Span first(std::size_t count) const { return {data_, count}; }
  /// What follows the first `index` elements; there must be so many.
  constexpr Span from(std::size_t index) const { return {data_ + index, size_ - index}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

using ByteView = Span<const std::uint8_t>;  ///< to read, as in string_view
using ByteSpan = Span<std::uint8_t>;        ///< to read and write

/// The same memory, seen as bytes.
inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The same memory, seen as text. Nothing is checked: see encoding/utf8.hpp.
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The first `count` characters of `text`, or all when it has not so many. Use this and text_from()
/// rather than std::string_view::substr(), which throws, and so links exceptions and the heap.
constexpr std::string_view text_first(std::string_view text, std::size_t count) {
  return {text.data(), count < text.size() ? count : text.size()};
}

/// What follows the first `index` characters of `text`; nothing when it has not so many.
constexpr std::string_view text_from(std::string_view text, std::size_t index) {
  if (index > text.size()) index = text.size();
  return {text.data() + index, text.size() - index};
}

/// Text that outlives every object that keeps it: a literal, or what somebody guarantees with of(),
/// such as `Lasting::of(argv[1])`.
class Lasting {
 public:
  constexpr Lasting() = default;
  template <std::size_t N>
  constexpr Lasting(const char (&literal)[N]) : text_(literal, N - 1) {}
  template <std::size_t N>
  Lasting(char (&buffer)[N]) = delete;  // a buffer, which may change: see of()
  static constexpr Lasting of(std::string_view text) { return Lasting(text); }
  constexpr std::string_view text() const { return text_; }

 private:
  constexpr explicit Lasting(std::string_view text) : text_(text) {}
  std::string_view text_;
};

}  // namespace mote
