// SPDX-License-Identifier: MIT
// There is no heap: whoever uses `new` does not link, and whose static destructor would want one
// keeps its object for ever.
#include <cstddef>

#include "mote/base/expects.hpp"

/// Nowhere defined. "undefined reference to heap_use_is_forbidden" names who allocates.
void* heap_use_is_forbidden(std::size_t bytes);

void* operator new(std::size_t bytes) { return heap_use_is_forbidden(bytes); }
void* operator new[](std::size_t bytes) { return heap_use_is_forbidden(bytes); }

// A virtual destructor mentions delete, though it is never called.
void operator delete(void*) noexcept { __builtin_trap(); }
void operator delete[](void*) noexcept { __builtin_trap(); }
void operator delete(void*, std::size_t) noexcept { __builtin_trap(); }
void operator delete[](void*, std::size_t) noexcept { __builtin_trap(); }

// What headers of the library call where they would throw, as string_view::substr() does: the
// library's own brings exceptions, strings and malloc with it.
namespace std {
[[noreturn]] void __throw_out_of_range_fmt(const char*, ...);
[[noreturn]] void __throw_out_of_range(const char*);
[[noreturn]] void __throw_length_error(const char*);
[[noreturn]] void __throw_logic_error(const char*);
void __throw_out_of_range_fmt(const char*, ...) { mote::contract_broken(); }
void __throw_out_of_range(const char*) { mote::contract_broken(); }
void __throw_length_error(const char*) { mote::contract_broken(); }
void __throw_logic_error(const char*) { mote::contract_broken(); }
}  // namespace std

extern "C" {
void* __dso_handle = nullptr;

// Nothing is destroyed at the end: the end is the emulator's.
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
void __cxa_pure_virtual() { __builtin_trap(); }
}
