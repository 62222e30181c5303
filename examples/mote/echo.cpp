// SPDX-License-Identifier: MIT
// mote echo: sends back what it is sent, messages of WebSockets and bodies of requests.
#include <algorithm>
#include <cstring>

#include "mote/encoding/token.hpp"
#include "mote/http/reply.hpp"
#include "mote/ws/server.hpp"
#include "outbox.hpp"
#include "service.hpp"

namespace tool {
namespace {

using mote::http::Received;
using mote::http::Responder;
using mote::ws::Session;

/// The WebSocket half.
class Sockets {
 public:
  Sockets(Run& run, const Options& options) : run_(run) {
    server_.on_open = [this](Session& session) {
      peers_.emplace(&session, std::make_unique<Peer>(session));
      run_.tell("a WebSocket opened");
    };
    server_.on_piece = [this](Session& session, mote::ByteView piece, bool last) {
      on_piece(session, piece, last);
    };
    server_.on_writable = [this](Session& session) { on_writable(session); };
    server_.on_closed = [this](Session& session, const mote::ws::Close& how) {
      peers_.erase(&session);
      run_.tell("a WebSocket closed: " + std::to_string(how.code));
    };
    wishes_.origins = {any_origin, 1};
    wishes_.piece_message_bytes_max = options.message_bytes_max;
    wishes_.timing.pong_within = mote::Duration{120'000};  // It may be paused for so long.
    server_.use(wishes_);
  }

  bool keeps(std::string_view field_name) const { return server_.keeps(field_name); }

  static bool wants(const Received& request, const Responder& responder) {
    return request.method == "GET" && !responder.speaks_http_1_0() &&
           mote::encoding::list_contains(request.field("Upgrade"), "websocket");
  }

  void open(const Received& request, Responder& responder) {
    // A browser that offers subprotocols takes no answer without one of them. Nobody asks a session
    // for its subprotocol, so it may be gone when the next one comes.
    std::string_view offered = request.field("Sec-WebSocket-Protocol");
    std::string_view first;
    (void)mote::encoding::next_element(offered, first);
    subprotocol_ = first;
    wishes_.subprotocols = subprotocol_;
    server_.on_request(request, responder);
  }

 private:
  struct Peer {
    explicit Peer(Session& session) : outbox(session) {}
    std::string arriving;
    Outbox outbox;
  };
  /// With more than so much to send back a peer is held back.
  static constexpr std::size_t bytes_ahead = 4 << 20;
  static constexpr std::string_view any_origin[] = {"*"};

  void on_piece(Session& session, mote::ByteView piece, bool last) {
    Peer& peer = *peers_.at(&session);
    peer.arriving.append(mote::text_of(piece));
    if (!last) return;
    std::string message;
    message.swap(peer.arriving);
    peer.outbox.add(session.message_kind(), std::move(message));
    if (peer.outbox.bytes() > bytes_ahead) session.pause();
    peer.outbox.send();
  }

  void on_writable(Session& session) {
    Outbox& outbox = peers_.at(&session)->outbox;
    outbox.send_on();
    if (outbox.bytes() <= bytes_ahead) session.resume();
  }

  Run& run_;
  mote::ws::Options wishes_;
  std::string subprotocol_;
  mote::ws::Server server_;
  std::map<const Session*, std::unique_ptr<Peer>> peers_;
};

/// Whatever is asked for.
class Echo final : public mote::http::Handler {
 public:
  Echo(Run& run, const Options& options)
      : run_(run), sockets_(run, options), bodies_(options.message_bytes_max) {}

  bool keeps(std::string_view field_name) const override {
    return sockets_.keeps(field_name) ||
           mote::encoding::list_contains("content-length,content-type", field_name);
  }

  bool on_head(const Received& request, Responder& responder) override {
    bodies_.begin(request, responder);
    return true;
  }

  std::size_t on_body(Responder& responder, mote::ByteView part) override {
    bodies_.add(responder, part);
    return part.size();
  }

  void on_request(const Received& request, Responder& responder) override {
    std::string body = bodies_.take(responder);
    if (Sockets::wants(request, responder)) return sockets_.open(request, responder);
    run_.tell(std::string(request.method) + " " + std::string(request.path) + ": " +
              std::to_string(body.size()) + " bytes");
    const std::size_t size = body.size();
    Answer& answer = answers_[&responder];
    answer = {this, &responder, std::move(body), 0};
    mote::http::Reply reply(responder, 200);
    reply.type(request.field("Content-Type"));
    const mote::Status status =
        reply.stream([&answer](mote::ByteSpan room) { return fill(answer, room); }, size);
    const bool is_asked_for = status == mote::Status::ok && size != 0 && !responder.is_head();
    if (!is_asked_for) answers_.erase(&responder);
  }

  void on_gone(Responder& responder) override {
    bodies_.drop(responder);
    answers_.erase(&responder);
  }

 private:
  struct Answer {
    Echo* echo = nullptr;
    const Responder* to = nullptr;
    std::string body;
    std::size_t sent = 0;
  };

  static std::size_t fill(Answer& answer, mote::ByteSpan room) {
    const std::size_t size = std::min(room.size(), answer.body.size() - answer.sent);
    std::memcpy(room.data(), answer.body.data() + answer.sent, size);
    answer.sent += size;
    if (answer.sent == answer.body.size()) answer.echo->answers_.erase(answer.to);
    return size;
  }

  Run& run_;
  Sockets sockets_;
  Bodies bodies_;
  std::map<const Responder*, Answer> answers_;
};

}  // namespace

int echo(const Options& options) {
  const auto run = std::make_unique<ServerRun>(options);
  Echo echo(*run, options);
  const mote::http::Route routes[] = {{"", "*", echo}};
  const auto service = std::make_unique<Service>(*run, options, routes);
  return service->run();
}

}  // namespace tool
