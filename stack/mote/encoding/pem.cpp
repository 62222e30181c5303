// SPDX-License-Identifier: MIT
#include "mote/encoding/pem.hpp"

#include "mote/encoding/base64.hpp"

namespace mote::encoding {
namespace {

constexpr std::string_view begins = "-----BEGIN ";
constexpr std::string_view ends = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t none = std::string_view::npos;

bool begins_with(std::string_view text, std::string_view with) {
  return text_first(text, with.size()) == with;
}

/// Where `marker` stands at the beginning of a line; `none` when nowhere.
std::size_t find_line(std::string_view text, std::string_view marker) {
  std::size_t at = text.find(marker);
  while (at != none && at != 0 && text[at - 1] != '\n') at = text.find(marker, at + 1);
  return at;
}

bool is_space(char character) {
  return character == '\n' || character == '\r' || character == ' ' || character == '\t';
}

}  // namespace

bool Pem::is_encrypted() const {
  return begins_with(label, "ENCRYPTED ") || body.find("Proc-Type: 4,ENCRYPTED") != none;
}

Status next_pem(std::string_view& text, Pem& block) {
  const std::size_t begin = find_line(text, begins);
  if (begin == none) {
    text = {};
    return Status::closed;
  }
  std::string_view rest = text_from(text, begin + begins.size());
  const std::size_t label_size = rest.find(dashes);
  if (label_size == none || label_size > 64) return Status::bad_argument;
  const std::string_view label = text_first(rest, label_size);
  rest = text_from(rest, label_size + dashes.size());
  const std::size_t size = find_line(rest, ends);
  if (size == none) return Status::bad_argument;
  const std::string_view last = text_from(rest, size + ends.size());
  if (!begins_with(last, label) || !begins_with(text_from(last, label_size), dashes))
    return Status::bad_argument;
  block = {label, text_first(rest, size)};
  text = text_from(last, label_size + dashes.size());
  return Status::ok;
}

Status decode_pem(const Pem& block, ByteWriter& out) {
  if (block.is_encrypted()) return Status::bad_argument;
  const std::size_t before = out.size();
  // Lines may have any length (RFC 7468 §2), so digits are gathered in groups of four.
  char digits[64];
  std::size_t count = 0;
  Status status = Status::ok;
  bool padded = false;
  const auto flush = [&] {
    if (padded && count != 0) return Status::bad_argument;
    padded = count != 0 && digits[count - 1] == '=';
    const Status result = decode_base64({digits, count}, out);
    count = 0;
    return result;
  };
  for (const char character : block.body) {
    if (is_space(character)) continue;
    digits[count++] = character;
    if (count == sizeof digits) status = flush();
    if (status != Status::ok) break;
  }
  if (status == Status::ok) status = flush();
  if (status != Status::ok) out.cut_to(before);
  return status;
}

}  // namespace mote::encoding
