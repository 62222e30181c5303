// SPDX-License-Identifier: MIT
// mote hook send: lines of standard input become signed deliveries.
#include "mote/webhook/sender.hpp"
#include "run.hpp"
#include "tls.hpp"

namespace tool {
namespace {

using mote::Status;
using mote::webhook::Delivery;

class Hooks {
 public:
  Hooks(Run& run, const Options& options)
      : run_(run),
        options_(options),
        sender_(run.loop(),
                stream_,
                {mote::Lasting::of(options.url), mote::Lasting::of(options.secret), run.fields()}),
        lines_(run.loop(), [this] { post(); }) {
    sender_.on_delivered = [this](const Delivery& delivery) { on_told(delivery, true); };
    sender_.on_given_up = [this](const Delivery& delivery) { on_told(delivery, false); };
    sender_.on_retry = [this](mote::Failure why, mote::Duration wait) {
      run_.tell_retry(why, wait);
    };
    lines_.start();
  }

 private:
  void on_told(const Delivery& delivery, bool delivered) {
    run_.went_well();
    if (!delivered) {
      all_delivered_ = false;
      run_.complain(delivery.id, delivery.why);
    }
    std::string line{delivery.id};
    if (options_.json)
      line = "{\"id\":" + json_text(delivery.id) +
             ",\"delivered\":" + (delivered ? "true" : "false") +
             ",\"status\":" + std::to_string(delivery.why.native) +
             ",\"attempts\":" + std::to_string(delivery.attempts) + "}";
    if (delivered || options_.json) write_out(line + "\n");
    post();
  }

  /// Takes as many lines as the queue has places for.
  void post() {
    for (;;) {
      if (next_.empty()) {
        auto line = lines_.take();
        if (!line) break;
        next_ = std::move(*line);
        if (next_.empty()) continue;
      }
      const Status status = sender_.post(options_.type, next_);
      if (status == Status::no_slot) return;
      if (status != Status::ok) {
        run_.complain(options_.url, to_string(status));
        return run_.finish(misused);
      }
      next_.clear();
    }
    if (lines_.ended() && sender_.waiting() == 0) run_.finish(all_delivered_ ? done : failed);
  }

  Run& run_;
  const Options& options_;
  ClientTls tls_{run_, options_};
  port::Stream stream_{run_.net(), tls_.trust()};
  mote::webhook::SizedSender<16, 60'000, 16384, 16384> sender_;
  Lines lines_;
  std::string next_;
  bool all_delivered_ = true;
};

}  // namespace

int hook_send(const Options& options) {
  ClientRun run(options);
  const auto hooks = std::make_unique<Hooks>(run, options);  // Too large for a stack.
  return run.begin(Status::ok);
}

}  // namespace tool
