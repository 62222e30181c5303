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

constexpr Options default_options{};

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
    : Connection(loop, transport, Role::client, memory),
      options_(&default_options),
      timer_(loop, [this] { on_timer(); }) {}

Client::~Client() { abort(); }

Status Client::open(Lasting url) { return start(url, {Duration::forever(), {}}); }

Status Client::stay_open(Lasting url, io::Backoff backoff) { return start(url, backoff); }

Status Client::start(Lasting url, io::Backoff backoff) {
  if (phase_ != Phase::closed) return Status::busy;
  url_ = url;
  backoff_ = backoff;
  timer_.succeeded();
  const Status status = connect();
  if (status == Status::ok) return status;
  if (status != Status::busy && status != Status::no_slot) return status;
  phase_ = Phase::waiting;  // The network's fault: told by a callback, if it lasts until then.
  timer_.start({0});
  return Status::ok;
}

Status Client::connect() {
  encoding::Url url;
  if (encoding::parse_url(url_.text(), url) != Status::ok || !is_websocket(url))
    return Status::bad_url;
  const auto security = url.secure() ? io::Security::tls : io::Security::none;
  const Status status = transport().connect({url.host, url.port, security}, *this);
  if (status != Status::ok) return status;
  phase_ = Phase::connecting;
  timer_.start(options_->open_within);
  return Status::ok;
}

void Client::on_connected() { begin_upgrade(); }

void Client::begin_upgrade() {
  if (!opening_block_) opening_block_ = loop().blocks().take_to_keep().data();
  if (!opening_block_) return wait_for_block();
  const ByteSpan line{opening_block_ + sizeof(Opening),
                      loop().blocks().block_bytes() - sizeof(Opening)};
  std::uint8_t nonce[16];
  loop().random(nonce);
  const Key key = make_key(nonce);
  const std::string_view key_text{key.data(), key.size()};
  ::new (opening_block_) Opening{http::HeadParser(http::HeadParser::Message::response, line),
                                 ClientHandshake(key_text, options_->subprotocols)};
  encoding::Url url;
  (void)encoding::parse_url(url_.text(), url);
  http::MessageWriter request(line);
  request.request("GET", url)
      .field("Upgrade", "websocket")
      .field("Connection", "Upgrade")
      .field("Sec-WebSocket-Key", key_text)
      .field("Sec-WebSocket-Version", "13");
  if (!options_->subprotocols.empty())
    request.field("Sec-WebSocket-Protocol", options_->subprotocols);
  for (const http::Field& field : options_->fields) request.field(field.name, field.value);
  request.end();
  Status status = request.status();
  if (status == Status::ok) status = transport().send(request.written(), {}, io::Urgency::data);
  if (status == Status::would_block) return;
  if (status != Status::ok) return attempt_failed({status, Layer::application, 0});
  phase_ = Phase::upgrading;
}

std::size_t Client::on_received(ByteSpan bytes) {
  if (phase_ == Phase::open) return Connection::on_received(bytes);
  if (phase_ == Phase::upgrading) return read_response(bytes);
  attempt_failed({Status::protocol_error, Layer::http, 0});  // An answer before the question.
  return bytes.size();
}

std::size_t Client::read_response(ByteSpan bytes) {
  http::HeadParser& parser = opening()->parser;
  ClientHandshake& handshake = opening()->handshake;
  std::size_t used = 0;
  for (;;) {
    const http::HeadParser::Step step = parser.next(bytes.from(used));
    used += step.used;
    switch (step.kind) {
      case http::HeadParser::Kind::need_more: return used;
      case http::HeadParser::Kind::start_line: break;
      case http::HeadParser::Kind::field: handshake.read_field(step.name, step.value); break;
      case http::HeadParser::Kind::broken:
        attempt_failed({parser.why(), Layer::http, 0});
        return bytes.size();
      case http::HeadParser::Kind::end: {
        if (parser.code() != 101) {
          attempt_failed({Status::http_status, Layer::http, parser.code()});
          return bytes.size();
        }
        if (!handshake.is_accepted()) {
          attempt_failed({Status::protocol_error, Layer::ws, 0});
          return bytes.size();
        }
        return used + upgraded(bytes.from(used));
      }
    }
  }
}

/// The WebSocket is open; `rest` are the first bytes of its frames.
std::size_t Client::upgraded(ByteSpan rest) {
  subprotocol_ = opening()->handshake.subprotocol();
  drop_opening();
  phase_ = Phase::open;
  opened_ = loop().now();
  in_pieces_ = static_cast<bool>(on_piece);
  message_bytes_max_ = options_->piece_message_bytes_max;
  timing_ = &options_->timing;
  begin();
  Watch watch(*this);
  if (on_open) on_open();
  if (watch.ended() || rest.empty()) return 0;
  return Connection::on_received(rest);
}

Client::Opening* Client::opening() const {
  return std::launder(reinterpret_cast<Opening*>(opening_block_));
}

void Client::drop_opening() {
  if (opening_block_) loop().blocks().give_back({opening_block_, loop().blocks().block_bytes()});
  opening_block_ = nullptr;
}

Status Client::close(std::uint16_t code, std::string_view reason) {
  switch (phase_) {
    case Phase::closed:
    case Phase::giving_up: return Status::not_open;
    case Phase::open: {
      const Status status = start_close(code, reason);
      // Losing it now does not open it again.
      if (status == Status::ok) backoff_.first = Duration::forever();
      return status;
    }
    case Phase::waiting:
    case Phase::connecting:
    case Phase::upgrading: break;
  }
  transport().abort();
  drop_opening();
  forget();
  phase_ = Phase::giving_up;
  timer_.start({0});
  return Status::ok;
}

void Client::abort() {
  if (phase_ != Phase::closed) transport().abort();
  drop_opening();
  forget();
  timer_.stop();
  phase_ = Phase::closed;
}

void Client::on_timer() {
  switch (phase_) {
    case Phase::closed: return;
    case Phase::waiting: {
      const Status status = connect();
      if (status != Status::ok) attempt_failed({status, Layer::tcp, 0});
      return;
    }
    case Phase::connecting:
    case Phase::upgrading: return attempt_failed({Status::timed_out, Layer::application, 0});
    case Phase::giving_up:
      phase_ = Phase::closed;
      if (on_closed) on_closed({{Status::closed, Layer::application, 0}, close_codes::gone, {}});
      return;
    case Phase::open: break;
  }
  Watch watch(*this);
  check();
  if (!watch.ended()) on_deadlines();
}

void Client::on_deadlines() { timer_.start(next_check()); }

void Client::attempt_failed(Failure why) {
  transport().abort();
  drop_opening();
  forget();
  next_attempt({why, close_codes::gone, {}});
}

void Client::on_end(const Close& how) {
  const bool was_open = phase_ == Phase::open;
  drop_opening();
  phase_ = Phase::waiting;
  timer_.stop();
  if (was_open) {
    if (is_due(opened_ + stable, loop().now())) timer_.succeeded();
    Watch watch(*this);
    if (on_lost) on_lost(how);
    if (watch.ended() || phase_ != Phase::waiting) return;
  }
  next_attempt(how);
}

/// Plans the next attempt, or tells that there will be none.
void Client::next_attempt(const Close& how) {
  if (backoff_.first == Duration::forever()) {
    phase_ = Phase::closed;
    timer_.stop();
    if (on_closed) on_closed(how);
    return;
  }
  phase_ = Phase::waiting;
  const Duration wait = timer_.wait(backoff_);
  if (on_retry) on_retry(how.failure, wait);
}

void Client::on_message(Opcode kind, ByteSpan bytes) {
  if (kind == Opcode::text) {
    if (on_text) on_text(text_of(bytes));
  } else if (on_binary) {
    on_binary(bytes);
  }
}

void Client::on_message_piece(ByteSpan bytes, bool last) {
  if (on_piece) on_piece(bytes, last);
}

void Client::on_room() {
  if (phase_ == Phase::connecting) return begin_upgrade();
  if (on_writable) on_writable();
}

}  // namespace mote::ws
