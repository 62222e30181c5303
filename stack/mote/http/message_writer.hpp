// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/byte_writer.hpp"
#include "mote/encoding/url.hpp"

namespace mote::http {

/// Writes the head of a message into memory that somebody else owns, line by line.
///
/// Mistakes stick: write all lines, then look at status() once. What would not be one method,
/// target, name or value on the wire is `bad_argument`: nobody injects a field through us
/// (RFC 9110 §5.5, §16.3). What does not fit is `too_large`.
class MessageWriter {
 public:
  explicit MessageWriter(ByteSpan room) : out_(room) {}

  /// The request line and Host.
  MessageWriter& request(std::string_view method, std::string_view target, std::string_view host);
  /// The same for the place that `url` names (RFC 9112 §3.2.1). Nothing of its user info is sent.
  MessageWriter& request(std::string_view method, const encoding::Url& url);
  /// The status line; `code` has three digits.
  MessageWriter& response(std::uint16_t code);
  MessageWriter& field(std::string_view name, std::string_view value);
  MessageWriter& field(std::string_view name, std::uint64_t value);
  /// Whole lines that are known to be good, each with its CR LF.
  MessageWriter& lines(std::string_view text) {
    out_.put(text);
    return *this;
  }
  /// `Authorization: Bearer …` (RFC 6750 §2.1).
  MessageWriter& bearer(std::string_view token);
  /// `Authorization: Basic …` (RFC 7617); a colon in `user` is `bad_argument`. While it writes, it
  /// needs room for the plain text as well.
  MessageWriter& basic(std::string_view user, std::string_view password);
  /// The same from what stands before the @ of a URL, with its escapes.
  MessageWriter& user(std::string_view user_info);
  /// The empty line behind the last field.
  MessageWriter& end();

  Status status() const { return bad_ ? Status::bad_argument : out_.status(); }
  /// Only while status() is `ok`.
  ByteView written() const { return out_.written(); }

 private:
  MessageWriter& end_request(std::string_view host);
  void encode_from(std::size_t at);

  ByteWriter out_;
  bool bad_ = false;
};

/// The reason that goes with a status code, such as "Not Found"; empty for those we have none for.
std::string_view reason_of(std::uint16_t code);

/// Writes what stands before the data of a chunk of `size` bytes, at least 1 (RFC 9112 §7.1).
/// `chunk_end` follows the data.
void write_chunk_size(ByteWriter& out, std::uint32_t size);
inline constexpr std::string_view chunk_end = "\r\n";
/// The chunk of size 0 and the end of its trailers, of which there are none.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace mote::http
