// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/head_parser.hpp"

namespace mote::http {

/// Takes the framing off a body: a length, chunks (RFC 9112 §7.1) or the end of the stream.
///
/// Feed it whatever arrived and ask for one step at a time; each step says how many bytes it used,
/// `need_more` too. `data` points into the input: no byte is kept. `end` may come without a byte
/// used; what follows belongs to the next message. Chunk extensions and trailers are checked and
/// then forgotten. The first violation gives `broken`, for ever after.
class BodyDecoder {
 public:
  static constexpr std::size_t chunk_line_bytes_max = 256;  ///< a chunk's size and extensions
  static constexpr std::size_t trailers_bytes_max = 4096;   ///< all trailers together

  enum class Kind : std::uint8_t { need_more, data, end, broken };

  struct Step {
    Kind kind;
    std::size_t used;
    ByteView data;  ///< the last bytes of what was used
  };

  /// A body of no bytes.
  BodyDecoder() = default;
  explicit BodyDecoder(const Framing& framing);

  Step next(ByteView input);
  /// Takes back the last `count` bytes of the data that the last step told: they come again.
  void put_back(std::size_t count);
  /// The stream has ended: whether that may end the body. Else it is `broken`.
  bool finish();
  /// From `broken` on: `too_large` for a limit above, `protocol_error`, or `truncated` by the end.
  Status why() const { return why_; }

 private:
  enum class State : std::uint8_t {
    data,         // of a body with a length, or of a chunk: left_ bytes more
    until_close,  // data for as long as the stream lasts
    // From here on, read byte by byte: what surrounds the data of chunks.
    size_first,  // the order of the table in the source
    size,
    space,  // after a size or a value: only an extension may follow
    name_first,
    name,
    name_space,  // after an extension's name
    value_first,
    value,
    quoted,
    quoted_pair,
    quoted_end,
    size_lf,
    data_cr,
    data_lf,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    done,
    broken,
  };

  struct Grammar;

  void take_surrounding(std::uint8_t byte);
  Step take_data(ByteView input, std::size_t used);

  std::uint64_t left_ = 0;
  std::uint16_t surrounding_ = 0;  // bytes of this chunk line, or of the trailers
  State state_ = State::done;
  bool chunked_ = false;
  Status why_ = Status::ok;
};

}  // namespace mote::http
