// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/base/time.hpp"
#include "mote/base/watch.hpp"
#include "mote/http/request.hpp"
#include "mote/io/loop.hpp"
#include "mote/io/transport.hpp"

namespace mote::http {

/// How long a Client waits, and how much it takes. May be changed at any time; what is under way is
/// measured by it from its next step on. Beside these, a response head has at most
/// HeadParser::bytes_max bytes and HeadParser::fields_max fields, and no line longer than rx.
struct Limits {
  Duration connect{15'000};  ///< from send() until the connection stands: name, TCP, TLS
  Duration head{30'000};     ///< from the last byte of the request to the end of the response head
  Duration idle{30'000};     ///< without a byte of either body, the peer's or ours, going on
  Duration whole = Duration::forever();          ///< from send() to on_done
  Duration kept{60'000};                         ///< that an unused connection is kept
  std::size_t body_bytes_max = ~std::size_t{0};  ///< more is `too_large`; the default: no limit
  std::uint8_t redirects_max = 5;                ///< one more is `too_many_redirects`
};

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
class Client : Watched, io::TransportEvents {
 public:
  /// `rx` gathers lines of the response head that arrive in parts: no line may be longer. `tx` is
  /// where the request head is composed; its far end keeps the host and the target of a redirect.
  /// Both of up to 65,535 bytes; 256 and 512 will do for most servers.
  Client(io::Loop& loop, io::Transport& transport, ByteSpan rx, ByteSpan tx);
  ~Client();

  /// A field of the response, before on_head; code() is known. Its kind is `plain`.
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
  /// send() of a GET without more fields.
  Status get(std::string_view url) { return send({"GET", url}); }
  /// Has Request::more called again after it returned Request::later.
  void send_more();

  /// Calls on_body no more until resume(): the server is held back, and the idle deadline waits.
  /// on_done may still come, when nothing was held back.
  void pause() { paused_ = true; }
  void resume();

  /// Ends the exchange at once, without on_done, and any connection, also a kept one.
  void cancel();

  bool is_busy() const;
  /// The status code of the response, from the first on_field until the next send(); else 0.
  std::uint16_t code() const;

  /// The memory given as rx: from on_head until the next send() the client needs none of it.
  ByteSpan spare() const;
  /// Copies `text` into tx, where it stays until the next send(): a field that is needed in
  /// on_done, say. Empty when there is no room.
  std::string_view keep(std::string_view text);

 private:
  bool paused_ = false;
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
