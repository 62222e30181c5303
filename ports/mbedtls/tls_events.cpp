// SPDX-License-Identifier: MIT
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

}  // namespace

// What Mbed TLS asks for.

int Tls::send_below(void* self, const unsigned char* bytes, std::size_t size) {
  Tls& tls = *static_cast<Tls*>(self);
  if (tls.release_later_) return MBEDTLS_ERR_SSL_INTERNAL_ERROR;  // It was aborted meanwhile.
  // Mbed TLS 3.6 does not look at each refusal, and would send a Finished that it did not compute.
  const bool starves = arena_use().refused != tls.refused_before_;
  if (starves && bytes[0] == MBEDTLS_SSL_MSG_HANDSHAKE) return MBEDTLS_ERR_SSL_ALLOC_FAILED;
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

// What the transport below tells.

std::size_t Tls::on_received(ByteSpan bytes) {
  if (ended_ || (state_ != State::handshaking && state_ != State::open)) return bytes.size();
  // The next step's own turn has not come yet.
  below_held_ = step_due_;
  if (step_due_) return 0;
  const std::uint32_t life = life_;
  received_ = bytes;
  if (state_ == State::handshaking) shake_hands();
  if (life == life_ && state_ == State::open) receive();
  const std::size_t rest = received_.size();
  received_ = {};
  const bool goes_on = state_ == State::open || state_ == State::handshaking;
  if (life != life_ || ended_ || !goes_on) return bytes.size();
  // A handshake stops in the midst of what came for the others' turn, or to wait for room.
  below_held_ = rest != 0;
  if (below_held_ && state_ == State::open && !paused_ && !ticket_waits()) timer_.start({0});
  return bytes.size() - rest;
}

/// Offers what can be decrypted, until the application has no room or nothing is left.
void Tls::receive() {
  while (state_ == State::open && !paused_ && !ended_) {
    // Of no bytes: a record is decrypted and stays where it is.
    enter();
    const int result = leave(mbedtls_ssl_read(&ssl_, nullptr, 0));
    // Left unread, the next write would return it, and not write.
    if (result == MBEDTLS_ERR_SSL_WANT_READ && ticket_waits()) continue;
    if (waits(result)) break;
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      keep_session(true);
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
  ++held_;
  const std::size_t used = events_->on_received(bytes);
  let_go();
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

/// A ticket is here that Mbed TLS has not looked at: it does not before all is sent that it has to
/// send, and then before anything else.
bool Tls::ticket_waits() const {
  return ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET;
}

/// Returns whether all is sent, and Mbed TLS's buffer free for another record.
bool Tls::flush() {
  while (unflushed_ != 0) {
    // With output pending Mbed TLS looks at the size only; the bytes lie in its buffer, encrypted.
    const unsigned char nothing = 0;
    const std::uint32_t life = life_;
    enter();
    const int result = leave(ticket_waits() ? mbedtls_ssl_handshake(&ssl_)
                                            : mbedtls_ssl_write(&ssl_, &nothing, unflushed_));
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE) return false;
    unflushed_ = 0;
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      keep_session(true);
      if (life != life_) return false;
    } else if (result < 0) {
      fail(failure_of(result));
    }
    if (state_ == State::failing) return false;
    rest_ = write(rest_);
    if (rest_.empty()) drop_rest();
  }
  return state_ != State::failing;
}

void Tls::tell_writable() {
  if (state_ != State::open || !wants_writable_ || unflushed_ != 0) return;
  wants_writable_ = false;
  events_->on_writable();
}

void Tls::on_writable() {
  switch (state_) {
    case State::handshaking:
      if (!step_due_) shake_hands();
      return;
    case State::open: {
      const bool ticket = ticket_waits();
      if (!flush()) return;
      if (ticket && !paused_) timer_.start({0});  // What came behind it has its turn.
      return tell_writable();
    }
    case State::closing: return say_goodbye();
    case State::idle:
    case State::plain:
    case State::connecting:
    case State::failing:
    case State::lingering: return;
  }
}

void Tls::on_ended() {
  below_ended_ = true;
  switch (state_) {
    case State::connecting: return fail({Status::truncated, Layer::tls, 0});
    case State::handshaking:
      // What Mbed TLS has read already may be enough.
      if (!step_due_) fail({Status::truncated, Layer::tls, 0});
      return;
    case State::open:
      // Bytes that the application has not used yet come first.
      if (!paused_) receive();
      return;
    case State::idle:
    case State::plain:
    case State::closing:
    case State::failing:
    case State::lingering: return;
  }
}

void Tls::resume_below() {
  if (!below_held_) return;
  below_held_ = false;
  below_->resume();
}

void Tls::on_timer() {
  switch (state_) {
    case State::handshaking:
      if (identity_ && is_due(shaken_by_, timer_.loop().now())) break;
      if (rests_) {
        rests_ = false;
        return timer_.start({0});
      }
      shake_hands();
      rests_ = false;
      return;
    case State::closing: break;
    case State::failing: return finish(failure_, State::lingering);
    case State::open: {
      const std::uint32_t life = life_;
      receive();
      if (life != life_ || state_ != State::open) return;
      if (!paused_ && !ticket_waits()) resume_below();
      return tell_writable();
    }
    case State::idle:
    case State::plain:
    case State::connecting:
    case State::lingering: return;
  }
  below_->abort();
  finish({Status::timed_out, Layer::tls, 0}, State::idle);
}

}  // namespace mote::mbedtls
