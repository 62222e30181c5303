// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/base/expects.hpp"
#include "mote/base/status.hpp"
#include "mote/base/time.hpp"
#include "mote/http/handler.hpp"

namespace mote::webhook {

/// How deliveries are signed.
enum class Scheme : std::uint8_t {
  standard,  ///< Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`
  /// As GitHub does: `X-Hub-Signature-256`, `X-GitHub-Delivery`, `X-GitHub-Event`. Neither a time
  /// nor the id is signed: who can read a delivery can repeat it under another id.
  hub,
};

/// A delivery that is what it claims to be. Its views live during the callback.
struct Arrival {
  std::string_view id;     ///< the same for every attempt
  std::string_view event;  ///< what it is about, as GitHub says it; else the body says so
  ByteView body;           ///< as it came, byte for byte
};

/// What a Receiver takes. Outlives the Receiver that uses it; may lie in flash.
struct ReceiverOptions {
  Duration tolerance{300'000};  ///< between the time of a delivery and ours, either way
  /// After so long a delivery whose body still comes makes room for another one.
  Duration body_within{10'000};
};

/// Answers the deliveries of webhooks, of any number of senders who share its secrets.
///
/// on_delivery is told each delivery that is signed rightly and not too old, once for each id among
/// the last so many. 200 is answered when it was taken, or was before; all else makes the sender
/// try again:
///
///     400  a field is missing                                          protocol_error
///     401  no secret fits; or one does, but it is too old or too new   unauthorised, expired
///     413  the body is longer than there is room for                   too_large
///     500  none of the secrets is one                                  bad_argument
///     503  the application has no room, another body is under way, or  no_slot
///          the time is not known yet, which `standard` needs           clock_unknown
class Receiver : public http::Handler {
 public:
  /// `secrets` and their texts outlive this; several while they are being changed. A body must fit
  /// `body`, into which one comes at a time; when that is empty, one of the loop's blocks, with
  /// what is kept of its head. `seen` keeps ids, eight bytes each, the last ones; at least one.
  Receiver(Scheme scheme,
           Span<const std::string_view> secrets,
           ByteSpan body,
           Span<std::uint64_t> seen)
      : secrets_(secrets), room_(body), seen_(seen), scheme_(scheme) {
    expects(!seen.empty());
  }

  /// A delivery came. True: it is taken, once and for all. False: no room for it now.
  Callback<bool(const Arrival& arrival)> on_delivery;
  /// One was refused; see above. Of its id, which may be anybody's invention, what was said. Not
  /// told of bodies that do not fit a block.
  Callback<void(Status why, std::string_view id)> on_refused;

  /// Uses `options`, which must outlive this, from now on.
  void use(const ReceiverOptions& options) { options_ = &options; }

  bool keeps(std::string_view field_name) const override;
  bool on_head(const http::Received& request, http::Responder& responder) override;
  std::size_t on_body(http::Responder& responder, ByteView part) override;
  void on_request(const http::Received& request, http::Responder& responder) override;
  void on_gone(http::Responder& responder) override;

 private:
  static const ReceiverOptions default_options;

  std::string_view id_of(const http::Received& request) const;
  Status look_at(const http::Received& request, http::Responder& responder) const;
  Status check(const http::Received& request, ByteView body, std::uint64_t now) const;
  bool is_seen(std::uint64_t mark) const;
  void deliver(const Arrival& arrival, http::Responder& responder);
  void refuse(Status why, std::string_view id, http::Responder& responder);

  const ReceiverOptions* options_ = &default_options;
  Span<const std::string_view> secrets_;
  ByteSpan room_;
  Span<std::uint64_t> seen_;
  const http::Responder* filler_ = nullptr;  // whose body comes into room_
  std::size_t filled_ = 0;
  Instant begun_{};
  std::size_t next_ = 0;  // in seen_
  Scheme scheme_;
};

template <std::size_t Body, std::size_t Ids>
struct ReceiverMemory {
  std::array<std::uint64_t, Ids> ids{};
  std::array<std::uint8_t, Body> body;
};

/// A Receiver with room for bodies of `Body` bytes, and the ids of the last deliveries.
template <std::size_t Body, std::size_t Ids = 32>
class SizedReceiver final : ReceiverMemory<Body, Ids>, public Receiver {
  static_assert(Ids != 0, "a repeated delivery is known by its id");

 public:
  SizedReceiver(Scheme its_scheme, Span<const std::string_view> its_secrets)
      : Receiver(its_scheme, its_secrets, this->body, this->ids) {}
};

}  // namespace mote::webhook
