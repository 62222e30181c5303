// SPDX-License-Identifier: MIT
#include "service.hpp"

#include <sys/resource.h>

#include <charconv>
#include <utility>

#include "mote/http/responder.hpp"

namespace tool {
namespace {

using mote::Status;
using mote::http::Received;
using mote::http::Responder;

constexpr mote::Duration shut_down_within{3'000};

std::string_view why_not(Status status) {
  switch (status) {
    case Status::busy: return "somebody else listens there";
    case Status::refused: return "this user may not listen there";
    case Status::bad_argument: return "this is no address";
    case Status::unreachable: return "this is no address of this machine";
    default: return to_string(status);
  }
}

/// The usual limit is 1024 descriptors, a few less than there are connections.
void raise_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Service::Service(Run& run, const Options& options, mote::Span<const mote::http::Route> routes)
    : run_(run),
      options_(options),
      door_(run.net(), mote::Lasting::of(options.bind)),
      tls_(run, options),
      server_(run.loop(), open_door(), routes) {
  server_.on_shut_down = [this] { run_.finish(exit_); };
  run_.on_stop = [this](int exit) {
    exit_ = exit;
    server_.shut_down(shut_down_within);
  };
}

mote::io::Listener& Service::open_door() {
  if (!tls_.identity()) return door_;
  auto& door = tls_door_.emplace(run_.loop(), door_, *tls_.identity());
  door.on_refused = [this](mote::Failure why) {
    run_.tell("a client was refused: " + words_for(why, options_));
  };
  return door;
}

std::string Service::origin(std::uint16_t port) const {
  const std::string& address = options_.bind;
  const bool v6 = address.find(':') != std::string::npos;
  return (tls_door_ ? "https://" : "http://") + (v6 ? "[" + address + "]" : address) + ":" +
         std::to_string(port);
}

int Service::run() {
  if (run_.is_finished()) return run_.begin(Status::ok);
  raise_limit();
  const Status status = server_.listen(options_.port);
  if (status != Status::ok) {
    run_.complain(origin(options_.port), why_not(status));
    return status == Status::bad_argument ? misused : failed;
  }
  tell_where();
  return run_.begin(Status::ok);
}

void Service::tell_where() {
  const std::string where = origin(door_.port());
  (void)write_out(options_.json ? "{\"listening\":" + json_text(where) + "}\n"
                                : "listening on " + where + "\n");
}

void Bodies::begin(const Received& request, Responder& responder) {
  const std::string_view text = request.field("Content-Length");
  std::uint64_t size = 0;  // Of chunks nobody says how many will come.
  std::from_chars(text.data(), text.data() + text.size(), size);
  if (size > bytes_max_) {
    (void)responder.answer(413, "text/plain", "too large\n");
    return;
  }
  bodies_[&responder].clear();
}

void Bodies::add(Responder& responder, mote::ByteView part) {
  const auto found = bodies_.find(&responder);
  if (found == bodies_.end()) return;
  if (part.size() <= bytes_max_ - found->second.size()) {
    found->second.append(mote::text_of(part));
    return;
  }
  bodies_.erase(found);
  (void)responder.answer(413, "text/plain", "too large\n");
}

std::string Bodies::take(Responder& responder) {
  const auto found = bodies_.find(&responder);
  if (found == bodies_.end()) return {};
  std::string body = std::move(found->second);
  bodies_.erase(found);
  return body;
}

}  // namespace tool
