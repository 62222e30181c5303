// SPDX-License-Identifier: MIT
#include "mbedtls/tls_sessions.hpp"

#include <mbedtls/platform_time.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>

#include <algorithm>
#include <cstring>

#include "mbedtls/tls.hpp"
#include "mbedtls/tls_features.hpp"
#include "mote/crypto/sha256.hpp"

namespace mote::mbedtls {
namespace {

// Before what Mbed TLS makes of a session stand: the place, a checksum over all that follows, until
// when the session may be offered, and until when the server's certificate need not be seen again.
constexpr std::size_t checksum_at = sizeof(SessionPlace);
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t usable_at = checksum_at + checksum_bytes;
constexpr std::size_t proven_at = usable_at + 4;
constexpr std::size_t session_at = proven_at + 4;

constexpr std::uint32_t day = 86'400;

#if MOTE_TLS_CLIENT && MOTE_TLS_RESUMPTION

std::uint32_t read_seconds(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

void write_seconds(std::uint8_t* at, std::uint32_t seconds) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
}

std::uint32_t seconds_now() { return static_cast<std::uint32_t>(mbedtls_time(nullptr)); }

/// Seconds from 1970 to `at`. Months are counted from March, so that a leap day comes last.
std::uint64_t seconds_of(const mbedtls_x509_time& at) {
  const int month = (at.mon + 9) % 12;
  const auto year = static_cast<std::uint64_t>(at.mon > 2 ? at.year : at.year - 1);
  const auto of_year = static_cast<std::uint64_t>((153 * month + 2) / 5 + at.day - 1);
  const std::uint64_t days = year * 365 + year / 4 - year / 100 + year / 400 + of_year;
  const int of_day = (at.hour * 60 + at.min) * 60 + at.sec;
  return days < 719'468 ? 0 : (days - 719'468) * day + static_cast<std::uint64_t>(of_day);
}

/// Until when the server lets a session be resumed. In TLS 1.2 it may leave that open: a day then,
/// as RFC 5246 F.1.4 advises.
std::uint32_t end_of(const mbedtls_ssl_session& session) {
  const std::uint32_t told = session.MBEDTLS_PRIVATE(ticket_lifetime);
#if MOTE_TLS_1_3
  if (session.MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_3)
    return static_cast<std::uint32_t>(session.MBEDTLS_PRIVATE(ticket_reception_time) / 1000) + told;
#endif
  const bool open = session.MBEDTLS_PRIVATE(ticket_len) == 0 || told == 0;
  const auto start = static_cast<std::uint32_t>(session.MBEDTLS_PRIVATE(start));
  return start + (open ? day : std::min(told, 7 * day));
}

/// What tells one ticket from another: it ends with random bytes, or such as look so.
std::array<std::uint8_t, 8> ticket_end(const mbedtls_ssl_session& session) {
  std::array<std::uint8_t, 8> end{};
  const std::size_t size = session.MBEDTLS_PRIVATE(ticket_len);
  if (size >= end.size())
    std::memcpy(end.data(), session.MBEDTLS_PRIVATE(ticket) + size - end.size(), end.size());
  return end;
}

/// Whether the server gave anything to resume by.
bool is_resumable(const mbedtls_ssl_session& session) {
  return session.MBEDTLS_PRIVATE(ticket_len) != 0 ||
         (session.MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_2 &&
          session.MBEDTLS_PRIVATE(id_len) != 0);
}
#endif

}  // namespace

Status Sessions::restore(ByteView bytes) {
  bytes_most_ = std::max(bytes_most_, bytes.size());
  if (bytes.size() <= session_at) return Status::bad_argument;
  if (bytes.size() > slot_bytes_) return Status::too_large;
  SessionPlace place;
  std::memcpy(place.data(), bytes.data(), place.size());
  Slot& slot = slot_for(place);
  // The bytes may be those that on_kept shows, in this very slot.
  const ByteSpan to = bytes_of(slot);
  std::memmove(to.data(), bytes.data(), bytes.size());
  mbedtls_platform_zeroize(to.data() + bytes.size(), to.size() - bytes.size());
  slot = {++newest_, static_cast<std::uint16_t>(bytes.size())};
  return Status::ok;
}

void Sessions::forget() {
  for (Slot& slot : slots_) erase(slot);
}

std::size_t Sessions::count() const {
  std::size_t kept = 0;
  for (const Slot& slot : slots_) kept += slot.number != 0;
  return kept;
}

/// The slot that the next session of `place` goes to.
Sessions::Slot& Sessions::slot_for(const SessionPlace& place) {
  Slot* free = nullptr;
  Slot* oldest = slots_.begin();
  Slot* own_oldest = nullptr;
  int own = 0;
  for (Slot& slot : slots_) {
    if (slot.number == 0) free = &slot;
    if (slot.number < oldest->number) oldest = &slot;
    if (!is_of(slot, place)) continue;
    ++own;
    if (!own_oldest || slot.number < own_oldest->number) own_oldest = &slot;
  }
  if (own_oldest && (own > 1 || !free)) return *own_oldest;
  return free ? *free : *oldest;
}

Sessions::Slot* Sessions::newest_of(const SessionPlace& place) {
  Slot* newest = nullptr;
  for (Slot& slot : slots_)
    if (is_of(slot, place) && (!newest || slot.number > newest->number)) newest = &slot;
  return newest;
}

bool Sessions::is_of(const Slot& slot, const SessionPlace& place) const {
  return slot.number != 0 && std::memcmp(bytes_of(slot).data(), place.data(), place.size()) == 0;
}

ByteSpan Sessions::bytes_of(const Slot& slot) const {
  const auto index = static_cast<std::size_t>(&slot - slots_.begin());
  return memory_.from(index * slot_bytes_).first(slot_bytes_);
}

void Sessions::erase(Slot& slot) {
  mbedtls_platform_zeroize(bytes_of(slot).data(), slot_bytes_);
  slot = {};
}

/// All that would have to be verified again, and where, and who the client is: with other roots,
/// for another host or as somebody else nothing that is kept fits. A certificate ends with a
/// signature over all the rest of it, which tells it from any other as well as all of it would.
SessionPlace Trust::place_of(std::string_view host, std::uint16_t port) const {
  mbedtls_sha256_context hash;
  mbedtls_sha256_init(&hash);
  (void)mbedtls_sha256_starts(&hash, 0);
  const auto add = [&hash](ByteView bytes) {
    (void)mbedtls_sha256_update(&hash, bytes.data(), bytes.size());
  };
  const auto add_end = [&add](ByteView certificate) {
    constexpr std::size_t most = 32;
    add(certificate.from(certificate.size() - std::min(certificate.size(), most)));
  };
  for (const ByteView root : roots_) add_end(root);
  for (const crypto::Sha256& pin : pins_) add(pin);
  if (shown_ && !shown_->chain_.empty()) add_end(shown_->chain_[0]);
  const std::uint8_t rest[] = {verifies_,
                               static_cast<bool>(on_certificate),
                               static_cast<std::uint8_t>(roots_.size()),
                               static_cast<std::uint8_t>(pins_.size()),
                               static_cast<std::uint8_t>(port >> 8),
                               static_cast<std::uint8_t>(port)};
  add(rest);
  add(bytes_of(host));
  crypto::Sha256 all;
  (void)mbedtls_sha256_finish(&hash, all.data());
  mbedtls_sha256_free(&hash);
  SessionPlace place;
  std::memcpy(place.data(), all.data(), place.size());
  return place;
}

#if MOTE_TLS_CLIENT && MOTE_TLS_RESUMPTION

void Sessions::offer(mbedtls_ssl_context& ssl, const SessionPlace& place, Resumption& resumption) {
  Slot* const slot = newest_of(place);
  if (!slot) return;
  const ByteView bytes = bytes_of(*slot).first(slot->size);
  const crypto::Sha256 checksum = crypto::sha256(bytes.from(usable_at));
  const bool whole = std::memcmp(bytes.data() + checksum_at, checksum.data(), checksum_bytes) == 0;
  if (whole && seconds_now() < read_seconds(bytes.data() + usable_at)) {
    const ByteView saved = bytes.from(session_at);
    mbedtls_ssl_session session;
    mbedtls_ssl_session_init(&session);
    if (mbedtls_ssl_session_load(&session, saved.data(), saved.size()) == 0 &&
        mbedtls_ssl_set_session(&ssl, &session) == 0) {
      resumption.offered = true;
      resumption.ticket_end = ticket_end(session);
      resumption.proven_until = read_seconds(bytes.data() + proven_at);
    }
    mbedtls_ssl_session_free(&session);
  }
  erase(*slot);
}

ByteView Sessions::keep(mbedtls_ssl_context& ssl,
                        const SessionPlace& place,
                        const Resumption& resumption) {
  const mbedtls_ssl_session& session = *ssl.MBEDTLS_PRIVATE(session);
  const std::uint32_t now = seconds_now();
  const std::uint32_t usable = std::min(end_of(session), resumption.proven_until);
  if (!is_resumable(session) || usable <= now) return {};
  std::size_t size = 0;
  (void)save(ssl, {}, size);
  bytes_most_ = std::max(bytes_most_, session_at + size);
  if (session_at + size > slot_bytes_) {
    ++too_large_;
    return {};
  }
  Slot& slot = slot_for(place);
  erase(slot);
  const ByteSpan bytes = bytes_of(slot);
  if (!save(ssl, bytes.from(session_at), size)) return {};
  std::memcpy(bytes.data(), place.data(), place.size());
  write_seconds(bytes.data() + usable_at, usable);
  write_seconds(bytes.data() + proven_at, resumption.proven_until);
  const ByteSpan all = bytes.first(session_at + size);
  const crypto::Sha256 checksum = crypto::sha256(all.from(usable_at));
  std::memcpy(bytes.data() + checksum_at, checksum.data(), checksum_bytes);
  slot = {++newest_, static_cast<std::uint16_t>(all.size())};
  return all;
}

/// Writes the session down without the server's certificate: nothing asks for that again, and it is
/// larger than all the rest.
bool Sessions::save(mbedtls_ssl_context& ssl, ByteSpan to, std::size_t& size) const {
  mbedtls_ssl_session& session = *ssl.MBEDTLS_PRIVATE(session);
  mbedtls_x509_crt* const certificate = session.MBEDTLS_PRIVATE(peer_cert);
  session.MBEDTLS_PRIVATE(peer_cert) = nullptr;
  const int result = mbedtls_ssl_session_save(&session, to.data(), to.size(), &size);
  session.MBEDTLS_PRIVATE(peer_cert) = certificate;
  return result == 0;
}

void Tls::offer_session() {
  Sessions* const sessions = trust_->sessions();
  mbedtls_ssl_config& config = trust_->config_;
  const int wanted =
      sessions ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED : MBEDTLS_SSL_SESSION_TICKETS_DISABLED;
#if MOTE_TLS_1_3
  // A server that reads of no such modes sends no tickets.
  constexpr int without = MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL;
  constexpr int with = without | MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL;
  mbedtls_ssl_conf_tls13_key_exchange_modes(&config, sessions ? with : without);
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(&config, wanted);
#endif
  mbedtls_ssl_conf_session_tickets(&config, wanted);
  if (!sessions) return;
  enter();
  sessions->offer(ssl_, trust_->place_of(host_, port_), resumption_);
  (void)leave(0);
}

void Tls::look_at_session() {
  const mbedtls_ssl_session& session = *ssl_.MBEDTLS_PRIVATE(session);
  const bool same = resumption_.offered && ticket_end(session) == resumption_.ticket_end;
  // What was proven then holds as long as then. There may be no newer ticket: Node gives none.
  if (!resumption_.full) return keep_session(!same);
  const std::uint64_t most = std::uint64_t{seconds_now()} + 7 * day;
  const mbedtls_x509_crt* const shown = mbedtls_ssl_get_peer_cert(&ssl_);
  const std::uint64_t valid = shown && trust_->needs_clock() ? seconds_of(shown->valid_to) : most;
  resumption_.proven_until = static_cast<std::uint32_t>(std::min(most, valid));
  // In TLS 1.3 tickets come later, between data. A ticket that was refused is of no use.
  const bool refused = same && session.MBEDTLS_PRIVATE(ticket_len) != 0;
  const bool later = session.MBEDTLS_PRIVATE(tls_version) == MBEDTLS_SSL_VERSION_TLS1_3;
  if (!later && !refused) keep_session(true);
}

void Tls::keep_session(bool is_new) {
  Sessions* const sessions = trust_->sessions();
  if (!sessions) return;
  const ByteView kept = sessions->keep(ssl_, trust_->place_of(host_, port_), resumption_);
  if (is_new && !kept.empty() && sessions->on_kept) sessions->on_kept(host_, port_, kept);
}

#else

void Tls::offer_session() {}
void Tls::look_at_session() {}
void Tls::keep_session(bool) {}

#endif

}  // namespace mote::mbedtls
