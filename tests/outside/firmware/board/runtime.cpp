// SPDX-License-Identifier: MIT
// From reset to main(), and the few functions that C++ names without ever calling them.
#include <cstddef>
#include <cstdint>

extern "C" {
extern std::uint32_t __data_source[], __data_start[], __data_end[], __bss_start[], __bss_end[];
extern std::uint32_t __stack_top[];
using Initialiser = void (*)();
extern Initialiser __init_array_start[], __init_array_end[];

int run_program() __asm("main");  // C++ does not let a program call main().
[[noreturn]] void board_restart();

[[noreturn]] void reset_handler() {
  const std::uint32_t* from = __data_source;
  for (std::uint32_t* to = __data_start; to < __data_end; ++to) *to = *from++;
  for (std::uint32_t* to = __bss_start; to < __bss_end; ++to) *to = 0;
  for (Initialiser* run = __init_array_start; run < __init_array_end; ++run) (*run)();
  run_program();
  board_restart();
}

[[gnu::section(".vectors"), gnu::used]] const void* const vectors[] = {
    __stack_top,
    reinterpret_cast<const void*>(reset_handler),
    reinterpret_cast<const void*>(board_restart),
    reinterpret_cast<const void*>(board_restart),
};

// Objects at namespace scope are never destroyed, and nobody calls what is purely virtual; the
// libraries' own of these bring a heap.
void* __dso_handle = nullptr;
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }
void __cxa_pure_virtual() { board_restart(); }
}
