// SPDX-License-Identifier: MIT
#include "mote/ws/client.hpp"

#include <algorithm>
#include <new>

#include "mote/encoding/url.hpp"
#include "mote/http/head_parser.hpp"
#include "mote/http/message_writer.hpp"
#include "mote/ws/handshake.hpp"

namespace mote::ws {
namespace {

using namespace std::literals;

/// A connection that stood so long was a success: the next failure waits the shortest time again.
constexpr Duration stable{10'000};

constexpr bool is_websocket(const encoding::Url& url) {
  return url.scheme == encoding::Url::Scheme::ws || url.scheme == encoding::Url::Scheme::wss;
}

}  // namespace

/// What an attempt needs between the request and the end of the response's head: it lies at the
/// front of a block, and the rest of the block gathers lines.
struct Client::Opening {
  http::HeadParser parser;
  ClientHandshake handshake;
};

Client::Client(io::Loop& loop, io::Transport& transport, ByteSpan memory)
    : TimedConnection(loop, transport, Role::client, memory) {}

Client::~Client() { abort(); }

Status Client::stay_open(Lasting url, io::Backoff backoff) {
  if (state_ != State::closed) return Status::busy;
  url_ = url;
  backoff_ = backoff;
  timer_.succeeded();
  const Status status = connect();
  if (status != Status::busy && status != Status::no_slot) return status;
  state_ = State::waiting;  // The network's fault: told by a callback, if it lasts until then.
  timer_.start({0});
  return Status::ok;
}

Status Client::connect() {
  encoding::Url url;
  if (encoding::parse_url(url_.text(), url) != Status::ok || !is_websocket(url))
    return Status::bad_url;
  const auto security = url.secure() ? io::Security::tls : io::Security::none;
  const Status status = transport_.connect({url.host, url.port, security}, *this);
  if (status != Status::ok) return status;
  state_ = State::connecting;
  timer_.start(options_->open_within);
  return Status::ok;
}

void Client::on_connected() { begin_upgrade(); }

void Client::begin_upgrade() {
  if (!tx_block_) tx_block_ = loop().blocks().take_to_keep().data();
  if (!tx_block_) return wait_for_block();
  const ByteSpan line{tx_block_ + sizeof(Opening), loop().blocks().block_bytes() - sizeof(Opening)};
  std::uint8_t nonce[16];
  loop().random(nonce);
  const Key key = make_key(nonce);
  const std::string_view key_text{key.data(), key.size()};
  ::new (tx_block_) Opening{http::HeadParser(http::HeadParser::Message::response, line),
                            ClientHandshake(key_text, options_->subprotocols)};
  encoding::Url url;
  (void)encoding::parse_url(url_.text(), url);
  http::MessageWriter request(line);
  request.request("GET"sv, url);
  request.lines(
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n"sv);
  request.field("Sec-WebSocket-Key"sv, key_text);
  if (!options_->subprotocols.empty())
    request.field("Sec-WebSocket-Protocol"sv, options_->subprotocols);
  for (const http::Field& field : options_->fields) request.field(field.name, field.value);
  request.end();
  Status status = request.status();
  if (status == Status::ok) status = transport_.send(request.written(), {}, io::Urgency::data);
  if (status == Status::would_block) return;
  if (status != Status::ok) return drop(status, Layer::application);
  state_ = State::upgrading;
}

std::size_t Client::on_received(ByteSpan bytes) {
  if (state_ >= State::open) return take(bytes);
  if (state_ == State::upgrading) return read_response(bytes);
  drop(Status::protocol_error, Layer::http);  // An answer before the question.
  return 0;
}

std::size_t Client::read_response(ByteSpan bytes) {
  http::HeadParser& parser = opening().parser;
  ClientHandshake& handshake = opening().handshake;
  std::size_t used = 0;
  for (;;) {
    const http::HeadParser::Step step = parser.next(bytes.from(used));
    used += step.used;
    if (step.kind == http::HeadParser::Kind::need_more) return used;
    if (step.kind == http::HeadParser::Kind::field) handshake.read_field(step.name, step.value);
    if (step.kind == http::HeadParser::Kind::broken) {
      drop(parser.why(), Layer::http);
      return 0;
    }
    if (step.kind == http::HeadParser::Kind::end) break;
  }
  if (parser.code() != 101) {
    drop(Status::http_status, Layer::http, parser.code());
  } else if (!handshake.is_accepted()) {
    drop(Status::protocol_error, Layer::ws);
  } else {
    return used + upgraded(bytes.from(used));
  }
  return 0;
}

/// The WebSocket is open; `rest` are the first bytes of its frames.
std::size_t Client::upgraded(ByteSpan rest) {
  agree_on(opening().handshake.subprotocol());
  begin();
  opened_ = loop().now();
  in_pieces_ = static_cast<bool>(on_piece);
  Watch watch(*this);
  if (on_open) on_open();
  return watch.ended() ? 0 : take(rest);
}

Client::Opening& Client::opening() const {
  return *std::launder(reinterpret_cast<Opening*>(tx_block_));
}

Status Client::close(std::uint16_t code, std::string_view reason) {
  if (state_ == State::closed || state_ == State::giving_up) return Status::not_open;
  if (state_ >= State::open) {
    const Status status = start_close(code, reason);
    if (status != Status::ok) return status;
  } else {
    abort();
    state_ = State::giving_up;
    timer_.start({0});
  }
  backoff_.first = Duration::forever();  // Losing it now does not open it again.
  return Status::ok;
}

void Client::abort() {
  transport_.abort();
  forget();
  timer_.stop();
  state_ = State::closed;
}

void Client::on_timer() {
  if (state_ >= State::open) return TimedConnection::on_timer();
  if (state_ == State::waiting) {
    const Status status = connect();
    if (status != Status::ok) drop(status, Layer::tcp);
    return;
  }
  const Status status = state_ == State::giving_up ? Status::closed : Status::timed_out;
  drop(status, Layer::application);
}

void Client::on_end(const Close& how) {
  const bool was_open = state_ >= State::open;
  state_ = State::waiting;
  timer_.stop();
  if (was_open) {
    if (is_due(opened_ + stable, loop().now())) timer_.succeeded();
    Watch watch(*this);
    if (on_lost) on_lost(how);
    if (watch.ended()) return;
  }
  if (backoff_.first == Duration::forever()) {
    state_ = State::closed;
    if (on_closed) on_closed(how);
    return;
  }
  const Duration wait = timer_.wait(backoff_);
  if (on_retry) on_retry(how.failure, wait);
}

void Client::on_message(ByteSpan bytes, bool last) {
  if (in_pieces_) {
    if (on_piece) on_piece(bytes, last);
  } else if (message_kind() == Opcode::text) {
    if (on_text) on_text(text_of(bytes));
  } else if (on_binary) {
    on_binary(bytes);
  }
}

void Client::on_room() {
  if (state_ == State::connecting) return begin_upgrade();
  if (state_ == State::open && on_writable) on_writable();
}

}  // namespace mote::ws
