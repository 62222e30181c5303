// SPDX-License-Identifier: MIT
#include "mbedtls/tls_platform.hpp"

#include <mbedtls/platform.h>
#include <mbedtls/platform_time.h>
#include <mbedtls/platform_util.h>
#include <psa/crypto.h>
#include <psa/crypto_extra.h>

#include <cstring>

#include "mbedtls/arena.hpp"

namespace mote::mbedtls {
namespace {

io::Loop* loop_in_use = nullptr;

// The loop's clock without its wrap, as often as somebody asks within 49 days.
std::uint64_t uptime_ms = 0;
Instant uptime_read_at{};

mbedtls_time_t read_time(mbedtls_time_t* out) {
  const Instant instant = loop_in_use->now();
  uptime_ms += instant.ms - uptime_read_at.ms;
  uptime_read_at = instant;
  // Without a clock, ages at least are true: keys of tickets are changed by them.
  const std::uint64_t seconds = loop_in_use->unix_seconds();
  const auto now = static_cast<mbedtls_time_t>(seconds != 0 ? seconds : uptime_ms / 1000);
  if (out) *out = now;
  return now;
}

}  // namespace

Status use_loop(io::Loop& loop) {
  calls_from(loop);
  open_arena();
#if defined(MBEDTLS_PLATFORM_TIME_ALT)
  if (mbedtls_platform_set_time(&read_time) != 0) return Status::tls_failed;
#endif
  switch (psa_crypto_init()) {
    case PSA_SUCCESS: return Status::ok;
    case PSA_ERROR_INSUFFICIENT_MEMORY: return Status::tls_memory;
    default: return Status::tls_failed;
  }
}

void calls_from(io::Loop& loop) {
  if (loop_in_use != &loop) uptime_read_at = loop.now();
  loop_in_use = &loop;
}

int draw_random(void*, unsigned char* out, std::size_t size) {
  loop_in_use->random({out, size});
  return 0;
}

}  // namespace mote::mbedtls

// A firmware may have these already, whose own then are taken; or its Mbed TLS does not ask.
#if defined(MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG)
extern "C" [[gnu::weak]] psa_status_t mbedtls_psa_external_get_random(
    mbedtls_psa_external_random_context_t*,
    std::uint8_t* out,
    std::size_t size,
    std::size_t* filled) {
  using mote::mbedtls::loop_in_use;
  if (!loop_in_use) return PSA_ERROR_INSUFFICIENT_ENTROPY;
  loop_in_use->random({out, size});
  *filled = size;
  return PSA_SUCCESS;
}
#endif

// The age of a session is told by this clock, also after a restart.
#if defined(MBEDTLS_PLATFORM_MS_TIME_ALT)
extern "C" [[gnu::weak]] mbedtls_ms_time_t mbedtls_ms_time(void) {
  return mote::mbedtls::loop_in_use ? mote::mbedtls::read_time(nullptr) * mbedtls_ms_time_t{1000}
                                    : 0;
}
#endif

// The C library's gmtime_r brings time zones along. Days are counted from 1 March of the year 0, so
// that a leap day comes last.
#if defined(MBEDTLS_PLATFORM_GMTIME_R_ALT)
extern "C" [[gnu::weak]] struct tm* mbedtls_platform_gmtime_r(const mbedtls_time_t* at,
                                                              struct tm* out) {
  const auto seconds = static_cast<std::uint64_t>(*at);
  const auto of_day = static_cast<int>(seconds % 86'400);
  const std::uint64_t days = seconds / 86'400 + 719'468;
  const std::uint64_t era = days / 146'097;
  const auto day_of_era = static_cast<int>(days % 146'097);
  const int year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month = (5 * day_of_year + 2) / 153;  // 0 is March
  std::memset(out, 0, sizeof *out);
  out->tm_mday = day_of_year - (153 * month + 2) / 5 + 1;
  out->tm_mon = month < 10 ? month + 2 : month - 10;
  out->tm_year = static_cast<int>(era) * 400 + year_of_era + (month >= 10 ? 1 : 0) - 1900;
  out->tm_hour = of_day / 3600;
  out->tm_min = of_day / 60 % 60;
  out->tm_sec = of_day % 60;
  return out;
}
#endif
