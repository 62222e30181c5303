// SPDX-License-Identifier: MIT
#include "mbedtls/tls_settings.hpp"

#include <algorithm>

#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_features.hpp"
#include "mbedtls/tls_platform.hpp"
#include "mote/base/expects.hpp"

namespace mote::mbedtls {
namespace {

const char* const protocols[] = {"http/1.1", nullptr};

// What is built, in the order of preference (tls_choices.cmake). Mbed TLS passes over suites that
// it has not.
const int suites[] = {MOTE_TLS_SUITES, 0};
const std::uint16_t groups[] = {MOTE_TLS_GROUPS, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

/// Asks a server for records no longer than there is room for, where there is less than any needs.
/// TLS 1.3 has a way of its own (record_size_limit, RFC 8449), which Mbed TLS goes by itself.
bool ask_for_short_records([[maybe_unused]] mbedtls_ssl_config& config) {
#if defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH) && MBEDTLS_SSL_IN_CONTENT_LEN < 16384
  // Both directions hold to it (RFC 6066 §4).
  constexpr int most = std::min(MBEDTLS_SSL_IN_CONTENT_LEN, MBEDTLS_SSL_OUT_CONTENT_LEN);
  constexpr unsigned char code = most >= 4096   ? MBEDTLS_SSL_MAX_FRAG_LEN_4096
                                 : most >= 2048 ? MBEDTLS_SSL_MAX_FRAG_LEN_2048
                                 : most >= 1024 ? MBEDTLS_SSL_MAX_FRAG_LEN_1024
                                                : MBEDTLS_SSL_MAX_FRAG_LEN_512;
  return mbedtls_ssl_conf_max_frag_len(&config, code) == 0;
#else
  return true;
#endif
}

}  // namespace

Settings::Settings() {
  mbedtls_ssl_config_init(&config_);
  mbedtls_x509_crt_init(&certificates_);
}

Settings::~Settings() {
  end();
  mbedtls_x509_crt_free(&certificates_);
}

Status Settings::begin(io::Loop& loop, int endpoint) {
  if (const Status status = use_loop(loop); status != Status::ok) return status;
  const int result = mbedtls_ssl_config_defaults(
      &config_, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (result != 0) return Status::tls_memory;
  mbedtls_ssl_conf_rng(&config_, &draw_random, nullptr);
  mbedtls_ssl_conf_ciphersuites(&config_, suites);
  mbedtls_ssl_conf_groups(&config_, groups);
  if (endpoint == MBEDTLS_SSL_IS_CLIENT && !ask_for_short_records(config_))
    return Status::tls_failed;
  if (mbedtls_ssl_conf_alpn_protocols(&config_, const_cast<const char**>(protocols)) != 0)
    return Status::tls_failed;
  return Status::ok;
}

/// What was read stays: the other role may use it.
void Settings::end() {
  mbedtls_ssl_config_free(&config_);
  mbedtls_ssl_config_init(&config_);
  opened_ = false;
}

Status Settings::read(Span<const ByteView> certificates, Unreadable ones) {
  if (read_) return Status::ok;
  const std::uint32_t refused = arena_use().refused;
  Status status = Status::ok;
  bool any = certificates.empty();
  for (const ByteView bytes : certificates) {
    if (mbedtls_x509_crt_parse_der_nocopy(&certificates_, bytes.data(), bytes.size()) == 0) {
      any = true;
      continue;
    }
    if (arena_use().refused != refused) status = Status::tls_memory;
    if (ones == Unreadable::refused && status == Status::ok) status = Status::bad_argument;
    if (status != Status::ok) break;
  }
  if (status == Status::ok && !any) status = Status::no_roots;
  read_ = status == Status::ok;
  if (read_) return status;
  mbedtls_x509_crt_free(&certificates_);
  mbedtls_x509_crt_init(&certificates_);
  return status;
}

void Trust::show(Identity& identity) {
  expects(!opened_);
  shown_ = &identity;
}

Status Trust::open(io::Loop& loop) {
  if (opened_) return use_loop(loop);
  Status status = begin(loop, MBEDTLS_SSL_IS_CLIENT);
  if (status == Status::ok) status = read_roots();
  if (status == Status::ok && shown_) status = shown_->show_in(config_);
  if (status != Status::ok) {
    end();
    return status;
  }
  mbedtls_ssl_conf_ca_chain(&config_, &certificates_, nullptr);
  mbedtls_ssl_conf_authmode(&config_,
                            verifies_ ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
  opened_ = true;
  return Status::ok;
}

bool Trust::has_pin_of(const mbedtls_x509_crt& certificate) const {
  const crypto::Sha256 key = crypto::sha256({certificate.pk_raw.p, certificate.pk_raw.len});
  for (const crypto::Sha256& pin : pins_)
    if (pin == key) return true;
  return false;
}

Identity::Identity(Span<const ByteView> chain, ByteView key) : chain_(chain), key_bytes_(key) {
  mbedtls_pk_init(&key_);
}

Identity::~Identity() { mbedtls_pk_free(&key_); }

void Identity::require(Trust& trust) {
  expects(!opened_);
  required_ = &trust;
}

Status Identity::open(io::Loop& loop) {
  if (opened_) return use_loop(loop);
  Status status = begin(loop, MBEDTLS_SSL_IS_SERVER);
  if (status == Status::ok) status = show_in(config_);
  if (status == Status::ok && required_) status = required_->read_roots();
  // Who resumes shows no certificate, and the application would not know who it is.
  if (status == Status::ok && tickets_ && !required_) status = tickets_->open(loop, config_);
  if (status != Status::ok) {
    end();
    return status;
  }
  if (required_) {
    mbedtls_ssl_conf_ca_chain(&config_, &required_->certificates_, nullptr);
    mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
  }
  opened_ = true;
  return Status::ok;
}

Status Identity::show_in(mbedtls_ssl_config& config) {
  const std::uint32_t refused = arena_use().refused;
  if (const Status status = read_chain(); status != Status::ok) return status;
  if (mbedtls_ssl_conf_own_cert(&config, &certificates_, &key_) == 0) return Status::ok;
  return arena_use().refused != refused ? Status::tls_memory : Status::bad_argument;
}

/// The chain, and the key that belongs to it.
Status Identity::read_chain() {
  if (read_) return Status::ok;
  const std::uint32_t refused = arena_use().refused;
  if (const Status status = read(chain_); status != Status::ok) return status;
  if (mbedtls_pk_parse_key(
          &key_, key_bytes_.data(), key_bytes_.size(), nullptr, 0, &draw_random, nullptr) == 0 &&
      mbedtls_pk_check_pair(&certificates_.pk, &key_, &draw_random, nullptr) == 0)
    return Status::ok;
  mbedtls_pk_free(&key_);
  mbedtls_x509_crt_free(&certificates_);
  mbedtls_x509_crt_init(&certificates_);
  read_ = false;
  return arena_use().refused != refused ? Status::tls_memory : Status::bad_argument;
}

}  // namespace mote::mbedtls
