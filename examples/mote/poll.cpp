// SPDX-License-Identifier: MIT
// mote poll: each answer with news becomes a line of standard output.
#include "mote/polling/poller.hpp"
#include "run.hpp"
#include "tls.hpp"

namespace tool {
namespace {

using mote::Failure;
using mote::Status;

class Poll {
 public:
  Poll(Run& run, const Options& options) : run_(run), options_(options) {
    poller_.on_news = [this](const mote::http::Response& news) { print(news); };
    poller_.ends_at = [this](std::uint16_t code) {
      if (code < 400) run_.went_well();
      return code == 410;
    };
    poller_.on_retry = [this](Failure why, mote::Duration wait) { run_.tell_retry(why, wait); };
    poller_.on_closed = [this](Failure why) {
      run_.complain(options_.url, why);
      run_.finish(why.status == Status::http_status ? refused : failed);
    };
    wishes_.fields = run.fields();
    poller_.use(wishes_);
  }

  Status start() {
    const mote::Lasting url = mote::Lasting::of(options_.url);
    return options_.hold.ms != 0 ? poller_.hold(options_.hold, url)
                                 : poller_.every(options_.every, url);
  }

 private:
  void print(const mote::http::Response& news) {
    if (run_.is_finished()) return;
    std::string line{news.body};
    if (options_.json)
      line = "{\"status\":" + std::to_string(news.code) + ",\"type\":" + json_text(news.type) +
             ",\"data\":" + json_text(news.body) + "}";
    if (!write_out(line + "\n")) return run_.finish(done);
    run_.count();
  }

  Run& run_;
  const Options& options_;
  ClientTls tls_{run_, options_};
  port::Stream stream_{run_.net(), tls_.trust()};
  mote::polling::Options wishes_;
  mote::polling::SizedPoller<65536, 16384> poller_{run_.loop(), stream_};
};

}  // namespace

int poll(const Options& options) {
  ClientRun run(options);
  const auto poll = std::make_unique<Poll>(run, options);  // Too large for a stack.
  return run.begin(poll->start());
}

}  // namespace tool
