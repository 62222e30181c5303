// SPDX-License-Identifier: MIT
#pragma once

// lwIP compiled for the machine that runs the tests; both stacks of the laboratory use it.

#include <stdio.h>
#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(x) printf x
#define LWIP_PLATFORM_ASSERT(x)                                        \
  do {                                                                 \
    fprintf(stderr, "lwIP: %s (%s:%d)\n", x, __FILE__, __LINE__);      \
    abort();                                                           \
  } while (0)

#ifdef __cplusplus
extern "C" {
#endif
unsigned int lab_random(void);
#ifdef __cplusplus
}
#endif
#define LWIP_RAND() lab_random()
