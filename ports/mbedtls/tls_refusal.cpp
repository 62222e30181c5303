// SPDX-License-Identifier: MIT
#include "mbedtls/tls_refusal.hpp"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

namespace mote::mbedtls {
namespace {

// The order is that in which trust is built: where nobody known vouches for a certificate, what it
// says of itself means nothing; where its key can be forged, neither; and so on.
constexpr struct {
  std::uint32_t flags;
  Status status;
} refusals[] = {
    {MBEDTLS_X509_BADCERT_MISSING, Status::no_certificate},
    {MBEDTLS_X509_BADCERT_NOT_TRUSTED, Status::untrusted_root},
    {issuer_flag, Status::wrong_usage},
    {MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY,
     Status::weak_certificate},
    {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, Status::wrong_usage},
    {MBEDTLS_X509_BADCERT_EXPIRED, Status::expired},
    {MBEDTLS_X509_BADCERT_FUTURE, Status::not_yet_valid},
    {MBEDTLS_X509_BADCERT_CN_MISMATCH, Status::wrong_name},
    {pin_flag, Status::wrong_pin},
    {MBEDTLS_X509_BADCERT_OTHER, Status::refused_certificate},
};

/// Codes without their sign and without the seven bits for the module that was called.
constexpr struct {
  std::uint16_t first, last;
  Status status;
} meanings[] = {
    {-MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG,
     -MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG,
     Status::weak_certificate},
    // From a feature that is not there, such as name constraints, to signatures that contradict.
    {-MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE,
     -MBEDTLS_ERR_X509_SIG_MISMATCH,
     Status::unreadable_certificate},
    {-MBEDTLS_ERR_X509_CERT_UNKNOWN_FORMAT,
     -MBEDTLS_ERR_X509_BAD_INPUT_DATA,
     Status::unreadable_certificate},
    {-MBEDTLS_ERR_X509_ALLOC_FAILED, -MBEDTLS_ERR_X509_ALLOC_FAILED, Status::tls_memory},
    // More certificates between its own and a root than Mbed TLS follows.
    {-MBEDTLS_ERR_X509_FATAL_ERROR, -MBEDTLS_ERR_X509_FATAL_ERROR, Status::unreadable_certificate},
    {-MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE,
     -MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE,
     Status::weak_certificate},
    {-MBEDTLS_ERR_PK_INVALID_ALG, -MBEDTLS_ERR_PK_INVALID_PUBKEY, Status::unreadable_certificate},
    {-MBEDTLS_ERR_PK_UNKNOWN_PK_ALG, -MBEDTLS_ERR_PK_UNKNOWN_PK_ALG, Status::weak_certificate},
    {-MBEDTLS_ERR_PK_KEY_INVALID_FORMAT,
     -MBEDTLS_ERR_PK_KEY_INVALID_FORMAT,
     Status::unreadable_certificate},
    {-MBEDTLS_ERR_PK_ALLOC_FAILED, -MBEDTLS_ERR_PK_ALLOC_FAILED, Status::tls_memory},
    {-MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL,
     -MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL,
     Status::record_too_large},
    // A record, or a message of a handshake, that does not fit.
    {-MBEDTLS_ERR_SSL_BAD_INPUT_DATA, -MBEDTLS_ERR_SSL_BAD_INPUT_DATA, Status::record_too_large},
    // What came is no TLS, was changed on its way, or is not what should come now.
    {-MBEDTLS_ERR_SSL_INVALID_MAC, -MBEDTLS_ERR_SSL_INVALID_RECORD, Status::protocol_error},
    {-MBEDTLS_ERR_SSL_DECODE_ERROR, -MBEDTLS_ERR_SSL_DECODE_ERROR, Status::protocol_error},
    {-MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE,
     -MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE,
     Status::protocol_error},
    {-MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER,
     -MBEDTLS_ERR_SSL_UNEXPECTED_RECORD,
     Status::protocol_error},
    {-MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE,
     -MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE,
     Status::protocol_error},
    {-MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE,
     -MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION,
     Status::protocol_error},
    {-MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION,
     -MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL,
     Status::protocol_error},
    {-MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE,
     -MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE,
     Status::weak_certificate},
    // Of the signature over a handshake, and of the point that came with it.
    {-MBEDTLS_ERR_RSA_BAD_INPUT_DATA, -MBEDTLS_ERR_RSA_INVALID_PADDING, Status::protocol_error},
    {-MBEDTLS_ERR_RSA_VERIFY_FAILED, -MBEDTLS_ERR_RSA_VERIFY_FAILED, Status::protocol_error},
    {-MBEDTLS_ERR_ECP_SIG_LEN_MISMATCH, -MBEDTLS_ERR_ECP_INVALID_KEY, Status::protocol_error},
    {-MBEDTLS_ERR_ECP_VERIFY_FAILED, -MBEDTLS_ERR_ECP_VERIFY_FAILED, Status::protocol_error},
    {-MBEDTLS_ERR_ECP_BAD_INPUT_DATA, -MBEDTLS_ERR_ECP_BAD_INPUT_DATA, Status::protocol_error},
    {-MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE,
     -MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE,
     Status::no_certificate},
    {-MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, -MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, Status::tls_alert},
    {-MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, -MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY, Status::tls_alert},
    {-MBEDTLS_ERR_SSL_BAD_CERTIFICATE,
     -MBEDTLS_ERR_SSL_BAD_CERTIFICATE,
     Status::unreadable_certificate},
    {-MBEDTLS_ERR_SSL_ALLOC_FAILED, -MBEDTLS_ERR_SSL_ALLOC_FAILED, Status::tls_memory},
};

}  // namespace

Status refusal_of(std::uint32_t flags) {
  for (const auto& row : refusals)
    if (flags & row.flags) return row.status;
  return Status::tls_failed;
}

Status status_of(int result) {
  const int code = -result & 0xFF80;
  for (const auto& row : meanings)
    if (code >= row.first && code <= row.last) return row.status;
  return Status::tls_failed;
}

}  // namespace mote::mbedtls
