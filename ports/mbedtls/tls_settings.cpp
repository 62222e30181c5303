// SPDX-License-Identifier: MIT
#include "mbedtls/tls_settings.hpp"

#include "mbedtls/tls_arena.hpp"
#include "mbedtls/tls_platform.hpp"

namespace mote::mbedtls {
namespace {

const char* const protocols[] = {"http/1.1", nullptr};

// What is built, in the order of preference (tls_choices.cmake). Mbed TLS passes over suites that
// it has not.
const int suites[] = {MOTE_TLS_SUITES, 0};
const std::uint16_t groups[] = {MOTE_TLS_GROUPS, MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

/// Adds certificates where they lie. Returns false when one is none, or there is no memory.
bool add_in_place(mbedtls_x509_crt& to, Span<const ByteView> certificates) {
  for (const ByteView bytes : certificates)
    if (mbedtls_x509_crt_parse_der_nocopy(&to, bytes.data(), bytes.size()) != 0) return false;
  return true;
}

}  // namespace

Settings::Settings() {
  mbedtls_ssl_config_init(&config_);
  mbedtls_x509_crt_init(&certificates_);
}

Settings::~Settings() { end(); }

Status Settings::begin(io::Loop& loop, int endpoint) {
  if (const Status status = use_loop(loop); status != Status::ok) return status;
  const int result = mbedtls_ssl_config_defaults(
      &config_, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (result != 0) return Status::tls_memory;
  mbedtls_ssl_conf_rng(&config_, &draw_random, &loop);
  mbedtls_ssl_conf_ciphersuites(&config_, suites);
  mbedtls_ssl_conf_groups(&config_, groups);
  if (mbedtls_ssl_conf_alpn_protocols(&config_, const_cast<const char**>(protocols)) != 0)
    return Status::tls_failed;
  return Status::ok;
}

void Settings::end() {
  mbedtls_ssl_config_free(&config_);
  mbedtls_x509_crt_free(&certificates_);
  mbedtls_ssl_config_init(&config_);
  mbedtls_x509_crt_init(&certificates_);
  opened_ = false;
}

Status Trust::open(io::Loop& loop) {
  if (opened_) return use_loop(loop);
  const std::uint32_t refused = arena_use().refused;
  Status status = begin(loop, MBEDTLS_SSL_IS_CLIENT);
  if (status == Status::ok && !add_in_place(certificates_, roots_)) status = Status::bad_argument;
  if (status != Status::ok) {
    end();
    return arena_use().refused != refused ? Status::tls_memory : status;
  }
  mbedtls_ssl_conf_ca_chain(&config_, &certificates_, nullptr);
  mbedtls_ssl_conf_authmode(&config_,
                            verifies_ ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
  opened_ = true;
  return Status::ok;
}

Identity::Identity(Span<const ByteView> chain, ByteView key) : chain_(chain), key_bytes_(key) {
  mbedtls_pk_init(&key_);
}

Identity::~Identity() { mbedtls_pk_free(&key_); }

Status Identity::open(io::Loop& loop) {
  if (opened_) return use_loop(loop);
  const std::uint32_t refused = arena_use().refused;
  Status status = begin(loop, MBEDTLS_SSL_IS_SERVER);
  if (status == Status::ok) {
    const bool stands =
        add_in_place(certificates_, chain_) &&
        mbedtls_pk_parse_key(
            &key_, key_bytes_.data(), key_bytes_.size(), nullptr, 0, &draw_random, &loop) == 0 &&
        mbedtls_pk_check_pair(&certificates_.pk, &key_, &draw_random, &loop) == 0 &&
        mbedtls_ssl_conf_own_cert(&config_, &certificates_, &key_) == 0;
    if (!stands) status = Status::bad_argument;
  }
#if MOTE_TLS_SERVER
  if (status == Status::ok && tickets_) status = tickets_->open(loop, config_);
#endif
  if (status != Status::ok) {
    mbedtls_pk_free(&key_);
    end();
    return arena_use().refused != refused ? Status::tls_memory : status;
  }
  opened_ = true;
  return Status::ok;
}

}  // namespace mote::mbedtls
