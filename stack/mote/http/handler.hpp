// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/base/callback.hpp"

namespace mote::http {

class Received;
class Responder;

/// What answers the requests of a route. One object serves any number of connections; what belongs
/// to one of them hangs on Responder::user. Outlives the server.
class Handler {
 public:
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  /// Whether Received keeps the header field of this name. Others are forgotten as they come, so
  /// that what browsers send along takes no room. Here: Accept, Authorization, Content-Type,
  /// Cookie, If-None-Match, Last-Event-ID, Origin and Range.
  virtual bool keeps(std::string_view field_name) const;

  /// The head of a request with a body is there. True: the body comes in parts, by on_body. False,
  /// as here: it is gathered for on_request, or refused with 413. An answer given here refuses it.
  virtual bool on_head(const Received&, Responder&) { return false; }

  /// The next part of the body, where it lies. Returns how much of it was used; less than all holds
  /// the client back until Responder::resume().
  virtual std::size_t on_body(Responder&, ByteView part) { return part.size(); }

  /// The request is there, with its body if that was gathered. Answer it now, by what Responder
  /// offers, or take a Responder::ticket() and do so later. Who does neither has 500 answered.
  virtual void on_request(const Received& request, Responder& responder) = 0;

  /// A request was held for as long as Responder::hold() said; comes again every second until it is
  /// answered or held anew. Here: 204.
  virtual void on_held_out(Responder& responder);

  /// There may be room, after an answer by Ticket said `would_block`.
  virtual void on_writable(Responder&) {}

  /// The client ended its half while its answer is still owed (RFC 9112 §9.6). Most still read.
  virtual void on_half_closed(Responder&) {}

  /// The connection was lost before the answer was sent whole; tickets for it are void.
  virtual void on_gone(Responder&) {}

 protected:
  constexpr Handler() = default;
  ~Handler() = default;
};

/// A Handler that is one function.
class CallbackHandler final : public Handler {
 public:
  using Function = Callback<void(const Received& request, Responder& responder)>;
  explicit CallbackHandler(Function function) : function_(function) {}

  void on_request(const Received& request, Responder& responder) override {
    function_(request, responder);
  }

 private:
  Function function_;
};

/// A Handler that keeps nothing of its own, and so may be `static constexpr`: it lies in flash.
class FixedHandler : public Handler {
 public:
  /// What on_request() is for others.
  virtual void respond(const Received& request, Responder& responder) const = 0;
  void on_request(const Received& request, Responder& responder) final {
    respond(request, responder);
  }

 protected:
  constexpr FixedHandler() = default;
  ~FixedHandler() = default;
};

/// Which requests go to which handler. The first route that fits decides.
struct Route {
  constexpr Route(std::string_view of_method, std::string_view of_path, Handler& to)
      : method(of_method), path(of_path), handler(to) {}
  // Nothing that a server calls changes a FixedHandler, so it may be constant here as well.
  constexpr Route(std::string_view of_method, std::string_view of_path, const FixedHandler& to)
      : method(of_method), path(of_path), handler(const_cast<FixedHandler&>(to)) {}

  /// A method; GET takes HEAD as well. Empty: all.
  std::string_view method;
  /// `/rooms/{name}/messages`: what is in braces stands for one segment, not empty, which
  /// Received::parameter() gives. A `*` at the end stands for whatever follows, which
  /// parameter("*") gives.
  std::string_view path;
  Handler& handler;
};

/// Whether the path pattern of a route fits `path`. When it does, `parameter` becomes what stands
/// where the pattern says `{name}`, or `*` if that is the name, as it came; else it stays.
bool path_fits(std::string_view pattern,
               std::string_view path,
               std::string_view name,
               std::string_view& parameter);

/// Whether a path may be handed to handlers: it begins with `/`, its escapes are whole, none of
/// them is a NUL, and no segment is `.` or `..`, however written.
bool is_plain_path(std::string_view path);

}  // namespace mote::http
