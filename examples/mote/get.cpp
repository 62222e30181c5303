// SPDX-License-Identifier: MIT
// mote get: one request; the body goes to standard output as it arrives.
#include "mote/http/client.hpp"
#include "run.hpp"
#include "tls.hpp"

namespace tool {
namespace {

using mote::Failure;
using mote::Status;

class Get {
 public:
  Get(Run& run, const Options& options) : run_(run), options_(options) {
    client_.on_field = [this](const mote::http::Field& field) {
      if (options_.verbose) run_.tell(std::string(field.name) + ": " + std::string(field.value));
    };
    client_.on_head = [this](std::uint16_t code) { run_.tell("HTTP " + std::to_string(code)); };
    client_.on_body = [this](mote::ByteView part) { on_body(part); };
    client_.on_done = [this](Failure why) { on_done(why); };
  }

  Status send() {
    mote::http::Request request;
    request.method = options_.method;
    request.url = options_.url;
    request.fields = run_.fields();
    request.body = mote::bytes_of(options_.body);
    request.redirects =
        options_.follow ? mote::http::Redirects::follow : mote::http::Redirects::report;
    return client_.send(request);
  }

 private:
  void on_body(mote::ByteView part) {
    const std::string_view text = mote::text_of(part);
    const bool written =
        options_.json ? write_out("{\"data\":" + json_text(text) + "}\n") : write_out(text);
    if (!written) run_.finish(failed);
  }

  void on_done(Failure why) {
    if (why.status != Status::ok) {
      run_.complain(options_.url, why);
      return run_.finish(failed);
    }
    if (options_.json) write_out("{\"status\":" + std::to_string(why.native) + "}\n");
    if (why.native / 100 == 2) return run_.finish(done);
    run_.complain(options_.url, "HTTP status " + std::to_string(why.native));
    run_.finish(refused);
  }

  Run& run_;
  const Options& options_;
  ClientTls tls_{run_, options_};
  port::Stream stream_{run_.net(), tls_.trust()};
  mote::http::SizedClient<16384, 16384> client_{run_.loop(), stream_};
};

}  // namespace

int get(const Options& options) {
  ClientRun run(options);
  Get get(run, options);
  return run.begin(get.send());
}

}  // namespace tool
