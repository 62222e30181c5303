// SPDX-License-Identifier: MIT
// Bodies: the same bytes and the same end however they are cut; never more data than the length.
#include <cstdlib>
#include <string>
#include <vector>

#include "mote/http/body_decoder.hpp"

namespace {

using mote::ByteView;
using mote::http::BodyDecoder;
using mote::http::Framing;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The body, how it ended, and how many bytes it took.
std::string read(const Framing& framing, ByteView all, std::size_t piece) {
  BodyDecoder decoder(framing);
  std::string body;
  std::size_t used = 0;
  for (std::size_t at = 0; at <= all.size(); at += piece) {
    const std::size_t end = at + piece < all.size() ? at + piece : all.size();
    const std::vector<std::uint8_t> exact(all.begin() + at, all.begin() + end);
    ByteView input{exact.data(), exact.size()};
    for (;;) {
      const auto step = decoder.next(input);
      require(step.used <= input.size());
      require((step.kind == BodyDecoder::Kind::data) == !step.data.empty());
      require(step.data.empty() || step.data.end() == input.begin() + step.used);
      body.append(step.data.begin(), step.data.end());
      used += step.used;
      input = input.from(step.used);
      if (step.kind == BodyDecoder::Kind::need_more) break;
      if (step.kind == BodyDecoder::Kind::broken)
        return body + (decoder.why() == mote::Status::too_large ? "#large" : "#broken");
      if (step.kind == BodyDecoder::Kind::end) return body + "#" + std::to_string(used);
    }
    require(input.empty());
  }
  return body + (decoder.finish() ? "#end" : "#cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  Framing framing;
  framing.kind = Framing::Kind{static_cast<std::uint8_t>(data[0] & 3)};
  framing.size = data[1];
  const ByteView all{data + 3, size - 3};
  const std::string whole = read(framing, all, size);
  require(read(framing, all, 1 + data[2] % 32u) == whole);
  if (framing.kind == Framing::Kind::sized) require(whole.rfind('#') <= framing.size);
  return 0;
}
