// SPDX-License-Identifier: MIT
// What decodes is exactly what encoding gives back, and never longer than the text allows.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "mote/encoding/base64.hpp"
#include "mote/encoding/hex.hpp"
#include "mote/encoding/percent.hpp"

namespace {

using namespace mote;

void must(bool holds) {
  if (!holds) std::abort();
}

/// Memory of an exact size on the heap, so that a sanitizer sees what is written beyond it.
struct Room {
  explicit Room(std::size_t size) : bytes(new std::uint8_t[size]), out(ByteSpan{bytes, size}) {}
  ~Room() { delete[] bytes; }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  std::uint8_t* bytes;
  ByteWriter out;
};

void fuzz_base64(std::string_view text) {
  Room decoded(text.size() / 4 * 3);
  if (encoding::decode_base64(text, decoded.out) != Status::ok) {
    must(decoded.out.size() == 0);
    return;
  }
  must(encoding::base64_size(decoded.out.size()) == text.size());
  Room again(text.size());
  encoding::put_base64(again.out, decoded.out.written());
  must(again.out.status() == Status::ok && again.out.text() == text);
  if (decoded.out.size() == 0) return;
  Room tight(decoded.out.size() - 1);
  must(encoding::decode_base64(text, tight.out) == Status::too_large && tight.out.size() == 0);
}

void fuzz_hex_and_percent(std::string_view text) {
  Room bytes(text.size() / 2);
  const bool is_hex = encoding::decode_hex(text, bytes.out) == Status::ok;
  must(bytes.out.size() == (is_hex ? text.size() / 2 : 0));

  Room plain(text.size());
  if (encoding::decode_percent(text, plain.out) != Status::ok) must(plain.out.size() == 0);
  Room escaped(3 * text.size());
  encoding::put_percent(escaped.out, text);
  Room back(text.size());
  must(encoding::decode_percent(escaped.out.text(), back.out) == Status::ok);
  must(back.out.text() == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  fuzz_base64(text);
  fuzz_hex_and_percent(text);
  Room encoded(encoding::base64_size(size));
  encoding::put_base64(encoded.out, {data, size});
  must(encoded.out.status() == Status::ok && encoded.out.size() == encoding::base64_size(size));
  fuzz_base64(encoded.out.text());
  return 0;
}
