// SPDX-License-Identifier: MIT
// What the programs of this folder share: they are told by words of the command line what to do,
// and say in lines of the console what happened.
#pragma once

#include "mote/base/byte_writer.hpp"
#include "port/port.hpp"

namespace steered {

using mote::ByteView;
using mote::ByteWriter;

/// A line of the console, printed at the end of the statement that makes it.
class Line {
 public:
  explicit Line(std::string_view first) { out_.put(first); }
  ~Line() { port::print(out_.text()); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& operator<<(std::string_view text) {
    out_.put(' ').put(text);
    return *this;
  }
  Line& operator<<(std::size_t number) {
    out_.put(' ').number(number);
    return *this;
  }

 private:
  std::uint8_t bytes_[160];
  ByteWriter out_{bytes_};
};

/// Text whose every byte follows from its place, as tests/peers/corners.mjs makes it.
inline std::uint8_t pattern(std::size_t at) {
  return static_cast<std::uint8_t>("abcdefghijklmnopqrstuvwxyz0123456789"[at % 36]);
}

/// Bytes that arrive in parts, held against the pattern.
class Checked {
 public:
  void take(ByteView part) {
    for (const std::uint8_t byte : part) right_ = byte == pattern(size_++) && right_;
    ++parts_;
  }
  std::size_t size() const { return size_; }
  std::size_t parts() const { return parts_; }
  std::string_view verdict() const { return right_ ? "right" : "wrong"; }

 private:
  std::size_t size_ = 0;
  std::size_t parts_ = 0;
  bool right_ = true;
};

/// Gives out the pattern, piece by piece, until there were `size` bytes.
class Source {
 public:
  void begin(std::size_t size) { at_ = 0, size_ = size; }
  std::size_t fill(mote::ByteSpan room) {
    std::size_t count = 0;
    while (count < room.size() && at_ < size_) room[count++] = pattern(at_++);
    return count;
  }

 private:
  std::size_t at_ = 0;
  std::size_t size_ = 0;
};

/// The value of the word `name=`, a number.
inline std::uint32_t number(std::string_view name) {
  std::uint32_t value = 0;
  for (const char digit : port::setting(name, "0").text()) {
    value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return value;
}

/// Whether the command line has the word `name=`.
inline bool has(std::string_view name) { return !port::setting(name, "").text().empty(); }

/// The comma-separated paths of the word `name=`, one after the other, as URLs of the peer `to=`,
/// by TLS when there is the word `tls=`. What begins with a scheme is an URL already.
class Urls {
 public:
  Urls(std::string_view scheme, std::string_view name)
      : scheme_(scheme), rest_(port::setting(name, "").text()) {}

  /// The next URL, valid until next() is called again; empty behind the last.
  std::string_view next() {
    if (rest_.empty()) return {};
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] != ',') ++size;
    ByteWriter url{bytes_};
    if (rest_.front() == '/') {
      url.put(scheme_).put(has("tls") ? "s://" : "://").put(port::setting("to", "").text());
    }
    url.put(mote::text_first(rest_, size));
    rest_.remove_prefix(size < rest_.size() ? size + 1 : size);
    return url.text();
  }

 private:
  std::string_view scheme_;
  std::string_view rest_;
  std::uint8_t bytes_[160];
};

}  // namespace steered
