// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/base/status.hpp"

namespace mote::http {

/// How long the body is, as RFC 9112 §6.3 decides it. HeadParser is the only place that knows
/// these rules.
struct Framing {
  enum class Kind : std::uint8_t { none, sized, chunked, until_close };
  Kind kind = Kind::none;
  bool keep_alive = false;  ///< the connection may carry another message after this one (§9.3)
  /// A request asks to switch protocols (`Upgrade`, and the option in `Connection`), or a response
  /// did so (101, or a tunnel). Whether that was asked for is the caller's to judge.
  bool upgrade = false;
  std::uint64_t size = 0;  ///< bytes, when sized; else nothing to rely on
};

/// Cuts the head of a request or response into its lines (RFC 9112 §2 to §6).
///
/// Feed it whatever arrived and ask for one step at a time; each step says how many bytes it used,
/// `need_more` too. One `start_line`, then a `field` each, then `end`, behind which the body lies.
/// The first violation gives `broken`, for ever after.
///
/// A line that arrives in one piece is handed out where it lies; one that arrives in parts is
/// gathered in `line`. Views live until the next call, or as long as the input. A line must fit
/// `line` with its CR LF however it arrives.
///
/// Without a `line` nothing is gathered: an incomplete line is not used, and must be offered again
/// with more behind it. That is for callers who keep the head together themselves.
///
///     start --line--> fields --empty line--> done
///       any violation or limit: broken
class HeadParser {
 public:
  static constexpr std::size_t bytes_max = 16384;  ///< of the whole head
  static constexpr std::size_t fields_max = 100;

  /// What is read. A response's framing depends on the method that it answers (§6.3).
  enum class Message : std::uint8_t { request, response, response_to_head, response_to_connect };
  enum class Kind : std::uint8_t { need_more, start_line, field, end, broken };

  struct Step {
    Kind kind;
    std::size_t used;
    std::string_view name;   ///< field: its name as received; start line: method, or empty
    std::string_view value;  ///< field: trimmed value; start line: target, or reason
  };

  explicit HeadParser(Message message, ByteSpan line = {})
      : grammar_(message == Message::request ? &request_grammar : &response_grammar),
        line_(line.data()),
        line_max_(line.data() == nullptr || line.size() > bytes_max
                      ? static_cast<std::uint16_t>(bytes_max)
                      : static_cast<std::uint16_t>(line.size())),
        message_(message) {}

  Step next(ByteView input);

  /// The response's status code, 100 to 999, from start_line on.
  std::uint16_t code() const { return code_; }
  /// Whether the sender speaks HTTP/1.0: it understands no chunks. From start_line on.
  bool is_http_1_0() const;
  /// From `end` on.
  Framing framing() const { return {kind_, keep_alive_, upgrade_, size_}; }
  /// From `broken` on: `too_large` or `protocol_error`.
  Status why() const { return code_ == 431 ? Status::too_large : Status::protocol_error; }
  /// From `broken` on: the status code with which a server refuses this request: 400, 431, 501,
  /// 505.
  std::uint16_t refusal() const { return code_; }

 private:
  enum class State : std::uint8_t { start, fields, done, broken };

  /// Where requests and responses differ; a program that reads one kind does not link the other.
  struct Grammar {
    bool (*read_start)(HeadParser& parser, std::string_view line, Step& step);
    bool (*is_host)(std::string_view value);
    std::uint32_t framing_sizes;  // a bit for each length of a name that matters
  };
  static const Grammar request_grammar;
  static const Grammar response_grammar;
  static bool read_request_line(HeadParser& parser, std::string_view line, Step& step);
  static bool read_status_line(HeadParser& parser, std::string_view line, Step& step);

  /// One line, with at least its CR behind it in memory.
  struct Line {
    const std::uint8_t* begin = nullptr;
    std::size_t size = 0;  // without CR LF
  };

  bool cut_line(ByteView input, std::size_t& used, Line& line);
  bool read_line(const Line& line, Step& step);
  bool read_version(const char* text);
  bool read_field(const Line& line, Step& step);
  void note(std::string_view name, std::string_view value);
  bool read_length(std::string_view value);
  bool decide();
  bool refuse(std::uint16_t code);

  const Grammar* grammar_;
  std::uint8_t* line_;
  std::uint16_t line_max_;          // bytes that one line may have, with its CR LF
  std::uint16_t seen_ = 0;          // bytes of an incomplete line that were looked at
  std::uint16_t left_ = bytes_max;  // bytes that the head may still have
  std::uint16_t code_ = 0;          // of the response; once broken, of the refusal
  std::uint16_t notes_ = 0;         // what the fields so far said; see Note
  std::uint8_t fields_left_ = fields_max;
  Message message_;
  State state_ = State::start;
  Framing::Kind kind_ = Framing::Kind::none;  // of the body, and so on: see Framing
  bool keep_alive_ = false;
  bool upgrade_ = false;
  std::uint64_t size_ = 0;
};

}  // namespace mote::http
