// SPDX-License-Identifier: MIT
#include "posix/console.hpp"

#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "console/console.hpp"
#include "mote/base/byte_writer.hpp"
#include "posix/net.hpp"

namespace port {

Button button;

void print(std::string_view line) {
  // Line by line, so that whoever reads a pipe sees each at once.
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

mote::Lasting setting(std::string_view name, mote::Lasting otherwise) {
  std::uint8_t variable[64];
  mote::ByteWriter out{variable};
  out.put("MOTE_");
  for (const char letter : name)
    out.put(letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter);
  out.put('\0');
  if (out.status() != mote::Status::ok) return otherwise;
  const char* const value = std::getenv(out.text().data());
  return value ? mote::Lasting::of(value) : otherwise;
}

void led(bool on) { print(on ? "led on" : "led off"); }

}  // namespace port

namespace mote::posix {
namespace {

std::atomic<bool> pressed{false};
std::atomic<Net*> woken_by_button{nullptr};

void on_signal(int) {
  pressed.store(true);
  if (Net* const net = woken_by_button.load()) net->wake();
}

}  // namespace

void serve_button(Net& net) {
  if (!port::button.on_press) return;
  if (!woken_by_button.load()) {
    woken_by_button.store(&net);
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGUSR1, &action, nullptr);
  }
  if (pressed.load() && pressed.exchange(false)) port::button.on_press();
}

void forget_button(const Net& net) {
  if (woken_by_button.load() == &net) woken_by_button.store(nullptr);
}

}  // namespace mote::posix
