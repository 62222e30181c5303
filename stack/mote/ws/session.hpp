// SPDX-License-Identifier: MIT
#pragma once

#include "mote/http/occupant.hpp"
#include "mote/ws/connection.hpp"

namespace mote::ws {

class Server;

/// One client of a Server: what its HTTP connection became, in the same place. It stays where it is
/// until on_closed.
class Session final : public http::Occupant, public Connection {
 public:
  /// For Server.
  Session(http::Server& server, io::Transport& transport, Server& owner, const Options& options);

  /// Closes with a closing handshake; on_closed follows. `bad_argument`, `not_open`: see
  /// Client::close().
  Status close(std::uint16_t code = 1000, std::string_view reason = {}) {
    return start_close(code, reason);
  }
  /// Ends at once, without a word to the client; `tells`: on_closed is called, now.
  void abort(bool tells) override;
  using Connection::is_open;

  void* user = nullptr;  ///< the application's own

 private:
  friend class Server;

  /// Sends a frame that was composed already, as send_text() would.
  Status pass_on(ByteView frame);
  void end_slow() { fail(Status::too_slow, close_codes::try_again_later); }

  void on_connected() override {}
  std::size_t on_received(ByteSpan bytes) override { return take(bytes); }
  void on_writable() override { take_room(); }
  void on_ended() override { take_end(); }
  void on_closed(Failure why) override { take_closed(why); }

  Duration check() override { return act_on_time(); }
  void on_block_free() override { take_free_block(); }
  void wind_up() override;

  io::Loop& loop() const override { return Occupant::loop(); }
  void set_deadline(Duration after) override { check_in(after); }
  void wait_for_block() override;
  void on_message(ByteSpan bytes, bool last) override;
  void on_room() override;
  void on_end(const Close& how) override;

  Server& owner() const;
};

}  // namespace mote::ws
