// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "mote/io/listener.hpp"
#include "sim/listener.hpp"

namespace mote::test {

/// What a ScriptedServer does after a reply.
enum class Then {
  keep,   ///< waits for the next request
  close,  ///< ends its half of the connection
  reset,
  stay_silent,  ///< takes what comes and answers no more
};

/// The answer to one request.
struct Reply {
  std::string bytes;  ///< as they go on the wire
  Then then = Then::keep;
  bool early = false;    ///< at the end of the request's head: its body is not waited for
  Duration after{0};     ///< before the first byte
  std::size_t each = 0;  ///< bytes in one piece; 0: all at once
  Duration pause{0};     ///< between pieces
};

/// A response with a Content-Length; `fields` are whole lines.
std::string response(int code, const std::string& body, const std::string& fields = {});
/// The same in chunks of one byte.
std::string chunked(int code, const std::string& body, const std::string& fields = {});

/// An HTTP server on a simulated network that answers the n-th request with the n-th reply, on
/// whichever connection it comes. Without a reply it is silent.
///
///     ScriptedServer server(net);           // port 80
///     server.replies = {{response(200, "hello")}, {response(404, ""), Then::close}};
///     ...
///     EXPECT_EQ(server.requests.at(0), "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
class ScriptedServer : io::Acceptor {
 public:
  explicit ScriptedServer(sim::Net& net, std::uint16_t port = 80);

  std::deque<Reply> replies;
  /// Asked for a reply instead, when it is set.
  std::function<Reply(const std::string& request)> on_request;
  /// Each request that was received whole (or, when answered early, its head), as it came.
  std::vector<std::string> requests;
  /// How many connections there were.
  std::size_t accepted = 0;
  /// What the newest connection has received and not yet taken for a request.
  const std::string& rest() const { return newest_->received; }

  /// The newest connection's doings, while it stands.
  void send(const std::string& bytes) { newest_->send(bytes); }
  void close() { newest_->tcp->close(); }
  void reset() { newest_->tcp->reset(); }
  void vanish() { newest_->tcp->vanish(); }
  /// Leaves with the network what arrives, until read_on().
  void stop_reading() { newest_->reading = false; }
  void read_on();
  void stop_listening() { listener_.stop(); }
  std::size_t open_connections() const;

 private:
  struct Guest final : io::TransportEvents {
    Guest(ScriptedServer& owner, sim::Tcp& connection, io::Loop& loop)
        : server(owner), tcp(&connection), timer(loop, [this] { say(); }) {}
    void on_connected() override {}
    std::size_t on_received(ByteSpan bytes) override;
    void on_writable() override { flush(); }
    void on_ended() override { tcp->close(); }
    void on_closed(Failure) override;
    void send(const std::string& bytes);
    void flush();
    void read_requests();
    void answer(std::size_t request_bytes);
    void say();

    ScriptedServer& server;
    sim::Tcp* tcp;  // nullptr: it has ended
    io::Timer timer;
    std::string received, unsent;
    Reply reply;
    bool reading = true, answering = false, silent = false;
  };

  io::TransportEvents* on_accepted(io::Transport& connection) override;

  sim::Net& net_;
  std::array<sim::Tcp, 4> places_;
  sim::Listener listener_;
  std::deque<Guest> guests_;
  Guest* newest_ = nullptr;
};

}  // namespace mote::test
