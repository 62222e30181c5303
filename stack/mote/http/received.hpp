// SPDX-License-Identifier: MIT
#pragma once

#include "mote/base/bytes.hpp"
#include "mote/http/field.hpp"

namespace mote::http {

/// A request, as a Handler gets it. All views live until it returns.
class Received {
 public:
  std::string_view method;  ///< as it came: `GET`, never empty
  std::string_view path;    ///< begins with `/`; its escapes as they came
  std::string_view query;   ///< what follows the `?`, or nothing
  ByteView body;            ///< whole, if it was gathered

  /// The value of the first field of this name, in whatever case, among those that the handler
  /// keeps; without data() when there is none.
  std::string_view field(std::string_view name) const;
  /// The kept fields in the order in which they came: begin with `at` 0. False: no more.
  bool next_field(std::size_t& at, Field& field) const;
  /// What stands, its escapes as they came (see encoding::decode_percent()), where the route's path
  /// says `{name}`, or `*`; empty when it does not say so.
  std::string_view parameter(std::string_view name) const;
  /// The first value of `name` in the query, its escapes as they came; without data() when there is
  /// none.
  std::string_view query_value(std::string_view name) const;

 private:
  friend class Responder;
  Received() = default;

  std::string_view kept_;     // name NUL value NUL …
  std::string_view pattern_;  // of the route
};

}  // namespace mote::http
