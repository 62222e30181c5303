// SPDX-License-Identifier: MIT
#include "mote/ws/server.hpp"

#include "mote/encoding/token.hpp"
#include "mote/http/origin_filter.hpp"
#include "mote/http/reply.hpp"
#include "mote/ws/handshake.hpp"

namespace mote::ws {

using namespace std::literals;

bool Server::keeps(std::string_view field_name) const {
  return (accepts && Handler::keeps(field_name)) ||
         encoding::list_contains(
             "connection,host,origin,sec-websocket-key,sec-websocket-protocol,"
             "sec-websocket-version,upgrade"sv,
             field_name);
}

/// Whether a page of `origin` may connect (RFC 6455 §10.2): browsers always name it, other programs
/// need not.
bool Server::allows(std::string_view origin, std::string_view host) const {
  for (const std::string_view each : options_->origins)
    if (each == "*"sv || each == origin) return true;
  return http::is_same_origin(origin, host);
}

void Server::on_request(const http::Received& request, http::Responder& responder) {
  http_ = &responder.server();
  ServerHandshake handshake(options_->subprotocols);
  http::Field field;
  bool allowed = true;
  for (std::size_t at = 0; request.next_field(at, field);) {
    handshake.read_field(field.name, field.value);
    if (encoding::is_word(field.name, "origin"))
      allowed = allowed && allows(field.value, request.field("Host"sv));
  }
  ServerHandshake::Verdict verdict = handshake.verdict();
  if (verdict == ServerHandshake::Verdict::accepted &&
      (request.method != "GET"sv || responder.speaks_http_1_0()))
    verdict = ServerHandshake::Verdict::bad_request;
  switch (verdict) {
    case ServerHandshake::Verdict::accepted: break;
    case ServerHandshake::Verdict::bad_request: return (void)responder.answer(400);
    case ServerHandshake::Verdict::not_websocket:
    case ServerHandshake::Verdict::wrong_version:
      return (void)http::Reply(responder, 426)
          .field("Upgrade"sv, "websocket"sv)
          .field("Sec-WebSocket-Version"sv, "13"sv)
          .send();
  }
  if (allowed && accepts) {
    const http::StillHere still(responder);
    allowed = accepts(request, responder);
    if (!still) return;
  }
  if (!allowed) {
    if (responder.may_answer() && !responder.is_held()) (void)responder.answer(403);
    return;
  }
  const Accept accept = handshake.accept();
  http::Reply reply(responder, 101);
  reply.field("Upgrade"sv, "websocket"sv)
      .field("Connection"sv, "Upgrade"sv)
      .field("Sec-WebSocket-Accept"sv, {accept.data(), accept.size()});
  if (!handshake.subprotocol().empty())
    reply.field("Sec-WebSocket-Protocol"sv, handshake.subprotocol());
  for (const http::Field& each : options_->fields) reply.field(each.name, each.value);
  if (reply.send_head() != Status::ok) return;
  Session& session = responder.become<Session>(*this, *options_);
  session.agree_on(handshake.subprotocol());
  session.begin();
  if (on_open) on_open(session);
}

Session* Server::session(std::size_t place) const {
  http::Occupant* const occupant = http_->occupant(place);
  // While it is still HTTP, its handler is this too.
  if (!occupant || occupant->handler() != this || !occupant->is_upgraded()) return nullptr;
  Session* const session = static_cast<Session*>(occupant);
  return session->is_open() ? session : nullptr;
}

std::size_t Server::sessions() const {
  std::size_t count = 0;
  for (std::size_t place = 0; http_ && place < http_->places(); ++place)
    count += session(place) != nullptr;
  return count;
}

std::size_t Server::broadcast(std::string_view text, const Session* except) {
  return broadcast(bytes_of(text), Opcode::text, except);
}

std::size_t Server::broadcast(ByteView bytes, Opcode text_or_binary, const Session* except) {
  if (!http_) return 0;
  // Composed once: one piece is cheaper to send than two, for every client.
  const io::ComposingBlock block(http_->loop().blocks());
  FrameHeader header(Role::server, text_or_binary, true, bytes.size());
  const std::size_t size = header.size() + bytes.size();
  const bool joined = size <= block.bytes().size();
  if (joined) header.write(bytes, block.bytes().data());
  std::size_t took = 0;
  for (std::size_t place = 0; place < http_->places(); ++place) {
    Session* const each = session(place);
    if (!each || each == except) continue;
    const Status status = joined ? each->pass_on(block.bytes().first(size))
                          : text_or_binary == Opcode::text ? each->send_text(text_of(bytes))
                                                           : each->send_binary(bytes);
    took += status == Status::ok;
    const bool slow = status == Status::would_block || status == Status::busy;
    if (slow && slow_client == SlowClient::is_closed) each->end_slow();
  }
  return took;
}

}  // namespace mote::ws
