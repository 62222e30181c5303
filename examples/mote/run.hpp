// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <port/port.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/callback.hpp"
#include "mote/base/status.hpp"
#include "mote/http/field.hpp"
#include "options.hpp"

namespace tool {

/// The loop of one command: it runs until finish(), or until --timeout is over, SIGINT or SIGTERM
/// comes, or -n things were counted; these call stop().
class Run {
 public:
  Run(mote::posix::Net& net, const Options& options);
  ~Run();

  mote::io::Loop& loop() { return net_; }
  mote::posix::Net& net() { return net_; }
  /// Runs until finish(), and returns what it was given; when `status` says that what was to run
  /// could not begin, complains instead.
  int begin(mote::Status status);
  void finish(int exit);
  /// Whether finish() was called: then nothing more is printed.
  bool is_finished() const { return finished_; }
  /// Finishes, unless on_stop is there to do so once all is brought to its end; called again it
  /// waits for that no more.
  void stop(int exit);
  bool is_stopping() const { return stopping_; }
  mote::Callback<void(int exit)> on_stop;
  /// Counts one thing received; stops when -n of them came.
  void count();

  /// A line on standard error; the first three always, the last with --verbose.
  void warn(std::string_view what);
  void complain(std::string_view what, std::string_view why);
  void complain(std::string_view what, const mote::Failure& why);
  void tell(std::string_view what);

  /// For on_retry. The first failure in a row is always said, those after it with --verbose; one
  /// that trying again does not mend finishes.
  void tell_retry(const mote::Failure& why, mote::Duration wait);
  /// The next failure is the first in a row.
  void went_well() { failing_ = false; }

  /// --header as fields. Complains and finishes when one has no colon.
  mote::Span<const mote::http::Field> fields();

 private:
  const Options& options_;
  mote::posix::Net& net_;
  mote::io::Timer timeout_;
  mote::io::Signal interrupted_;
  std::vector<mote::http::Field> fields_;
  std::uint64_t counted_ = 0;
  int exit_ = failed;
  bool finished_ = false;
  bool stopping_ = false;
  bool failing_ = false;
};

template <std::size_t Blocks>
struct RunNet {
  port::SizedNet<Blocks, 65536> its_net;
};

/// A Run with its blocks, of 64 KiB each.
template <std::size_t Blocks>
class SizedRun final : RunNet<Blocks>, public Run {
 public:
  explicit SizedRun(const Options& options) : Run(this->its_net, options) {}
};

using ClientRun = SizedRun<16>;
/// A block for each connection of a Service that is in the middle of a request, and some to answer
/// from. Too large for a stack.
using ServerRun = SizedRun<1024 + 128>;

/// Reads standard input line by line beside the loop, at most some lines ahead.
class Lines {
 public:
  /// `on_line` is called from the loop when take() may give something, or at the end.
  Lines(mote::io::Loop& loop, mote::Callback<void()> on_line);
  ~Lines();

  void start();
  /// The next line, without its end; nothing when none is there yet.
  std::optional<std::string> take();
  /// Whether standard input ended and every line was taken.
  bool ended();

 private:
  /// Shared with the reader, which nobody can call off while it waits for a terminal: it outlives
  /// the loop, and then has nobody to tell.
  struct Shared {
    std::mutex mutex;
    std::condition_variable taken;
    std::deque<std::string> lines;
    mote::io::Signal* signal = nullptr;
    bool ended = false;
  };
  static void read(const std::shared_ptr<Shared>& shared);
  static bool add(Shared& shared, std::string line);

  mote::io::Signal signal_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  bool started_ = false;
};

/// Writes bytes to standard output at once. Returns false when nobody reads them any more.
bool write_out(std::string_view bytes);

/// A JSON text for `bytes`: a string when they are UTF-8, else {"base64": …}.
std::string json_text(std::string_view bytes);

}  // namespace tool
