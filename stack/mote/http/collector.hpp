// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/client.hpp"

namespace mote::http {

/// Collects the response of a Client whole, in the client's own rx, for those who want it in one
/// piece:
///
///     http::SizedClient<2048, 512> client{net, tcp};
///     http::Collector weather{client};
///     weather.on_done = [](Failure why, const http::Response& response) { … };
///     (void)client.get("http://weather.example/today");
///
/// A body larger than rx ends the exchange with `too_large`. The client must live as long as its
/// collector, and keep the callbacks that this sets.
class Collector {
 public:
  /// Takes all callbacks of `client`, and limits the body to what rx holds.
  explicit Collector(Client& client);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// The exchange is over, as Client::on_done tells it; the response is whole when that is `ok`.
  /// Its views live during the call. Last of all: anything may be called.
  Callback<void(Failure, const Response&)> on_done;
  /// A field of the response, before on_done.
  Callback<void(const Field&)> on_field;

 private:
  void take_field(const Field& field);
  void take(ByteView part);
  void end(Failure why);

  Client& client_;
  std::string_view type_;
  std::size_t size_ = 0;
};

}  // namespace mote::http
