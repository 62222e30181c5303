// SPDX-License-Identifier: MIT
#include <mbedtls/error.h>

#include <algorithm>
#include <cstring>

#include "mbedtls/tls.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mote/base/expects.hpp"

namespace mote::mbedtls {
namespace {

bool waits(int result) {
  return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

Status refusal_of(std::uint32_t flags) {
  if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) return Status::untrusted_root;
  if (flags & (MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)) return Status::expired;
  if (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) return Status::wrong_name;
  return Status::tls_failed;
}

}  // namespace

// What Mbed TLS asks for.

int Tls::send_below(void* self, const unsigned char* bytes, std::size_t size) {
  Tls& tls = *static_cast<Tls*>(self);
  const std::size_t taken = std::min(size, tls.below_->room(io::Urgency::control));
  if (taken == 0) {
    tls.below_->await_room(1);
    return MBEDTLS_ERR_SSL_WANT_WRITE;
  }
  switch (tls.below_->send({bytes, taken}, {}, io::Urgency::control)) {
    case Status::ok: return static_cast<int>(taken);
    case Status::would_block: return MBEDTLS_ERR_SSL_WANT_WRITE;
    default: return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
  }
}

int Tls::take_received(void* self, unsigned char* out, std::size_t size) {
  ByteView& received = static_cast<Tls*>(self)->received_;
  const std::size_t taken = std::min(size, received.size());
  if (taken == 0) return MBEDTLS_ERR_SSL_WANT_READ;
  std::memcpy(out, received.data(), taken);
  received = received.from(taken);
  return static_cast<int>(taken);
}

/// Mbed TLS checks the name it also sends; an address is not sent (RFC 6066 §3), and is looked for
/// here, among the addresses in the server's own certificate (RFC 2818 §3.1).
int Tls::check_address(void* self, mbedtls_x509_crt* shown, int depth, std::uint32_t* flags) {
  if (depth != 0) return 0;
  std::uint32_t wanted[4];
  const char* const host = static_cast<Tls*>(self)->host_;
  const std::size_t size = mbedtls_x509_crt_parse_cn_inet_pton(host, wanted);
  constexpr int ip_address = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_IP_ADDRESS;
  for (const auto* name = &shown->subject_alt_names; name; name = name->next)
    if (name->buf.tag == ip_address && name->buf.len == size &&
        std::memcmp(name->buf.p, wanted, size) == 0)
      return 0;
  *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  return 0;
}

Status Tls::begin(Settings& settings) {
  resumption_ = {};
  const bool stands = mbedtls_ssl_setup(&ssl_, &settings.config_) == 0 && set_name();
  if (!stands) return Status::tls_memory;
  mbedtls_ssl_set_bio(&ssl_, this, &Tls::send_below, &Tls::take_received, nullptr);
  return Status::ok;
}

bool Tls::set_name() {
  if (!trust_) return true;
  std::uint32_t address[4];
  if (mbedtls_x509_crt_parse_cn_inet_pton(host_, address) == 0)
    return mbedtls_ssl_set_hostname(&ssl_, host_) == 0;
  mbedtls_ssl_set_verify(&ssl_, &Tls::check_address, this);
  return mbedtls_ssl_set_hostname(&ssl_, nullptr) == 0;
}

Failure Tls::failure_of(int result) const {
  if (arena_use().refused != refused_before_) return {Status::tls_memory, Layer::tls, result};
  const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl_);
  switch (result) {
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
      return {refusal_of(flags), Layer::tls, static_cast<std::int32_t>(flags)};
    case MBEDTLS_ERR_SSL_BAD_INPUT_DATA:  // a record, or a message of a handshake
    case MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL: return {Status::record_too_large, Layer::tls, result};
    default: return {Status::tls_failed, Layer::tls, result};
  }
}

// What the transport below tells.

void Tls::on_connected() {
  if (state_ != State::connecting) return;
  io::Loop& loop = timer_.loop();
  if (trust_->verifies() && loop.unix_seconds() == 0)
    return fail({Status::clock_unknown, Layer::tls, 0});
  refused_before_ = arena_use().refused;
  Status status = trust_->open(loop);
  if (status == Status::ok) status = begin(*trust_);
  if (status != Status::ok) return fail({status, Layer::tls, 0});
  offer_session();
  state_ = State::handshaking;
  shake_hands();
}

/// The handshake, as far as it goes with what is there.
int Tls::advance() {
  // Not mbedtls_ssl_is_handshake_over(): a server's tickets come after that.
  while (ssl_.MBEDTLS_PRIVATE(state) != MBEDTLS_SSL_HANDSHAKE_OVER) {
    if (ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_CERTIFICATE) resumption_.full = true;
    if (const int result = mbedtls_ssl_handshake_step(&ssl_); result != 0) return result;
  }
  return 0;
}

void Tls::shake_hands() {
  const int result = advance();
  if (waits(result)) return;
  if (result != 0) return fail(failure_of(result));
  state_ = State::open;
  timer_.stop();
  if (trust_) {
    const std::uint32_t life = life_;
    look_at_session();
    // In TLS 1.3 it comes later, between data.
    if (mbedtls_ssl_get_version_number(&ssl_) == MBEDTLS_SSL_VERSION_TLS1_2) keep_session();
    if (life != life_ || state_ != State::open) return;
    return events_->on_connected();
  }
  events_ = acceptor_->on_accepted(*this);
  if (!events_) abort();
}

std::size_t Tls::on_received(ByteSpan bytes) {
  if (ended_ || (state_ != State::handshaking && state_ != State::open)) return bytes.size();
  const std::uint32_t life = life_;
  received_ = bytes;
  if (state_ == State::handshaking) shake_hands();
  if (life == life_ && state_ == State::open) receive();
  const std::size_t rest = received_.size();
  received_ = {};
  const bool goes_on = state_ == State::open || state_ == State::handshaking;
  if (life != life_ || ended_ || !goes_on) return bytes.size();
  // A handshake stops in the midst of what came only to wait for room: on_writable goes on.
  below_held_ = rest != 0;
  if (below_held_ && state_ == State::open && !paused_) timer_.start({0});
  return bytes.size() - rest;
}

/// Offers what can be decrypted, until the application has no room or nothing is left.
void Tls::receive() {
  while (state_ == State::open && !paused_ && !ended_) {
    // Of no bytes: a record is decrypted and stays where it is.
    const int result = mbedtls_ssl_read(&ssl_, nullptr, 0);
    // A ticket is here, only not looked at; left so, the next write would return it, and not write.
    const bool ticket = ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET;
    if (waits(result) && ticket) continue;
    if (waits(result)) break;
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      keep_session();
      continue;
    }
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
      ended_ = true;
      return events_->on_ended();
    }
    if (result < 0) return fail(failure_of(result));
    if (mbedtls_ssl_get_bytes_avail(&ssl_) != 0 && !offer()) return;
  }
  if (state_ == State::open && below_ended_ && !paused_ && !ended_)
    fail({Status::truncated, Layer::tls, 0});
}

/// Returns whether to go on at once.
bool Tls::offer() {
  const ByteSpan bytes{ssl_.MBEDTLS_PRIVATE(in_offt), mbedtls_ssl_get_bytes_avail(&ssl_)};
  const std::uint32_t life = life_;
  paused_ = true;  // Unless everything is used, or resume() is called meanwhile.
  offering_ = true;
  const std::size_t used = events_->on_received(bytes);
  offering_ = false;
  if (release_later_) {
    release_later_ = false;
    release();
  }
  if (life != life_ || state_ != State::open) return false;
  expects(used <= bytes.size());
  consume(used);
  if (used == bytes.size()) {
    paused_ = false;
  } else if (!paused_) {
    timer_.start({0});  // Others have their turn first.
    return false;
  }
  return !paused_;
}

/// Mbed TLS has no way to forget bytes but to copy them.
void Tls::consume(std::size_t bytes) {
  unsigned char nowhere[64];
  while (bytes != 0) {
    const int size = mbedtls_ssl_read(&ssl_, nowhere, std::min(bytes, sizeof nowhere));
    expects(size > 0);
    bytes -= static_cast<std::size_t>(size);
  }
}

/// Returns whether Mbed TLS's buffer is free for another record.
bool Tls::flush() {
  if (unflushed_ == 0) return true;
  // With output pending Mbed TLS looks at the size only; the bytes lie in its buffer, encrypted.
  const unsigned char nothing = 0;
  const int result = mbedtls_ssl_write(&ssl_, &nothing, unflushed_);
  if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return false;
  unflushed_ = 0;
  if (result < 0) fail(failure_of(result));
  return result >= 0;
}

void Tls::tell_writable() {
  if (state_ != State::open || !wants_writable_ || unflushed_ != 0) return;
  wants_writable_ = false;
  events_->on_writable();
}

void Tls::on_writable() {
  switch (state_) {
    case State::handshaking: {
      const std::uint32_t life = life_;
      shake_hands();
      if (life != life_ || !below_held_) return;
      below_held_ = false;
      return below_->resume();
    }
    case State::open:
      if (flush()) tell_writable();
      return;
    case State::closing: return say_goodbye();
    case State::idle:
    case State::plain:
    case State::connecting:
    case State::failing: return;
  }
}

void Tls::on_ended() {
  if (state_ == State::handshaking || state_ == State::connecting)
    return fail({Status::truncated, Layer::tls, 0});
  below_ended_ = true;
  // Bytes that the application has not used yet come first.
  if (state_ == State::open && !paused_) receive();
}

void Tls::on_timer() {
  if (state_ == State::handshaking || state_ == State::closing) {
    below_->abort();
    return finish({Status::timed_out, Layer::tls, 0});
  }
  if (state_ != State::open) return;
  const std::uint32_t life = life_;
  receive();
  if (life != life_ || state_ != State::open) return;
  if (!paused_ && below_held_) {
    below_held_ = false;
    below_->resume();
  }
  tell_writable();
}

}  // namespace mote::mbedtls
