// SPDX-License-Identifier: MIT
// Calls from the emulated processor to the emulator (Arm, "Semihosting for AArch32 and AArch64").
#include "mote/base/expects.hpp"
#include "mps2/board.hpp"

namespace mote::mps2 {

namespace {

using Word = std::uint32_t;

enum class Call : Word {
  open = 0x01,
  read = 0x06,
  time = 0x11,
  get_command_line = 0x15,
  exit_extended = 0x20
};

Word ask_host(Call call, const void* parameters) {
  register Word r0 __asm("r0") = static_cast<Word>(call);
  register const void* r1 __asm("r1") = parameters;
  __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

Word address_of(const void* object) { return reinterpret_cast<Word>(object); }

constexpr Word application_exit = 0x20026;
constexpr Word failed = 0xFFFFFFFFu;

Word open_entropy() {
  print("random numbers come from the emulator's host: a test bench, not a product");
  static constexpr char path[] = "/dev/urandom";
  const Word open[] = {address_of(path), 1, sizeof path - 1};  // 1: "rb"
  const Word file = ask_host(Call::open, open);
  expects(file != failed);
  return file;
}

}  // namespace

void exit(int code) {
  const Word parameters[] = {application_exit, static_cast<Word>(code)};
  for (;;) (void)ask_host(Call::exit_extended, parameters);
}

void entropy(ByteSpan out) {
  // A call to the host costs as much as hundreds of bytes.
  static Word file = failed;
  static std::uint8_t pool[64];
  static std::size_t left = 0;
  for (std::uint8_t& byte : out) {
    if (left == 0) {
      if (file == failed) file = open_entropy();
      const Word read[] = {file, address_of(pool), sizeof pool};
      expects(ask_host(Call::read, read) == 0);  // The result is what was not read.
      left = sizeof pool;
    }
    byte = pool[--left];
    pool[left] = 0;
  }
}

std::uint64_t unix_seconds() {
  if (argument("clock") == "none") return 0;
  const Word seconds = ask_host(Call::time, nullptr);
  return seconds == failed ? 0 : seconds;
}

std::string_view command_line() {
  static char text[512];
  static Word length = failed;
  if (length == failed) {
    Word where[] = {address_of(text), sizeof text};
    length = ask_host(Call::get_command_line, where) == 0 ? where[1] : 0;
    while (length > 0 && text[length - 1] == '\0') --length;
  }
  return {text, length};
}

std::string_view argument(std::string_view name) {
  std::string_view rest = command_line();
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (word.size() > name.size() && word[name.size()] == '=' &&
        word.substr(0, name.size()) == name) {
      return word.substr(name.size() + 1);
    }
    rest.remove_prefix(word.size() < rest.size() ? word.size() + 1 : rest.size());
  }
  return {};
}

}  // namespace mote::mps2
