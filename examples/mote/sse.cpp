// SPDX-License-Identifier: MIT
// mote sse: the events of a stream become lines of standard output.
#include "mote/sse/source.hpp"
#include "run.hpp"
#include "tls.hpp"

namespace tool {
namespace {

using mote::Failure;
using mote::Status;

class Events {
 public:
  Events(Run& run, const Options& options) : run_(run), options_(options) {
    source_.on_open = [this] {
      run_.went_well();
      run_.tell("open");
    };
    source_.on_event = [this](const mote::sse::Event& event) { print(event); };
    source_.on_too_large = [this](const mote::sse::Event& event) {
      run_.complain(event.type, "an event did not fit and was left out");
    };
    source_.on_retry = [this](Failure why, mote::Duration wait) { run_.tell_retry(why, wait); };
    source_.on_closed = [this](Failure why) {
      if (why.status == Status::closed) return run_.finish(done);
      run_.complain(options_.url, why);
      run_.finish(why.status == Status::http_status ? refused : failed);
    };
    wishes_.fields = run.fields();
    source_.use(wishes_);
  }

  Status open() { return source_.open(mote::Lasting::of(options_.url)); }

 private:
  void print(const mote::sse::Event& event) {
    if (run_.is_finished()) return;
    std::string line{event.data};
    if (options_.json)
      line = "{\"event\":" + json_text(event.type) + ",\"data\":" + json_text(event.data) +
             ",\"id\":" + json_text(event.id) + "}";
    if (!write_out(line + "\n")) return run_.finish(done);
    run_.count();
  }

  Run& run_;
  const Options& options_;
  ClientTls tls_{run_, options_};
  port::Stream stream_{run_.net(), tls_.trust()};
  mote::sse::Options wishes_;
  mote::sse::SizedSource<1 << 20, 16384> source_{run_.loop(), stream_};
};

}  // namespace

int sse(const Options& options) {
  ClientRun run(options);
  const auto events = std::make_unique<Events>(run, options);  // Too large for a stack.
  return run.begin(events->open());
}

}  // namespace tool
