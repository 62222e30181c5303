// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"

namespace mote::http {

class MessageWriter;
class Received;
class Responder;

/// Sees every request of a Server before its handler does: who may come in, and what every answer
/// says. Outlives the server.
class Filter {
 public:
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  /// Whether Received keeps the header field of this name, beside those the handler asks for.
  virtual bool keeps(std::string_view) const { return false; }
  /// Looks at a request as soon as its head is there, also when no route fits. False: it has
  /// answered, and nobody else sees it.
  virtual bool passes(const Received& request, Responder& responder) = 0;
  /// Adds fields to an answer, whoever gives it.
  virtual void write_fields(const Responder&, MessageWriter&) const {}

 protected:
  constexpr Filter() = default;
  ~Filter() = default;
};

}  // namespace mote::http
