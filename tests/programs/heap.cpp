// SPDX-License-Identifier: MIT
// Two ways to a heap, and one to printf, that no image of this board may take.
#include <cstdio>
#include <cstdlib>

volatile int size = 4;

int main() {
#if defined(HEAP_BY_operator_new)
  int* volatile number = new int(size);
  return *number;
#elif defined(HEAP_BY_malloc)
  void* volatile memory = std::malloc(static_cast<std::size_t>(size));
  return memory != nullptr;
#else
  char text[16];
  return std::snprintf(text, sizeof text, "%d", size);
#endif
}
