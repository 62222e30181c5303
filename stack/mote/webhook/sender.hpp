// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "mote/http/retrying_client.hpp"

namespace mote::webhook {

/// Where deliveries go.
struct Target {
  Lasting url;                       ///< http or https
  Lasting secret;                    ///< `whsec_` and base64
  Span<const http::Field> fields{};  ///< own header fields
};

/// How one delivery went.
struct Delivery {
  std::string_view id;  ///< its webhook-id; lives during the callback
  Failure why;          ///< `ok`, or what the last attempt failed with; `native`: the HTTP status
  std::uint8_t attempts;
};

/// A queue of signed POSTs, delivered in order and at least once (Standard Webhooks): each is tried
/// until a 2xx takes it, or it is given up.
///
///     idle -- post() --> sending -- 2xx --> delivered, the next
///                          ^ | else
///                          | v
///                         waiting -- attempts_max, 410 --> given up, the next
///
/// The body of a delivery is `{"type":…,"data":…}`. An id never changes between the
/// attempts and never comes twice, also after a restart: receivers know repeats by it. Redirects
/// are not followed. All callbacks come from Loop::poll(), and everything may be called from them,
/// the destructor included.
class Sender : http::RetryingClient {
 public:
  /// Deliveries wait in `queue`, in places of `each_bytes`, which is at most 65,535. `rx` and `tx`
  /// are the HTTP client's; `tx` holds the request head with its 200 bytes of webhook fields.
  Sender(io::Loop& loop,
         io::Transport& transport,
         const Target& where,
         ByteSpan queue,
         std::size_t each_bytes,
         ByteSpan rx,
         ByteSpan tx)
      : RetryingClient(loop, transport, rx, tx),
        each_bytes_(static_cast<std::uint16_t>(each_bytes)),
        places_(static_cast<std::uint16_t>(queue.size() / each_bytes)),
        queue_(queue.data()),
        target_(where) {}

  Callback<void(const Delivery&)> on_delivered;
  /// This one is lost; the next one's turn has come.
  Callback<void(const Delivery&)> on_given_up;
  /// An attempt failed; the next one is planned. `clock_unknown`: nothing is signed before the loop
  /// knows the time, and this counts as no attempt.
  using RetryingClient::on_retry;

  io::Backoff backoff{{5'000}, {300'000}};
  Duration answer_within{20'000};  ///< the whole of one attempt
  std::uint8_t attempts_max = 10;

  /// Adds a delivery at the end of the queue; copies both. `type` is letters, digits, `.`, `_` and
  /// `-`; `json` is one JSON text, sent as it stands. `no_slot`: the queue is full. `too_large`: it
  /// does not fit a place with the 22 bytes around type and data. `bad_argument`: the type, or the
  /// target's secret or fields. `bad_url`, `insecure`: the target's URL.
  Status post(std::string_view type, std::string_view json);

  /// How many wait, the one being sent included.
  std::size_t waiting() const { return count_; }
  /// Forgets all that waits, without a word.
  void clear();

 private:
  using Id = std::array<char, 4 + 16 + 1 + 10>;

  Status ask() override;
  http::Limits limits_now() const override;
  void more_fields(http::MessageWriter& head) const override;
  void got_end(Failure why) override;

  ByteSpan place(std::size_t index) const;
  ByteView body_of_first() const;
  std::string_view write_id(Id& room) const;
  Status compose(ByteSpan place, std::string_view type, std::string_view json) const;
  Status check_target() const;
  void tell_and_go_on(const Callback<void(const Delivery&)>& event, Failure why);

  std::uint8_t attempts_ = 0;  // of the first
  std::uint16_t each_bytes_;
  std::uint16_t places_;
  std::uint16_t first_ = 0;
  std::uint16_t count_ = 0;
  std::uint8_t* queue_;
  Target target_;
  std::uint32_t number_ = 0;  // of the next post
  std::uint64_t epoch_ = 0;   // random: what makes ids differ after a restart
};

template <std::size_t N, std::size_t Each, std::size_t Rx, std::size_t Tx>
struct SenderMemory {
  std::array<std::uint8_t, N * Each> queue;
  std::array<std::uint8_t, Rx> rx;
  std::array<std::uint8_t, Tx> tx;
};

/// A Sender with its memory: at most N wait, of Each bytes with what stands around them.
template <std::size_t N, std::size_t Each, std::size_t Rx = 256, std::size_t Tx = 512>
class SizedSender : SenderMemory<N, Each, Rx, Tx>, public Sender {
 public:
  SizedSender(io::Loop& loop, io::Transport& transport, const Target& where)
      : Sender(loop, transport, where, this->queue, Each, this->rx, this->tx) {}
};

}  // namespace mote::webhook
