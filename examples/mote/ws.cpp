// SPDX-License-Identifier: MIT
// mote ws: lines of standard input become messages, messages become lines of standard output.
#include <algorithm>
#include <cstring>

#include "mote/ws/client.hpp"
#include "run.hpp"

namespace tool {
namespace {

using mote::Failure;
using mote::Status;
using mote::ws::Opcode;

class WebSocket {
 public:
  WebSocket(Run& run, const Options& options)
      : run_(run), options_(options), lines_(run.loop(), [this] { send_next(); }) {
    client_.on_open = [this] { on_open(); };
    client_.on_piece = [this](mote::ByteView piece, bool last) { on_piece(piece, last); };
    client_.on_writable = [this] { send_next(); };
    client_.on_closed = [this](const mote::ws::Close& how) { on_closed(how); };
    wishes_.subprotocols = options.subprotocols;
    wishes_.fields = run.fields();
    wishes_.piece_message_bytes_max = options.message_bytes_max;
    wishes_.timing.message_within = mote::Duration{600'000};
    client_.use(wishes_);
  }

  Status open() { return client_.open(mote::Lasting::of(options_.url)); }

 private:
  struct Message {
    Opcode kind;
    std::string bytes;
  };
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
      waiting_bytes_ += message.size();
      if (waiting_bytes_ > echo_bytes_ahead) client_.pause();
      waiting_.push_back({kind, std::move(message)});
      send_next();
    } else {
      print(kind, message);
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

  /// Sends as much of what waits as there is room for.
  void send_next() {
    while (client_.is_open() && !sending_) {
      if (waiting_.empty()) {
        auto line = options_.echo ? std::nullopt : lines_.take();
        if (!line) break;
        waiting_bytes_ += line->size();
        waiting_.push_back({options_.binary ? Opcode::binary : Opcode::text, std::move(*line)});
      }
      if (!send(waiting_.front())) return;
    }
    if (!options_.echo && !sending_ && waiting_.empty() && lines_.ended() && options_.count == 0)
      (void)client_.close();
  }

  /// Returns whether the message was taken, or is being sent in pieces.
  bool send(const Message& message) {
    const bool text = message.kind == Opcode::text;
    Status status = text ? client_.send_text(message.bytes)
                         : client_.send_binary(mote::bytes_of(message.bytes));
    if (status == Status::too_large) {
      status =
          client_.send_pieces(message.kind, [this](mote::ByteSpan room) { return fill(room); });
      sending_ = status == Status::ok;
      return sending_;
    }
    if (status != Status::ok) return false;
    drop_front();
    return true;
  }

  std::size_t fill(mote::ByteSpan room) {
    const std::string& bytes = waiting_.front().bytes;
    const std::size_t size = std::min(room.size(), bytes.size() - sent_);
    std::memcpy(room.data(), bytes.data() + sent_, size);
    sent_ += size;
    if (size == 0) {
      sending_ = false;
      sent_ = 0;
      drop_front();
    }
    return size;
  }

  void drop_front() {
    waiting_bytes_ -= waiting_.front().bytes.size();
    waiting_.pop_front();
    if (waiting_bytes_ <= echo_bytes_ahead) client_.resume();
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
  port::Tcp tcp_{run_.net()};
  mote::ws::Options wishes_;
  mote::ws::Client client_{run_.loop(), tcp_};
  Lines lines_;
  std::string arriving_;
  std::deque<Message> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t sent_ = 0;
  bool sending_ = false;
};

}  // namespace

int ws(const Options& options) {
  Run run(options);
  WebSocket socket(run, options);
  return run.begin(socket.open());
}

}  // namespace tool
