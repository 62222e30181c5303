// SPDX-License-Identifier: MIT
// mote ws: lines of standard input become messages, messages become lines of standard output.
#include "mote/ws/client.hpp"
#include "outbox.hpp"
#include "run.hpp"
#include "tls.hpp"

namespace tool {
namespace {

using mote::Failure;
using mote::Status;
using mote::ws::Opcode;

class WebSocket {
 public:
  WebSocket(Run& run, const Options& options)
      : run_(run), options_(options), lines_(run.loop(), [this] { send_lines(); }) {
    client_.on_open = [this] { on_open(); };
    client_.on_piece = [this](mote::ByteView piece, bool last) { on_piece(piece, last); };
    client_.on_writable = [this] { on_writable(); };
    client_.on_closed = [this](const mote::ws::Close& how) { on_closed(how); };
    wishes_.subprotocols = options.subprotocols;
    wishes_.fields = run.fields();
    wishes_.piece_message_bytes_max = options.message_bytes_max;
    wishes_.timing.message_within = mote::Duration{600'000};
    wishes_.hears_out = true;  // Answers to the last lines come before the peer's close frame.
    client_.use(wishes_);
  }

  Status open() { return client_.open(mote::Lasting::of(options_.url)); }

 private:
  /// With more than so much to echo the peer is held back.
  static constexpr std::size_t echo_bytes_ahead = 4 << 20;

  void on_open() {
    run_.tell("open");
    if (!options_.echo) lines_.start();
  }

  void on_piece(mote::ByteView piece, bool last) {
    if (run_.is_finished()) return;
    arriving_.append(mote::text_of(piece));
    if (!last) return;
    std::string message;
    message.swap(arriving_);
    const Opcode kind = client_.message_kind();
    if (options_.echo) {
      outbox_.add(kind, std::move(message));
      if (outbox_.bytes() > echo_bytes_ahead) client_.pause();
      outbox_.send();
    } else {
      print(kind, message);
      if (lingering_.running()) lingering_.start(options_.linger);
    }
    run_.count();
  }

  void print(Opcode kind, const std::string& message) {
    std::string line = message;
    if (options_.json)
      line = std::string("{\"type\":\"") + (kind == Opcode::text ? "text" : "binary") +
             "\",\"data\":" + json_text(message) + "}";
    if (!write_out(line + "\n")) run_.finish(done);
  }

  void on_writable() {
    outbox_.send_on();
    if (outbox_.bytes() <= echo_bytes_ahead) client_.resume();
    if (!options_.echo) send_lines();
  }

  void send_lines() {
    while (client_.is_open() && outbox_.empty()) {
      auto line = lines_.take();
      if (!line) break;
      outbox_.add(options_.binary ? Opcode::binary : Opcode::text, std::move(*line));
      outbox_.send();
    }
    if (!outbox_.empty() || !lines_.ended() || options_.count != 0) return;
    if (!lingering_.running()) lingering_.start(options_.linger);
  }

  void on_closed(const mote::ws::Close& how) {
    if (how.failure.status == Status::closed) {
      run_.tell("closed " + std::to_string(how.code) + " " + std::string(how.reason));
      return run_.finish(done);
    }
    run_.complain(options_.url, how.failure);
    run_.finish(how.failure.status == Status::http_status ? refused : failed);
  }

  Run& run_;
  const Options& options_;
  ClientTls tls_{run_, options_};
  port::Stream stream_{run_.net(), tls_.trust()};
  mote::ws::Options wishes_;
  mote::ws::Client client_{run_.loop(), stream_};
  Lines lines_;
  mote::io::Timer lingering_{run_.loop(), [this] { (void)client_.close(); }};
  std::string arriving_;
  Outbox outbox_{client_};
};

}  // namespace

int ws(const Options& options) {
  ClientRun run(options);
  WebSocket socket(run, options);
  return run.begin(socket.open());
}

}  // namespace tool
