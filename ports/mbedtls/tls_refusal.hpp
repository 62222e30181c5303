// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "mote/base/status.hpp"

namespace mote::mbedtls {

/// Reasons to refuse a certificate for which Mbed TLS has no flag; none of its own has these bits.
constexpr std::uint32_t issuer_flag = 1u << 24;  ///< its issuer was shown, and may not issue it
constexpr std::uint32_t pin_flag = 1u << 25;     ///< no key in the chain is one of those expected

/// The most fundamental of the reasons in `flags`, MBEDTLS_X509_BADCERT_… and the two above;
/// `tls_failed` when there is none.
Status refusal_of(std::uint32_t flags);

/// What a negative code of Mbed TLS means.
Status status_of(int result);

}  // namespace mote::mbedtls
