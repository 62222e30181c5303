// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/http/connection.hpp"

namespace mote::http {

/// Sends requests and hands out the responses as they arrive: one exchange at a time over one
/// transport. The connection is kept and used again while the server keeps it.
///
/// After each send() that returned `ok` there come: on_field for each field, on_head, on_body for
/// each part of the body, and in any case, once and last, on_done. Interim responses (1xx) and
/// redirects that are followed are not told. Anything may be called from any callback: also send()
/// from on_done, cancel(), and the destructor.
///
/// A kept connection that turns out to be closed before any byte of the response is replaced by a
/// new one, once, if the request may be repeated: see Request::rewind. A final response other than
/// 2xx that comes before the request was sent whole ends the sending (RFC 9112 §9.3); it is
/// delivered, and then the connection is closed.
///
/// After a redirect to another origin no secret is sent, for the rest of the chain; no redirect
/// leads from https to http (`insecure`).
class Client : public Connection {
 public:
  /// `rx` gathers lines of the response head that arrive in parts: no line may be longer. `tx` is
  /// where the request head is composed; its far end keeps the host and the target of a redirect.
  /// Both of up to 65,535 bytes; 256 and 512 will do for most servers.
  Client(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx)
      : Connection(loop, transport, rx, tx) {}

  /// A field of the response, before on_head; code() is known.
  Callback<void(const Field&)> on_field;
  /// The head is complete; a body may follow.
  Callback<void(std::uint16_t code)> on_head;
  /// The next part of the body, where it lies: it is yours until you return.
  Callback<void(ByteView part)> on_body;
  /// The exchange is over; `native` is the status code, or what the failed layer said. `ok`: the
  /// response, whatever its code, was received whole. `truncated`: its end is missing. `closed`:
  /// the server ended the connection without a response.
  Callback<void(Failure)> on_done;

  Limits limits;

  /// Begins an exchange. `busy`: one is under way. `bad_url`: not an absolute http or https URL.
  /// `insecure`: https over a transport without TLS. `bad_argument`: a method, or a field, that
  /// would not be one on the wire, or is the client's own. `too_large`: the head does not fit tx.
  /// `no_slot`: the transport has no memory for a connection. Then nothing is called back.
  Status send(const Request& request);
  /// send() of a GET without more fields; `url` lives until on_done.
  Status get(std::string_view url) { return send({"GET", url}); }

 private:
  Limits limits_now() const override { return limits; }
  void more_fields(MessageWriter& head) const override;
  void rewind_body() override;
  std::size_t pull(ByteSpan room) override { return more_(room); }
  bool pull_on() override { return more_.refill_(*this); }
  void got_field(const Field& field) override;
  void got_head(std::uint16_t code) override;
  void got_body(ByteView part) override;
  void got_end(Failure why) override;

  // As in Request.
  Pull more_;
  Callback<void()> rewind_;
  Callback<void(MessageWriter& head)> more_fields_;
};

template <std::size_t Rx, std::size_t Tx>
struct ClientMemory {
  std::array<std::uint8_t, Rx> rx;
  std::array<std::uint8_t, Tx> tx;
};

/// A Client with its memory.
template <std::size_t Rx, std::size_t Tx>
class SizedClient : ClientMemory<Rx, Tx>, public Client {
 public:
  SizedClient(io::Loop& loop, io::Transport& transport)
      : Client(loop, transport, this->rx, this->tx) {}
};

}  // namespace mote::http
