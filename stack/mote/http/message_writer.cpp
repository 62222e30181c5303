// SPDX-License-Identifier: MIT
#include "mote/http/message_writer.hpp"

#include <cstring>

#include "mote/base/expects.hpp"
#include "mote/encoding/base64.hpp"
#include "mote/encoding/characters.hpp"
#include "mote/encoding/percent.hpp"
#include "mote/encoding/token.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

constexpr const char* authorization_basic = "Authorization: Basic ";

/// Whether `text` has no control characters but tabs.
bool is_value(std::string_view text) {
  const ByteView bytes = bytes_of(text);
  return encoding::find_control(bytes.begin(), bytes.end()) == bytes.end();
}

/// Whether `text` is visible ASCII: no spaces, nothing that could end a line or begin another word.
bool is_word(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte <= ' ' || byte >= 0x7F) return false;
  }
  return true;
}

}  // namespace

MessageWriter& MessageWriter::request(std::string_view method,
                                      std::string_view target,
                                      std::string_view host) {
  if (!encoding::is_token(method) || target.empty() || !is_word(target) || !is_word(host))
    bad_ = true;
  out_.put(method).put(' ').put(target);
  return end_request(host);
}

MessageWriter& MessageWriter::request(std::string_view method, const encoding::Url& url) {
  if (!encoding::is_token(method)) bad_ = true;
  out_.put(method).put(' ').put(url.root()).put(url.target);
  return end_request(url.host_field);
}

MessageWriter& MessageWriter::end_request(std::string_view host) {
  out_.put(" HTTP/1.1\r\nHost: ").put(host);
  return end();
}

MessageWriter& MessageWriter::response(std::uint16_t code) {
  expects(code >= 100 && code <= 999);
  // The space stays when there is no reason (RFC 9112 §4).
  out_.put("HTTP/1.1 ").number(code).put(' ').put(reason_of(code));
  return end();
}

MessageWriter& MessageWriter::field(std::string_view name, std::string_view value) {
  if (!encoding::is_token(name) || !is_value(value)) bad_ = true;
  out_.put(name).put(": ").put(value);
  return end();
}

MessageWriter& MessageWriter::field(std::string_view name, std::uint64_t value) {
  if (!encoding::is_token(name)) bad_ = true;
  out_.put(name).put(": ").number(value);
  return end();
}

MessageWriter& MessageWriter::bearer(std::string_view token) {
  if (token.empty() || !is_word(token)) bad_ = true;
  out_.put("Authorization: Bearer ").put(token);
  return end();
}

MessageWriter& MessageWriter::basic(std::string_view user, std::string_view password) {
  if (user.find(':') != std::string_view::npos) bad_ = true;
  const std::size_t at = out_.put(authorization_basic).size();
  out_.put(user).put(':').put(password);
  encode_from(at);
  return *this;
}

MessageWriter& MessageWriter::user(std::string_view user_info) {
  const std::size_t at = out_.put(authorization_basic).size();
  const Status status = encoding::decode_percent(user_info, out_);
  if (status == Status::bad_argument) bad_ = true;
  if (status == Status::too_large) out_.put(user_info);  // So that this sticks.
  if (user_info.find(':') == std::string_view::npos) out_.put(':');
  encode_from(at);
  return *this;
}

/// Makes base64 of what was written from `at` on, and ends the line. That is made behind the plain
/// text, and then moved to where it stands.
void MessageWriter::encode_from(std::size_t at) {
  const ByteView plain = out_.written().from(at);
  encoding::put_base64(out_, plain);
  out_.put("\r\n");
  if (out_.status() != Status::ok) return;
  const std::size_t size = out_.size() - at - plain.size();
  std::memmove(out_.free().data() - size - plain.size(), out_.free().data() - size, size);
  out_.cut_to(at + size);
}

MessageWriter& MessageWriter::end() {
  out_.put("\r\n");
  return *this;
}

void write_chunk_size(ByteWriter& out, std::uint32_t size) {
  char digits[8];
  std::size_t first = sizeof digits;
  do {
    digits[--first] = "0123456789abcdef"[size & 15];
    size >>= 4;
  } while (size != 0);
  out.put(std::string_view(digits + first, sizeof digits - first)).put("\r\n");
}

}  // namespace mote::http
