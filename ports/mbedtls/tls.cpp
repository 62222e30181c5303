// SPDX-License-Identifier: MIT
#include "mbedtls/tls.hpp"

#include <algorithm>
#include <cstring>

#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_platform.hpp"
#include "mote/base/expects.hpp"

namespace mote::mbedtls {
namespace {

constexpr Duration accept_most{10'000};
constexpr Duration flush_most{10'000};

}  // namespace

Tls::Tls(io::Loop& loop, io::Transport& below, Trust& trust)
    : timer_(loop, [this] { on_timer(); }), below_(&below), trust_(&trust) {
  mbedtls_ssl_init(&ssl_);
}

Tls::Tls(io::Loop& loop, Identity& identity)
    : timer_(loop, [this] { on_timer(); }), identity_(&identity) {
  mbedtls_ssl_init(&ssl_);
}

Status Tls::connect(const io::Endpoint& to, io::TransportEvents& events) {
  expects(trust_ != nullptr);
  if (state_ == State::lingering) abort();
  if (state_ != State::idle && state_ != State::plain) return Status::busy;
  const bool plain = to.security == io::Security::none;
  if (to.host.empty() || to.host.size() >= sizeof host_) return Status::bad_url;
  io::TransportEvents& told = plain ? events : *this;
  const Status status = below_->connect({to.host, to.port, io::Security::none}, told);
  if (status != Status::ok) return status;
  state_ = plain ? State::plain : State::connecting;
  if (plain) return status;
  std::memcpy(host_, to.host.data(), to.host.size());
  host_[to.host.size()] = '\0';
  port_ = to.port;
  events_ = &events;
  return status;
}

io::TransportEvents* Tls::accept(io::Transport& connection,
                                 io::Acceptor& acceptor,
                                 const Callback<void(Failure)>& on_refused) {
  expects(identity_ != nullptr && state_ == State::idle);
  io::Loop& loop = timer_.loop();
  const bool knows_time = loop.unix_seconds() != 0;
  Status status = Status::ok;
  if (believed() && believed()->needs_clock() && !knows_time) status = Status::clock_unknown;
  if (status == Status::ok) status = identity_->open(loop);
  if (status == Status::ok) status = begin(*identity_);
  if (status != Status::ok) {
    release();
    if (on_refused) on_refused({status, Layer::tls, 0});
    return nullptr;
  }
  below_ = &connection;
  acceptor_ = &acceptor;
  on_refused_ = &on_refused;
  state_ = State::handshaking;
  shaken_by_ = loop.now() + accept_most;
  timer_.start(accept_most);
  return this;
}

/// What one record takes.
std::size_t Tls::capacity() const {
  const int most = mbedtls_ssl_get_max_out_record_payload(&ssl_);
  if (most <= 0) return 0;
  return std::min(static_cast<std::size_t>(most), timer_.loop().blocks().block_bytes());
}

std::size_t Tls::room(io::Urgency urgency) const {
  if (state_ == State::plain) return below_->room(urgency);
  if (state_ != State::open || unflushed_ != 0) return 0;
  const io::Blocks& blocks = timer_.loop().blocks();
  if (blocks.can_keep()) return blocks.block_bytes();
  return blocks.can_compose() ? capacity() : 0;
}

Status Tls::send(ByteView head, ByteView body, io::Urgency urgency) {
  if (state_ == State::plain) return below_->send(head, body, urgency);
  if (state_ != State::open) return Status::not_open;
  const std::size_t size = head.size() + body.size();
  io::Blocks& blocks = timer_.loop().blocks();
  if (size > blocks.block_bytes()) return Status::too_large;
  if (size == 0) return Status::ok;
  // Of several records not all may go out now: then the rest needs a block.
  if (unflushed_ != 0 || (size > capacity() && !blocks.can_keep())) {
    await_room(size);
    return Status::would_block;
  }
  if (head.empty() || body.empty() || head.end() == body.begin()) {
    const ByteView rest = write({head.empty() ? body.data() : head.data(), size});
    if (!rest.empty()) keep(rest, blocks.take_to_keep().data());
    return Status::ok;
  }
  // Joined, so that they are one record.
  io::ComposingBlock block(blocks);
  if (block.bytes().empty()) {
    await_room(size);
    return Status::would_block;
  }
  std::memcpy(block.bytes().data(), head.data(), head.size());
  std::memcpy(block.bytes().data() + head.size(), body.data(), body.size());
  const ByteView rest = write(block.bytes().first(size));
  if (!rest.empty()) keep(rest, block.keep());
  return Status::ok;
}

/// As many records as go out now, the last of them perhaps by halves. Returns what is left.
ByteView Tls::write(ByteView bytes) {
  while (!bytes.empty() && unflushed_ == 0 && state_ != State::failing)
    bytes = bytes.from(write_record(bytes));
  return state_ != State::failing ? bytes : ByteView{};
}

/// One record. What the transport below does not take of it stays in Mbed TLS's buffer. Returns
/// how many of `bytes` it has.
std::size_t Tls::write_record(ByteView bytes) {
  const std::size_t size = std::min(bytes.size(), capacity());
  enter();
  const int result = leave(mbedtls_ssl_write(&ssl_, bytes.data(), size));
  if (result == MBEDTLS_ERR_SSL_WANT_WRITE) {
    unflushed_ = size;
  } else if (result <= 0) {
    fail(failure_of(result));  // As if the bytes had been lost on the way: on_closed tells.
  }
  return size;
}

/// Keeps what follows the record under way in `block`, which may have it already.
void Tls::keep(ByteView rest, std::uint8_t* block) {
  expects(block != nullptr);
  std::memmove(block, rest.data(), rest.size());
  rest_block_ = block;
  rest_ = {block, rest.size()};
}

void Tls::drop_rest() {
  timer_.loop().blocks().give_back(rest_block_);
  rest_block_ = nullptr;
  rest_ = {};
}

std::size_t Tls::send_constant(ByteView bytes) {
  if (state_ == State::plain) return below_->send_constant(bytes);
  std::size_t taken = 0;
  while (state_ == State::open && unflushed_ == 0 && taken < bytes.size()) {
    const ByteView rest = bytes.from(taken);
    taken += write_record(rest);
  }
  if (taken < bytes.size() && state_ == State::open) wants_writable_ = true;
  return taken;
}

void Tls::await_room(std::size_t bytes) {
  if (state_ == State::plain) return below_->await_room(bytes);
  if (state_ != State::open) return;
  wants_writable_ = true;
  if (unflushed_ != 0) return;
  io::Blocks& blocks = timer_.loop().blocks();
  if (bytes <= capacity() ? blocks.can_compose() : blocks.can_keep()) return timer_.start({0});
  blocks.stop_waiting(*this);
  blocks.wait_for(*this);
}

void Tls::hand_over(io::TransportEvents& events) {
  if (state_ == State::plain) return below_->hand_over(events);
  events_ = &events;
  resume();
}

void Tls::resume() {
  if (state_ == State::plain) return below_->resume();
  if (state_ != State::open || !paused_) return;
  paused_ = false;
  if (held_ == 0) timer_.start({0});
}

void Tls::close() {
  switch (state_) {
    case State::plain: return below_->close();
    case State::idle:
    case State::closing:
    case State::failing:
    case State::lingering: return;
    case State::connecting:
    case State::handshaking:
      state_ = State::closing;
      timer_.stop();
      return below_->close();
    case State::open: break;
  }
  state_ = State::closing;
  io::Blocks::stop_waiting(*this);
  timer_.start(flush_most);
  say_goodbye();
}

/// Sends what is queued, then close_notify, then the end of the stream, as there is room.
void Tls::say_goodbye() {
  if (!flush()) return;
  // Called once more after WANT_WRITE it only flushes, which is what is wanted then. With data in
  // its buffer it would only flush, too, and never say goodbye: hence flush() before.
  enter();
  if (leave(mbedtls_ssl_close_notify(&ssl_)) == MBEDTLS_ERR_SSL_WANT_WRITE) return;
  timer_.stop();
  below_->close();
}

void Tls::abort() {
  if (state_ == State::idle) return;
  below_->abort();
  end(State::idle);
}

/// Forgets the connection. Nobody is told.
void Tls::end(State next) {
  ++life_;
  state_ = next;
  events_ = nullptr;
  acceptor_ = nullptr;
  on_refused_ = nullptr;
  timer_.stop();
  io::Blocks::stop_waiting(*this);
  unflushed_ = 0;
  drop_rest();
  step_due_ = rests_ = paused_ = below_held_ = below_ended_ = ended_ = wants_writable_ = false;
  if (held_ != 0) {
    release_later_ = true;
  } else {
    release();
  }
}

void Tls::release() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_init(&ssl_);
}

void Tls::enter() {
  ++held_;
  calls_from(timer_.loop());
  refused_before_ = arena_use().refused;
}

int Tls::leave(int result) {
  if (arena_use().refused != refused_before_) starved_ = true;
  let_go();
  return result;
}

void Tls::let_go() {
  if (--held_ != 0 || !release_later_) return;
  release_later_ = false;
  release();
}

/// Not abort(): the alert, which Mbed TLS has sent, says the peer why. It is told by the timer,
/// because this may run within the application's send().
void Tls::fail(Failure why) {
  failure_ = why;
  state_ = State::failing;
  step_due_ = false;
  io::Blocks::stop_waiting(*this);
  timer_.start({0});
  below_->close();
}

void Tls::finish(Failure why, State next) {
  io::TransportEvents* const events = events_;
  const Callback<void(Failure)>* const on_refused = on_refused_;
  end(next);
  if (events) {
    events->on_closed(why);
  } else if (on_refused && *on_refused) {
    (*on_refused)(why);
  }
}

void Tls::on_closed(Failure why) {
  if (state_ == State::lingering) {
    state_ = State::idle;
  } else {
    finish(state_ == State::failing ? failure_ : why, State::idle);
  }
}

std::string_view Tls::version() const {
  return state_ == State::open ? mbedtls_ssl_get_version(&ssl_) : std::string_view{};
}

ByteView Tls::peer_certificate() const {
  const mbedtls_x509_crt* const shown =
      state_ == State::open ? mbedtls_ssl_get_peer_cert(&ssl_) : nullptr;
  return shown ? ByteView{shown->raw.p, shown->raw.len} : ByteView{};
}

}  // namespace mote::mbedtls
