// SPDX-License-Identifier: MIT
// However a stream is cut, the decoder tells the same frames and payloads; it takes no byte twice,
// leaves none, and frames that it lets through keep the rules of RFC 6455 §5.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "mote/ws/close_code.hpp"
#include "mote/ws/frame.hpp"

namespace {

using namespace mote;
using Kind = ws::FrameDecoder::Kind;

void must(bool holds) {
  if (!holds) std::abort();
}

class Reader {
 public:
  explicit Reader(ws::Role us) : decoder_(us) {}

  /// Reads a piece from memory of its own size.
  void read(ByteView piece) {
    const std::unique_ptr<std::uint8_t[]> memory(new std::uint8_t[piece.size()]);
    for (std::size_t at = 0; at < piece.size(); ++at) memory[at] = piece[at];
    ByteSpan rest{memory.get(), piece.size()};
    for (;;) {
      const ws::FrameDecoder::Step step = decoder_.next(rest);
      must(step.used <= rest.size());
      rest = rest.from(step.used);
      if (step.kind == Kind::broken && !broken_) said += "broken";
      broken_ = broken_ || step.kind == Kind::broken;
      must(broken_ == (step.kind == Kind::broken));
      if (broken_) return;
      if (step.kind == Kind::need_more) {
        must(rest.empty());
        return;
      }
      if (step.kind == Kind::header) begin();
      if (step.kind == Kind::payload) take(step);
    }
  }

  std::string said;

 private:
  void begin() {
    const bool control = ws::is_control(decoder_.opcode());
    must(!control || (decoder_.final() && decoder_.left() <= ws::control_payload_bytes_max));
    must(decoder_.left() >> 63 == 0);
    said += std::to_string(static_cast<int>(decoder_.opcode())) + (decoder_.final() ? "+" : "-");
    said += std::to_string(decoder_.left()) + "[";
    left_ = decoder_.left();
    close_.clear();
  }
  void take(const ws::FrameDecoder::Step& step) {
    must(step.payload.size() == step.used && step.used <= left_);
    left_ -= step.used;
    must(left_ == decoder_.left() && step.last == (left_ == 0));
    for (const std::uint8_t byte : step.payload) {
      must(!step.ascii || byte < 0x80);
      said += static_cast<char>(byte);
    }
    if (decoder_.opcode() == ws::Opcode::close)
      close_.append(step.payload.begin(), step.payload.end());
    if (!step.last) return;
    said += "]";
    if (decoder_.opcode() != ws::Opcode::close) return;
    const ws::ClosePayload close = ws::parse_close(bytes_of(close_));
    must(close.answer_with == ws::close_codes::no_code || ws::may_send(close.answer_with));
  }

  ws::FrameDecoder decoder_;
  std::uint64_t left_ = 0;
  std::string close_;
  bool broken_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto us = data[0] & 1 ? ws::Role::server : ws::Role::client;
  const ByteView stream{data + 3, size - 3};
  const std::size_t one = data[1] % (stream.size() + 1);
  const std::size_t other = one + data[2] % (stream.size() - one + 1);

  Reader whole(us), pieces(us), bytes(us);
  whole.read(stream);
  pieces.read(stream.first(one));
  pieces.read(stream.first(other).from(one));
  pieces.read(stream.from(other));
  for (std::size_t at = 0; at < stream.size(); ++at) bytes.read(stream.from(at).first(1));
  bytes.read({});
  must(whole.said == pieces.said);
  must(whole.said == bytes.said);
  return 0;
}
