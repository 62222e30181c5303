// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/time.hpp"
#include "mote/http/request.hpp"
#include "mote/io/transport.hpp"

namespace mote::http {

class Connection;
struct Framing;

/// How a Connection follows redirects; reached by Redirects::follow only. Both return whether to go
/// on reading.
struct RedirectRules {
  bool (*take_location)(Connection& client, std::string_view value);
  bool (*follow)(Connection& client, const Framing& framing);

  static bool take_location_of(Connection& client, std::string_view value);
  static bool follow_by(Connection& client, const Framing& framing);
};

/// How far a Connection's exchange is: for the Connection alone. It is a base, and its smallest
/// members come first, because a processor reaches the front of an object with its shortest
/// instructions.
class Exchange {
 protected:
  /// Of a redirect's body: to read more than this costs more than a new connection.
  static constexpr std::size_t skipped_bytes_max = 4096;

  enum class State : std::uint8_t { idle, kept, closing, connecting, head, body, skipping };
  enum class Upload : std::uint8_t {
    done,
    stopped,  // before its end: the connection cannot be used again
    later,    // the application has nothing now
    due,      // begins, or goes on, in the next poll()
    going,
    last,  // what is in tx ends it
  };
  enum class Answer : std::uint8_t {
    awaited,
    may_be_lost,  // awaited on a connection that the server may have closed already
    begun,
    moved,  // begun; what its Location means lies in tx, where the request was
  };

  Exchange(io::Transport& transport, ByteSpan rx, ByteSpan tx)
      : rx_bytes_(static_cast<std::uint16_t>(rx.size())),
        tx_bytes_(static_cast<std::uint16_t>(tx.size())),
        transport_(transport),
        rx_(rx.data()),
        tx_(tx.data()) {}

  ByteSpan rx_memory() const { return {rx_, rx_bytes_}; }
  /// What is to be sent ... kept texts, redirect target, host.
  ByteSpan tx_memory() const { return {tx_, tx_bytes_}; }
  /// Of tx, what is not kept.
  ByteSpan front() const { return {tx_, std::size_t{tx_bytes_} - far_bytes_}; }

  /// The body of a request that pulls it is a size without bytes.
  bool pulls() const { return request_.body.data() == nullptr && !request_.body.empty(); }
  /// Whether not even a byte of the request's head was sent.
  bool is_unsent() const {
    return unsent_at_ == 0 && unsent_end_ != 0 && body_bytes_ == 0 && !pulled_;
  }

  State state_ = State::idle;
  Upload upload_ = Upload::done;
  Answer answer_ = Answer::awaited;
  io::Security security_ = io::Security::none;
  std::uint8_t redirects_ = 0;  // followed so far
  bool paused_ = false;
  bool keeps_alive_ = false;    // the server keeps the connection after this response
  bool pulled_ = false;         // pull() was called
  bool hides_secrets_ = false;  // a redirect led to another origin
  bool rests_ = false;          // no exchange: the timer waits for got_rested()
  bool drops_body_ = false;     // a redirect changed the method
  std::uint16_t rx_bytes_;
  std::uint16_t tx_bytes_;
  std::uint16_t code_ = 0;
  std::uint16_t port_ = 0;
  std::uint16_t unsent_at_ = 0;  // in tx: what is to be sent next, and its end
  std::uint16_t unsent_end_ = 0;
  std::uint16_t far_bytes_ = 0;     // used at the far end of tx, in all
  std::uint16_t host_bytes_ = 0;    // of the connection's host, which comes last
  std::uint16_t target_bytes_ = 0;  // of the URL that a redirect led to, before it; or none
  std::size_t body_bytes_ = 0;      // of the request: taken from its `body` or `more` so far
  std::size_t received_bytes_ = 0;  // of the response body, less what was put back
  Instant began_{};
  io::Transport& transport_;
  std::uint8_t* rx_;
  std::uint8_t* tx_;
  // A redirect may have changed its method, and dropped its body. It begins as one that reports
  // redirects, so that a program which never follows them does not link what that takes.
  PlainRequest request_{{}, {}, {}, {}, Redirects::report};
};

}  // namespace mote::http
