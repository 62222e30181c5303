// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include "http/server_bench.hpp"
#include "mote/http/filter.hpp"

namespace mote::http {

/// A handler whose every event a test may take over, and that notes which of them came.
struct Steered final : Handler {
  bool keeps(std::string_view name) const override { return keep ? keep(name) : true; }
  bool on_head(const Received& request, Responder& responder) override {
    log += "head ";
    return head ? head(request, responder) : in_parts;
  }
  std::size_t on_body(Responder& responder, ByteView part) override {
    log += "body ";
    body.append(part.begin(), part.end());
    return part_came ? part_came(responder, part) : part.size();
  }
  void on_request(const Received& request, Responder& responder) override {
    log += "request ";
    last = Noting::line_of(request);
    if (asked) return asked(request, responder);
    EXPECT_EQ(responder.answer(200, "text/plain", in_parts ? body : last), Status::ok);
  }
  void on_writable(Responder& responder) override {
    log += "writable ";
    if (writable) writable(responder);
  }
  void on_held_out(Responder& responder) override {
    held_out ? held_out(responder) : Handler::on_held_out(responder);
  }
  void on_half_closed(Responder& responder) override {
    log += "half-closed ";
    if (half_closed) half_closed(responder);
  }
  void on_gone(Responder& responder) override {
    log += "gone ";
    if (gone) gone(responder);
  }

  using Asked = std::function<void(const Received&, Responder&)>;
  using Told = std::function<void(Responder&)>;
  std::function<bool(std::string_view)> keep;
  std::function<bool(const Received&, Responder&)> head;
  std::function<std::size_t(Responder&, ByteView)> part_came;
  Asked asked;
  Told writable, held_out, half_closed, gone;
  bool in_parts = false;
  std::string body;  // all parts
  std::string last;  // the last request
  std::string log;
};

/// A filter that a test may take over.
struct SteeredFilter final : Filter {
  bool keeps(std::string_view) const override { return !none_kept; }
  bool passes(const Received& request, Responder& responder) override {
    return pass ? pass(request, responder) : true;
  }
  void write_fields(const Responder&, MessageWriter& head) const override {
    if (!name.empty()) head.field(name, "1");
  }
  std::function<bool(const Received&, Responder&)> pass;
  std::string name;  // of a field that every answer has
  bool none_kept = false;
};

/// What a connection may become: says what it hears.
struct Echo final : Occupant {
  Echo(Server& server, io::Transport& transport, Handler* handler)
      : Occupant(server, transport, handler) {}
  Duration check() override { return Duration::forever(); }
  void on_block_free() override {}
  void wind_up() override { transport_.close(); }
  void abort(bool) override {
    transport_.abort();
    vacate();
  }
  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override {
    (void)transport_.send(bytes, {}, io::Urgency::data);
    return bytes.size();
  }
  void on_writable() override {}
  void on_ended() override { transport_.close(); }
  void on_closed(Failure) override { vacate(); }
};

/// Puts `responder` under an Echo, which says "echo" first.
inline void become_echo(Responder& responder) {
  Handler* const handler = responder.handler();
  if (Reply(responder, 101).field("Upgrade", "echo").send_head() != Status::ok) return;
  Echo& echo = responder.become<Echo>(handler);
  EXPECT_EQ(echo.handler(), handler);
}

/// A server that does what the test says, on a network with as many blocks as it likes.
template <std::size_t Blocks = 6, std::size_t Bytes = 1024>
struct SteeredBench {
  SteeredBench() {
    server->use(options);
    EXPECT_EQ(server->listen(80), Status::ok);
  }
  ~SteeredBench() {
    server.reset();
    EXPECT_EQ(net.blocks().used(), 0);
  }
  /// As many seconds without anybody doing anything.
  void wait(unsigned seconds) { net.pass({seconds * 1000}); }

  sim::SizedNet<Blocks, Bytes> net;
  std::array<sim::Tcp, 5> tcps{
      sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, tcps};
  Steered handler;
  SteeredFilter filter;
  Filter* const filters[1] = {&filter};
  ServerOptions options{{10'000}, {10'000}, {60'000}, {30'000}, filters};
  const Route routes[1] = {{"", "/*", handler}};
  std::optional<SizedServer<4>> server{std::in_place, net, door, routes};
};

inline std::string get(const std::string& path = "/", const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& body, const std::string& fields = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         fields + "\r\n" + body;
}

/// An answer's status code, or 0 when there is none at the front of `text`.
inline int code_of(const std::string& text) {
  return text.compare(0, 9, "HTTP/1.1 ") == 0 ? std::stoi(text.substr(9, 3)) : 0;
}

/// The codes of all answers in `text`, whose bodies must not look like one.
inline std::string codes_of(const std::string& text) {
  std::string codes;
  for (std::size_t at = 0; (at = text.find("HTTP/1.1 ", at)) != std::string::npos; at += 9)
    codes += text.substr(at + 9, 3) + " ";
  return codes;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace mote::http
