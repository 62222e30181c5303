// SPDX-License-Identifier: MIT
#include <mbedtls/oid.h>

#include <cstring>

#include "mbedtls/tls.hpp"
#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_refusal.hpp"

namespace mote::mbedtls {
namespace {

constexpr unsigned char key_update_message = 24;  // RFC 8446 §4; Mbed TLS has no name for it

bool is_usable_by(int endpoint, const mbedtls_x509_crt& shown) {
  constexpr char server[] = MBEDTLS_OID_SERVER_AUTH;
  constexpr char client[] = MBEDTLS_OID_CLIENT_AUTH;
  static_assert(sizeof server == sizeof client);
  const char* const purpose = endpoint == MBEDTLS_SSL_IS_SERVER ? server : client;
  return mbedtls_x509_crt_check_key_usage(&shown, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0 &&
         mbedtls_x509_crt_check_extended_key_usage(&shown, purpose, sizeof server - 1) == 0;
}

bool is_issued_by(const mbedtls_x509_crt& shown, const mbedtls_x509_crt& other) {
  return shown.issuer_raw.len == other.subject_raw.len &&
         std::memcmp(shown.issuer_raw.p, other.subject_raw.p, shown.issuer_raw.len) == 0;
}

bool may_issue(const mbedtls_x509_crt& authority, int depth) {
  const int most = authority.MBEDTLS_PRIVATE(max_pathlen);  // one more than it says; 0: no limit
  return mbedtls_x509_crt_get_ca_istrue(&authority) == 1 &&
         mbedtls_x509_crt_check_key_usage(&authority, MBEDTLS_X509_KU_KEY_CERT_SIGN) == 0 &&
         (most == 0 || most > depth);
}

/// Whether its issuer was shown behind it, and may not issue it: Mbed TLS passes over such a one,
/// and tells that the chain leads to no root.
bool is_issued_wrongly(const mbedtls_x509_crt& shown, int depth) {
  for (const mbedtls_x509_crt* other = shown.next; other; other = other->next)
    if (is_issued_by(shown, *other) && !may_issue(*other, depth)) return true;
  return false;
}

/// The number of an alert that was sent without encryption where Mbed TLS expects it: a client may
/// send it so before its own Finished, as Mbed TLS's does. Else -1.
int plain_alert_in(const unsigned char* record) {
  const bool is_one = record[0] == MBEDTLS_SSL_MSG_ALERT && record[3] == 0 && record[4] == 2;
  return is_one ? record[6] : -1;
}

/// Whether this is a record, and longer than there is room for once it is decrypted. Mbed TLS has
/// one code for this and for other faults.
bool is_too_large(const unsigned char* record) {
  constexpr int at_most = MBEDTLS_SSL_IN_CONTENT_LEN + 17;  // a tag and a type, of TLS 1.3
  const bool is_one = record[0] >= MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC &&
                      record[0] <= MBEDTLS_SSL_MSG_APPLICATION_DATA &&
                      record[1] == MBEDTLS_SSL_MAJOR_VERSION_3;
  return is_one && (record[3] << 8 | record[4]) > at_most;
}

/// A server of TLS 1.3 sends with its last keys from its Finished on (RFC 8446 §7.3). Mbed TLS
/// takes them later, when it is through with the client: no client can read an alert before that.
void take_last_keys(mbedtls_ssl_context& ssl) {
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
  auto* const last = ssl.MBEDTLS_PRIVATE(transform_application);
  if (!last || ssl.MBEDTLS_PRIVATE(transform_out) == last) return;
  ssl.MBEDTLS_PRIVATE(transform_out) = last;
  std::memset(ssl.MBEDTLS_PRIVATE(cur_out_ctr), 0, sizeof ssl.MBEDTLS_PRIVATE(cur_out_ctr));
#else
  static_cast<void>(ssl);
#endif
}

}  // namespace

Status Tls::begin(Settings& settings) {
  resumption_ = {};
  starved_ = false;
  refused_with_ = Status::ok;
  pinned_ = false;
  if (!trust_) host_[0] = '\0';
  enter();
  const bool stands = leave(mbedtls_ssl_setup(&ssl_, &settings.config_)) == 0 && set_name();
  if (!stands) return starved_ ? Status::tls_memory : Status::tls_failed;
  if (believed()) mbedtls_ssl_set_verify(&ssl_, &Tls::judge, this);
  mbedtls_ssl_set_bio(&ssl_, this, &Tls::send_below, &Tls::take_received, nullptr);
  return Status::ok;
}

/// An address is not sent (RFC 6066 §3): is_for_host() looks for it.
bool Tls::set_name() {
  if (!trust_) return true;
  std::uint32_t address[4];
  const bool is_address = mbedtls_x509_crt_parse_cn_inet_pton(host_, address) != 0;
  enter();
  return leave(mbedtls_ssl_set_hostname(&ssl_, is_address ? nullptr : host_)) == 0;
}

void Tls::on_connected() {
  if (state_ != State::connecting) return;
  io::Loop& loop = timer_.loop();
  Status status = Status::ok;
  if (trust_->needs_clock() && loop.unix_seconds() == 0) status = Status::clock_unknown;
  if (status == Status::ok) status = trust_->open(loop);
  if (status == Status::ok) status = begin(*trust_);
  if (status != Status::ok) return fail({status, Layer::tls, 0});
  offer_session();
  // Half a session would make a hello that no server can read.
  if (starved_) return fail({Status::tls_memory, Layer::tls, 0});
  state_ = State::handshaking;
  shake_hands();
}

/// One step, which may be as long as a signature takes; then all others have their turn.
void Tls::shake_hands() {
  step_due_ = false;
  const std::uint32_t life = life_;
  if (ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_SERVER_CERTIFICATE) resumption_.full = true;
  if (identity_) take_last_keys(ssl_);
  enter();
  const int result = leave(mbedtls_ssl_handshake_step(&ssl_));
  if (life != life_ || state_ != State::handshaking) return;
  // Mbed TLS does not look at each refusal, and a handshake must not rest on what was not computed.
  if (starved_) return fail(failure_of(result));
  switch (result) {
    case 0:
      // Not mbedtls_ssl_is_handshake_over(): a server's tickets come after that.
      if (ssl_.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HANDSHAKE_OVER) return finish_handshake();
      step_due_ = rests_ = true;
      return timer_.start({0});
    case MBEDTLS_ERR_SSL_WANT_READ:
      if (below_ended_) return fail({Status::truncated, Layer::tls, 0});
      resume_below();
      break;
    case MBEDTLS_ERR_SSL_WANT_WRITE: break;
    default: return fail(failure_of(result));
  }
  if (identity_) timer_.start(until(shaken_by_, timer_.loop().now()));
}

void Tls::finish_handshake() {
  state_ = State::open;
  timer_.stop();
  if (below_held_ || below_ended_) timer_.start({0});
  const std::uint32_t life = life_;
  if (trust_) {
    look_at_session();
    if (life != life_ || state_ != State::open) return;
    return events_->on_connected();
  }
  on_refused_ = nullptr;
  io::TransportEvents* const events = acceptor_->on_accepted(*this);
  if (life != life_) return;
  events_ = events;
  if (!events_) abort();
}

/// Called for each certificate of the chain that was built, from the root to the peer's own.
int Tls::judge(void* self, mbedtls_x509_crt* shown, int depth, std::uint32_t* flags) {
  Tls& tls = *static_cast<Tls*>(self);
  *flags = tls.found_in(*shown, depth, *flags);
  const auto& ask = tls.believed()->on_certificate;
  if (!ask || !tls.believed()->verifies()) return 0;
  const Status found = *flags == 0 ? Status::ok : refusal_of(*flags);
  const std::uint32_t life = tls.life_;
  const Status holds = ask({{shown->raw.p, shown->raw.len}, depth, tls.host_, found});
  if (life != tls.life_) return MBEDTLS_ERR_SSL_INTERNAL_ERROR;  // It was aborted meanwhile.
  if (holds == found) return 0;
  *flags = holds == Status::ok ? 0 : MBEDTLS_X509_BADCERT_OTHER;
  if (holds != Status::ok && tls.refused_with_ == Status::ok) tls.refused_with_ = holds;
  return 0;
}

/// What there is to say against a certificate beside what Mbed TLS has found.
std::uint32_t Tls::found_in(const mbedtls_x509_crt& shown, int depth, std::uint32_t flags) {
  const Trust& trust = *believed();
  if (!trust.verifies()) return 0;
  const bool is_own = depth == 0;
  if (trust.goes_by_pins_alone()) return is_own && !trust.has_pin_of(shown) ? pin_flag : 0;
  if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) {
    pinned_ = false;  // Nothing ties it to what was shown above it.
    if (is_issued_wrongly(shown, depth)) flags ^= MBEDTLS_X509_BADCERT_NOT_TRUSTED | issuer_flag;
  }
  if (!trust.pins_.empty() && !pinned_) pinned_ = trust.has_pin_of(shown);
  if (!is_own) return flags;
  if (!trust.pins_.empty() && !pinned_) flags |= pin_flag;
  if (trust_ && !is_for_host(shown)) flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  const int endpoint = trust_ ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT;
  if (!is_usable_by(endpoint, shown)) flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
  return flags;
}

/// Mbed TLS checks the name that it also sends. An address is looked for here, among the addresses
/// in the server's own certificate (RFC 9525 §6.5).
bool Tls::is_for_host(const mbedtls_x509_crt& shown) const {
  // Without alternative names Mbed TLS would take a common name for one (RFC 9525 §2).
  if (!mbedtls_x509_crt_has_ext_type(&shown, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME)) return false;
  std::uint32_t wanted[4];
  const std::size_t size = mbedtls_x509_crt_parse_cn_inet_pton(host_, wanted);
  if (size == 0) return true;
  constexpr int ip_address = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_IP_ADDRESS;
  for (const auto* name = &shown.subject_alt_names; name; name = name->next)
    if (name->buf.tag == ip_address && name->buf.len == size &&
        std::memcmp(name->buf.p, wanted, size) == 0)
      return true;
  return false;
}

/// In a failure of which Mbed TLS tells the peer nothing.
void Tls::send_alert(unsigned char number) {
  enter();
  (void)leave(mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL, number));
}

Failure Tls::failure_of(int result) {
  if (starved_) return {Status::tls_memory, Layer::tls, result};
  const unsigned char* const message = ssl_.MBEDTLS_PRIVATE(in_msg);
  const int type = ssl_.MBEDTLS_PRIVATE(in_msgtype);
  switch (result) {
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
    case MBEDTLS_ERR_SSL_BAD_CERTIFICATE: {
      const std::uint32_t flags = mbedtls_ssl_get_verify_result(&ssl_);
      if (flags == 0) break;
      const Status status = refused_with_ != Status::ok ? refused_with_ : refusal_of(flags);
      return {status, Layer::tls, static_cast<std::int32_t>(flags)};
    }
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
      // Mbed TLS says so too of a server that shows an empty chain.
      if (type != MBEDTLS_SSL_MSG_ALERT) return {Status::no_certificate, Layer::tls, result};
      return {Status::tls_alert, Layer::tls, message[1]};
    case MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE:
      // In TLS 1.2 Mbed TLS does not say why.
      if (mbedtls_ssl_get_version_number(&ssl_) == MBEDTLS_SSL_VERSION_TLS1_2)
        send_alert(MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
      break;
    case MBEDTLS_ERR_SSL_INVALID_MAC: {
      const int alert = plain_alert_in(ssl_.MBEDTLS_PRIVATE(in_hdr));
      if (state_ != State::handshaking || alert < 0) break;
      return {Status::tls_alert, Layer::tls, alert};
    }
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
      if (!is_too_large(ssl_.MBEDTLS_PRIVATE(in_hdr))) break;
      return {Status::record_too_large, Layer::tls, result};
    case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
      if (state_ != State::open) break;
      send_alert(MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE);
      if (type == MBEDTLS_SSL_MSG_HANDSHAKE && message[0] == key_update_message)
        return {Status::key_update, Layer::tls, result};
      break;
    default: break;
  }
  return {status_of(result), Layer::tls, result};
}

}  // namespace mote::mbedtls
