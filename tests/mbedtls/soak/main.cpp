// SPDX-License-Identifier: MIT
// tls_soak [I/N] [options of GoogleTest]: all cases, or every N-th of them beginning with the I-th.
#include <gtest/gtest.h>

#include <cstdio>

#include "mbedtls/soak/course.hpp"

int main(int count, char** words) {
  testing::InitGoogleTest(&count, words);
  unsigned index = 0, of = 1;
  if (count == 2 && (std::sscanf(words[1], "%u/%u", &index, &of) != 2 || index >= of)) {
    std::fprintf(stderr, "tls_soak [I/N]: '%s' is no share\n", words[1]);
    return 2;
  }
  mote::mbedtls::share = {index, of};
  return RUN_ALL_TESTS();
}
