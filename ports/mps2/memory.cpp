// SPDX-License-Identifier: MIT
// The C library's functions on memory, by words: picolibc as Debian builds it works byte by byte,
// which takes six times as many instructions. Cortex-M3 and up load and store words at any address.
#include <cstddef>
#include <cstdint>

#pragma GCC optimize("no-tree-loop-distribute-patterns")

namespace {

using Byte = unsigned char;
using Word = std::uint32_t;

/// A word at any address.
struct [[gnu::packed, gnu::may_alias]] AnyWord {
  Word value;
};

Word load(const Byte* from) { return reinterpret_cast<const AnyWord*>(from)->value; }
void store(Byte* to, Word value) { reinterpret_cast<AnyWord*>(to)->value = value; }

constexpr Word ones = 0x01010101u;
constexpr Word highs = 0x80808080u;

/// Whether one of the bytes of `word` is 0.
constexpr bool has_zero(Word word) { return ((word - ones) & ~word & highs) != 0; }

}  // namespace

extern "C" {

// 12 instructions for 16 bytes, which no compiler was brought to. The registers r0 to r2 hold the
// arguments, r0 the result; loads of a group come before its stores: see memmove().
[[gnu::naked]] void* memcpy(void*, const void*, std::size_t) {
  __asm volatile(
      "push {r0, r4, r5, lr}\n"
      "subs r2, #16\n"
      "blo 2f\n"
      "1: ldr r3, [r1]\n"
      "ldr r4, [r1, #4]\n"
      "ldr r5, [r1, #8]\n"
      "ldr lr, [r1, #12]\n"
      "adds r1, #16\n"
      "str r3, [r0]\n"
      "str r4, [r0, #4]\n"
      "str r5, [r0, #8]\n"
      "str lr, [r0, #12]\n"
      "adds r0, #16\n"
      "subs r2, #16\n"
      "bhs 1b\n"
      "2: adds r2, #12\n"
      "bmi 4f\n"
      "3: ldr r3, [r1], #4\n"
      "str r3, [r0], #4\n"
      "subs r2, #4\n"
      "bpl 3b\n"
      "4: adds r2, #4\n"
      "beq 6f\n"
      "5: ldrb r3, [r1], #1\n"
      "strb r3, [r0], #1\n"
      "subs r2, #1\n"
      "bne 5b\n"
      "6: pop {r0, r4, r5, pc}\n");
}

void* memmove(void* to, const void* from, std::size_t count) {
  auto* out = static_cast<Byte*>(to);
  auto* in = static_cast<const Byte*>(from);
  // Forwards is right where `to` lies before: what a group stores over was loaded with it.
  if (out <= in || out >= in + count) return memcpy(to, from, count);
  for (; count >= 4; count -= 4) store(out + count - 4, load(in + count - 4));
  for (; count > 0; --count) out[count - 1] = in[count - 1];
  return to;
}

void* memset(void* to, int value, std::size_t count) {
  auto* out = static_cast<Byte*>(to);
  const Word word = static_cast<Byte>(value) * ones;
  for (; count >= 16; count -= 16, out += 16) {
    store(out, word);
    store(out + 4, word);
    store(out + 8, word);
    store(out + 12, word);
  }
  for (; count > 0; --count) *out++ = static_cast<Byte>(value);
  return to;
}

int memcmp(const void* left, const void* right, std::size_t count) {
  auto* a = static_cast<const Byte*>(left);
  auto* b = static_cast<const Byte*>(right);
  for (; count >= 4 && load(a) == load(b); count -= 4, a += 4, b += 4) {
  }
  for (; count > 0; --count, ++a, ++b) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

void* memchr(const void* where, int value, std::size_t count) {
  auto* at = static_cast<const Byte*>(where);
  const auto wanted = static_cast<Byte>(value);
  for (; count >= 4 && !has_zero(load(at) ^ wanted * ones); count -= 4) at += 4;
  for (; count > 0; --count, ++at) {
    if (*at == wanted) return const_cast<Byte*>(at);
  }
  return nullptr;
}

// What compilers and libraries call instead (Arm, "Run-time ABI", 4.3.4).
#define MOTE_ALSO_AS(name, function) \
  [[gnu::alias(#function), gnu::copy(function)]] void* name(void*, const void*, std::size_t)
MOTE_ALSO_AS(__aeabi_memcpy, memcpy);
MOTE_ALSO_AS(__aeabi_memcpy4, memcpy);
MOTE_ALSO_AS(__aeabi_memcpy8, memcpy);
MOTE_ALSO_AS(__aeabi_memmove, memmove);
MOTE_ALSO_AS(__aeabi_memmove4, memmove);
MOTE_ALSO_AS(__aeabi_memmove8, memmove);
}
