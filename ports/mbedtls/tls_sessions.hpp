// SPDX-License-Identifier: MIT
#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <string_view>

#include "mote/base/bytes.hpp"
#include "mote/base/callback.hpp"
#include "mote/base/status.hpp"

namespace mote::mbedtls {

/// What a session is good for: one host, one port, and all that was verified to get it.
using SessionPlace = std::array<std::uint8_t, 16>;

/// How a connection stands to the session that it offered.
struct Resumption {
  std::uint32_t proven_until = 0;  ///< when the server must show its certificate again
  bool full = false;               ///< the server has shown it in this connection
  bool offered = false;
  std::array<std::uint8_t, 8> ticket_end{};  ///< of what was offered
};

/// Sessions that clients may resume, in memory that the application gives: `trust.keep(sessions)`,
/// and every Tls of that Trust offers the newest of its host and port, and keeps what it gets.
///
/// The newest is offered, and only while its lifetime, the server's certificate and seven days
/// since that was verified are not over, and while Trust verifies the same as then. It is gone when
/// the handshake fails. None is offered again once the server has given newer ones (RFC 8446 C.4):
/// of those the two newest are kept, the second where there is room. When all slots are taken the
/// oldest makes place. No memory of the arena is held. What leaves a slot is overwritten.
class Sessions {
 public:
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  /// A session was kept; to have it after a restart, write `bytes` down, in place of those of the
  /// same host and port. They are secret: who has them can read what is sent under them.
  Callback<void(std::string_view host, std::uint16_t port, ByteView bytes)> on_kept;
  /// Puts back what on_kept told. Damaged, outdated or foreign bytes do no harm: they are found out
  /// before they are offered. `too_large`: for a slot. `bad_argument`: they can be no session.
  Status restore(ByteView bytes);
  /// Forgets all: every next handshake is a full one.
  void forget();

  /// Sessions kept now.
  std::size_t count() const;
  /// Sessions that were too large for a slot, and therefore not kept.
  std::uint32_t too_large() const { return too_large_; }
  /// Bytes of the largest session so far, kept or not: what a slot should have.
  std::size_t bytes_most() const { return bytes_most_; }

 protected:
  struct Slot {
    std::uint32_t number = 0;  // higher is newer, 0 is free
    std::uint16_t size = 0;
  };
  Sessions(Span<Slot> slots, ByteSpan memory)
      : slots_(slots), memory_(memory), slot_bytes_(memory.size() / slots.size()) {}
  ~Sessions() = default;

 private:
  friend class Tls;
  /// Takes the newest session of `place` away, and offers it.
  void offer(mbedtls_ssl_context& ssl, const SessionPlace& place, Resumption& resumption);
  /// Returns the session's bytes, or none when it was not kept.
  ByteView keep(mbedtls_ssl_context& ssl, const SessionPlace& place, const Resumption& resumption);

  bool save(mbedtls_ssl_context& ssl, ByteSpan to, std::size_t& size) const;
  Slot& slot_for(const SessionPlace& place);
  Slot* newest_of(const SessionPlace& place);
  bool is_of(const Slot& slot, const SessionPlace& place) const;
  ByteSpan bytes_of(const Slot& slot) const;
  void erase(Slot& slot);

  Span<Slot> slots_;
  ByteSpan memory_;
  std::size_t slot_bytes_;
  std::uint32_t newest_ = 0;
  std::uint32_t too_large_ = 0;
  std::size_t bytes_most_ = 0;
};

template <std::size_t N, std::size_t Bytes>
struct SessionMemory {
  static_assert(N > 0 && Bytes >= 128 && Bytes < 65536);
  std::array<std::uint8_t, N * Bytes> memory{};
};

/// Sessions in N slots of so many bytes. OpenSSL's servers, and so Node's and nginx's, need about
/// 350: docs/tls.md.
template <std::size_t N, std::size_t Bytes = 512>
class SizedSessions final : SessionMemory<N, Bytes>, public Sessions {
 public:
  SizedSessions() : Sessions(slots_, this->memory) {}
  ~SizedSessions() { forget(); }

 private:
  Slot slots_[N];
};

}  // namespace mote::mbedtls
