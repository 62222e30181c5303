// SPDX-License-Identifier: MIT
// Every call is legal in every event: each action is done in each event of both ends, once.
#include <optional>

#include "posix/ends.hpp"
#include "posix/tcp.hpp"

namespace mote::posix {
namespace {

/// Two clients, a server, and a conversation that meets every event: the server asks for more than
/// the client's kernel takes, so that on_writable comes.
struct Stage {
  Stage() {
    System::reset();
    EXPECT_EQ(listener->listen(0, door), Status::ok);
    door.then = [this](Door::Visitor& visitor) {
      seen("accepted");
      // The place may be gone, but not the visitor, who lives in the list.
      visitor.end.then = [this, &visitor](const std::string& event) {
        seen("their " + event);
        if (!listener || dropped) return;
        if (event == "ended") visitor.transport->close();
        if (event == "received") (void)send(*visitor.transport, "echo");
      };
    };
  }
  ~Stage() { System::reset(); }

  /// Does `action` when `event` comes for the n-th time; counts them all.
  void seen(const std::string& event) {
    ++events;
    if (event != wanted || done) return;
    done = true;
    action(*this);
  }

  Status connect() {
    end = std::make_unique<End>();
    end->then = [this](const std::string& event) {
      // A copy of `this`: the action may destroy the End with this very function.
      Stage& stage = *this;
      stage.seen("our " + event);
      if (!stage.tcp || !stage.end) return;
      if (event == "connected") stage.talk();
      if (event == "writable") (void)send(*stage.tcp, "after the jam");
      if (event == "ended") stage.tcp->close();
    };
    return tcp->connect({"127.0.0.1", listener ? listener->port() : port, io::Security::none},
                        *end);
  }

  void talk() {
    if (done && !end) return;
    (void)send(*tcp, "hello");
    System::send_all_most = 0;
    (void)send(*tcp, std::string(800, 'j'));
    (void)send(*tcp, std::string(800, 'j'));  // would_block
    System::reset();
  }

  void run() {
    port = listener->port();
    ASSERT_EQ(connect(), Status::ok);
    for (int i = 0; i < 100; ++i) (void)net.poll({0});
    // Whoever is to be told of the other's end does not begin with it.
    if (wanted == "our ended" && listener && !dropped) {
      theirs()->close();
    } else if (tcp) {
      tcp->close();
    }
    for (int i = 0; i < 100; ++i) (void)net.poll({0});
    EXPECT_TRUE(done) << wanted << " did not come";
  }

  io::Transport* theirs() const {
    return listener && !door.visitors.empty() ? door.visitors.back().transport : nullptr;
  }

  port::SizedNet<4, 1024> net;
  Door door;
  std::optional<port::Listener<2>> listener{std::in_place, net, "127.0.0.1"};
  std::optional<port::Tcp> tcp{std::in_place, net};
  std::unique_ptr<End> end;
  std::uint16_t port = 0;
  std::string wanted;
  std::function<void(Stage&)> action;
  bool done = false;
  bool dropped = false;  // the listener's places were aborted
  int events = 0;
};

struct Action {
  const char* name;
  std::function<void(Stage&)> what;
};

const Action actions[] = {
    {"nothing", [](Stage&) {}},
    {"abort", [](Stage& stage) { stage.tcp->abort(); }},
    {"abort, and the events object dies",
     [](Stage& stage) {
       stage.tcp->abort();
       stage.end.reset();
     }},
    {"abort and connect",
     [](Stage& stage) {
       stage.tcp->abort();
       EXPECT_EQ(stage.connect(), Status::ok);
     }},
    {"close", [](Stage& stage) { stage.tcp->close(); }},
    {"close and abort",
     [](Stage& stage) {
       stage.tcp->close();
       stage.tcp->abort();
     }},
    {"close and connect",
     [](Stage& stage) {
       stage.tcp->close();
       (void)stage.tcp->connect({"127.0.0.1", stage.port, io::Security::none}, *stage.end);
     }},
    {"the connection dies",
     [](Stage& stage) {
       stage.tcp.reset();
       stage.end.reset();
     }},
    {"the connection dies and another is made in its place",
     [](Stage& stage) {
       stage.tcp.reset();
       stage.tcp.emplace(stage.net);
       EXPECT_EQ(stage.connect(), Status::ok);
     }},
    {"the listener stops", [](Stage& stage) { stage.listener->stop(); }},
    {"the listener dies with its connections", [](Stage& stage) { stage.listener.reset(); }},
    {"everything dies",
     [](Stage& stage) {
       stage.listener.reset();
       stage.tcp.reset();
       stage.end.reset();
     }},
    {"their abort",
     [](Stage& stage) {
       if (io::Transport* const transport = stage.theirs()) transport->abort();
       stage.dropped = true;
     }},
    {"their close",
     [](Stage& stage) {
       if (io::Transport* const transport = stage.theirs()) transport->close();
     }},
    {"send, resume and a constant",
     [](Stage& stage) {
       (void)send(*stage.tcp, "x");
       (void)stage.tcp->send_constant(bytes_of("constant"));
       stage.tcp->resume();
       if (io::Transport* const transport = stage.theirs()) {
         (void)send(*transport, "y");
         transport->resume();
       }
     }},
    {"a sent reset",
     [](Stage& stage) {
       System::fail_call(1);  // The next send fails.
       (void)send(*stage.tcp, "x");
       System::reset();
     }},
};

const char* const events[] = {"accepted",
                              "our connected",
                              "our received",
                              "our writable",
                              "our ended",
                              "our closed",
                              "their received",
                              "their ended",
                              "their closed"};

TEST(PosixCallbacks, allow_every_call_in_every_event) {
  for (const char* const event : events) {
    for (const Action& action : actions) {
      SCOPED_TRACE(std::string(action.name) + " in " + event);
      const int before = open_descriptors();
      {
        Stage stage;
        stage.wanted = event;
        stage.action = action.what;
        stage.run();
        EXPECT_EQ(stage.net.blocks().used(), 0u);
      }
      EXPECT_EQ(open_descriptors(), before);
    }
  }
}

}  // namespace
}  // namespace mote::posix
