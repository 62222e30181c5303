// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "mote/encoding/base64.hpp"
#include "mote/encoding/utf8.hpp"
#include "tls.hpp"

namespace tool {
namespace {

/// Lines read ahead of what could be sent: then the reader waits.
constexpr std::size_t lines_ahead = 64;

mote::io::Signal* interrupted = nullptr;

void on_interrupt(int) {
  if (interrupted) interrupted->raise();
}

/// Whether trying again will not help: somebody must change a certificate, or the command.
bool is_lasting(mote::Status status) {
  using mote::Status;
  switch (status) {
    case Status::insecure:
    case Status::no_roots:
    case Status::untrusted_root:
    case Status::wrong_name:
    case Status::expired:
    case Status::wrong_usage:
    case Status::weak_certificate:
    case Status::unreadable_certificate:
    case Status::wrong_pin:
    case Status::refused_certificate: return true;
    default: return false;
  }
}

}  // namespace

Run::Run(mote::posix::Net& net, const Options& options)
    : options_(options),
      net_(net),
      timeout_(net_,
               [this] {
                 tell("out of time");
                 stop(out_of_time);
               }),
      interrupted_(net_, [this] { stop(done); }) {
  interrupted = &interrupted_;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGPIPE, SIG_IGN);
  timeout_.start(options.timeout);
}

Run::~Run() { interrupted = nullptr; }

int Run::begin(mote::Status status) {
  if (status != mote::Status::ok) {
    complain(options_.url, to_string(status));
    return misused;
  }
  if (!finished_) net_.run();
  return exit_;
}

void Run::finish(int exit) {
  exit_ = exit;
  finished_ = true;
  net_.stop();
}

void Run::stop(int exit) {
  if (!on_stop || stopping_) return finish(exit);
  stopping_ = true;
  on_stop(exit);
}

void Run::count() {
  if (++counted_ == options_.count) stop(done);
}

void Run::complain(std::string_view what, std::string_view why) {
  std::fprintf(stderr,
               "mote: %.*s: %.*s\n",
               static_cast<int>(what.size()),
               what.data(),
               static_cast<int>(why.size()),
               why.data());
}

void Run::complain(std::string_view what, const mote::Failure& why) {
  complain(what, words_for(why, options_));
}

void Run::warn(std::string_view what) {
  std::fprintf(stderr, "mote: %.*s\n", static_cast<int>(what.size()), what.data());
}

void Run::tell(std::string_view what) {
  if (options_.verbose) warn(what);
}

void Run::tell_retry(const mote::Failure& why, mote::Duration wait) {
  if (is_lasting(why.status)) {
    complain(options_.url, why);
    return finish(failed);
  }
  const std::string again = ", again in " + std::to_string(wait.ms) + " ms";
  // What a server has brought to its end in good order did not fail.
  if (failing_ || why.status == mote::Status::closed)
    return tell(std::string(to_string(why.status)) + again);
  failing_ = true;
  complain(options_.url, words_for(why, options_, again));
}

mote::Span<const mote::http::Field> Run::fields() {
  for (const std::string& field : options_.fields) {
    const auto colon = field.find(':');
    if (colon == std::string::npos) {
      complain("--header", "\"" + field + "\" has no colon");
      finish(misused);
      return {};
    }
    std::string_view value = std::string_view(field).substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    fields_.push_back({std::string_view(field).substr(0, colon), value});
  }
  return {fields_.data(), fields_.size()};
}

Lines::Lines(mote::io::Loop& loop, mote::Callback<void()> on_line) : signal_(loop, on_line) {
  shared_->signal = &signal_;
}

Lines::~Lines() {
  const std::lock_guard lock(shared_->mutex);
  shared_->signal = nullptr;
  shared_->taken.notify_one();
}

void Lines::start() {
  if (started_) return;
  started_ = true;
  std::thread(read, shared_).detach();
}

void Lines::read(const std::shared_ptr<Shared>& shared) {
  std::string line;
  char piece[4096];
  for (ssize_t size; (size = ::read(STDIN_FILENO, piece, sizeof piece)) > 0;) {
    for (ssize_t i = 0; i < size; ++i) {
      if (piece[i] != '\n') {
        line += piece[i];
        continue;
      }
      if (!add(*shared, std::move(line))) return;
      line.clear();
    }
  }
  if (!line.empty() && !add(*shared, std::move(line))) return;
  const std::lock_guard lock(shared->mutex);
  shared->ended = true;
  if (shared->signal) shared->signal->raise();
}

/// Returns false when nobody takes lines any more.
bool Lines::add(Shared& shared, std::string line) {
  std::unique_lock lock(shared.mutex);
  shared.taken.wait(lock, [&] { return !shared.signal || shared.lines.size() < lines_ahead; });
  if (!shared.signal) return false;
  shared.lines.push_back(std::move(line));
  shared.signal->raise();
  return true;
}

std::optional<std::string> Lines::take() {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->lines.empty()) return {};
  std::string line = std::move(shared_->lines.front());
  shared_->lines.pop_front();
  shared_->taken.notify_one();
  return line;
}

bool Lines::ended() {
  const std::lock_guard lock(shared_->mutex);
  return shared_->ended && shared_->lines.empty();
}

bool write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (size < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

std::string json_text(std::string_view bytes) {
  if (mote::encoding::is_utf8(mote::bytes_of(bytes))) return nlohmann::json(bytes).dump();
  std::vector<std::uint8_t> room(mote::encoding::base64_size(bytes.size()));
  mote::ByteWriter out{mote::ByteSpan{room.data(), room.size()}};
  mote::encoding::put_base64(out, mote::bytes_of(bytes));
  return nlohmann::json{{"base64", out.text()}}.dump();
}

}  // namespace tool
