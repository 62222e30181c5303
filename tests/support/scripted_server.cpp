// SPDX-License-Identifier: MIT
#include "support/scripted_server.hpp"

#include <algorithm>
#include <cstdlib>

namespace mote::test {
namespace {

std::string head(int code, const std::string& fields, const std::string& framing) {
  return "HTTP/1.1 " + std::to_string(code) + " Whatever\r\n" + fields + framing + "\r\n";
}

/// The size of the request at the front of `bytes`, with its body; npos while it is not complete.
std::size_t request_size(const std::string& bytes, bool early) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos || early) return end == std::string::npos ? end : end + 4;
  const std::size_t body = end + 4;
  const std::string fields = bytes.substr(0, end + 2);
  if (fields.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos) {
    const std::size_t last = bytes.find("0\r\n\r\n", body);
    if (last == std::string::npos) return last;
    return last + 5;
  }
  constexpr char length[] = "\r\nContent-Length: ";
  const std::size_t at = fields.find(length);
  if (at == std::string::npos) return body;
  const std::size_t size = std::strtoul(fields.c_str() + at + sizeof length - 1, nullptr, 10);
  return bytes.size() >= body + size ? body + size : std::string::npos;
}

}  // namespace

std::string response(int code, const std::string& body, const std::string& fields) {
  return head(code, fields, "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
}

std::string chunked(int code, const std::string& body, const std::string& fields) {
  std::string bytes = head(code, fields, "Transfer-Encoding: chunked\r\n");
  for (char byte : body) bytes += std::string("1\r\n") + byte + "\r\n";
  return bytes + "0\r\n\r\n";
}

ScriptedServer::ScriptedServer(sim::Net& net, std::uint16_t port)
    : net_(net),
      places_{{sim::Tcp{net}, sim::Tcp{net}, sim::Tcp{net}, sim::Tcp{net}}},
      listener_(net, places_) {
  if (listener_.listen(port, *this) != Status::ok) std::abort();
}

io::TransportEvents* ScriptedServer::on_accepted(io::Transport& connection) {
  ++accepted;
  newest_ = &guests_.emplace_back(*this, static_cast<sim::Tcp&>(connection), net_);
  return newest_;
}

void ScriptedServer::read_on() {
  newest_->reading = true;
  if (newest_->tcp) newest_->tcp->resume();
}

std::size_t ScriptedServer::open_connections() const {
  return static_cast<std::size_t>(std::count_if(
      places_.begin(), places_.end(), [](const sim::Tcp& tcp) { return tcp.is_open(); }));
}

std::size_t ScriptedServer::Guest::on_received(ByteSpan bytes) {
  if (!reading) return 0;
  received.append(bytes.begin(), bytes.end());
  read_requests();
  return bytes.size();
}

void ScriptedServer::Guest::on_closed(Failure) {
  tcp = nullptr;
  timer.stop();
}

void ScriptedServer::Guest::read_requests() {
  if (answering || silent || (server.replies.empty() && !server.on_request)) {
    // Requests count also when nobody answers them.
    const std::size_t size = request_size(received, false);
    if (answering || size == std::string::npos) return;
    server.requests.push_back(received.substr(0, size));
    received.erase(0, size);
    return;
  }
  const bool early = !server.on_request && server.replies.front().early;
  const std::size_t size = request_size(received, early);
  if (size != std::string::npos) answer(size);
}

void ScriptedServer::Guest::answer(std::size_t request_bytes) {
  const std::string request = received.substr(0, request_bytes);
  received.erase(0, request_bytes);
  server.requests.push_back(request);
  if (server.on_request) {
    reply = server.on_request(request);
  } else {
    reply = server.replies.front();
    server.replies.pop_front();
  }
  answering = true;
  if (reply.after.ms == 0) return say();
  timer.start(reply.after);
}

/// Sends the next piece of the reply, and does what comes after the last one.
void ScriptedServer::Guest::say() {
  if (!tcp) return;
  const std::size_t size =
      reply.each ? std::min(reply.each, reply.bytes.size()) : reply.bytes.size();
  send(reply.bytes.substr(0, size));
  reply.bytes.erase(0, size);
  if (!reply.bytes.empty()) return timer.start(reply.pause);
  answering = false;
  switch (reply.then) {
    case Then::keep: return read_requests();
    case Then::close:
      if (unsent.empty()) tcp->close();
      break;
    case Then::reset: tcp->reset(); break;
    case Then::stay_silent: break;
  }
  silent = true;
}

void ScriptedServer::Guest::send(const std::string& bytes) {
  unsent += bytes;
  flush();
}

void ScriptedServer::Guest::flush() {
  while (tcp && !unsent.empty()) {
    const std::size_t size =
        std::clamp<std::size_t>(tcp->room(io::Urgency::data), 1, unsent.size());
    if (tcp->send(bytes_of(std::string_view(unsent).substr(0, size)), {}, io::Urgency::data) !=
        Status::ok)
      return;
    unsent.erase(0, size);
    if (unsent.empty() && silent && reply.then == Then::close) tcp->close();
  }
}

}  // namespace mote::test
