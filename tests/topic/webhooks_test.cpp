// SPDX-License-Identifier: MIT
#include "mote/topic/webhooks.hpp"

#include <deque>
#include <memory>

#include "topic/feed_bench.hpp"

namespace mote::topic {
namespace {

constexpr webhook::Target target{"http://server:81/hook", "whsec_c2VjcmV0IGZvciBkZW1v"};

/// A subscriber that notes what it is sent and answers as it is told, else 204.
struct WebhooksTest : FeedBench {
  WebhooksTest() {
    net.set_unix_seconds(1'800'000'000);
    EXPECT_EQ(listener.listen(81), Status::ok);
    hooks.on_moved = [this](Cursor cursor) { moved = cursor; };
    hooks.on_stopped = [this](Failure why) { stopped = why; };
  }
  std::string taken() {
    net.pass({100});
    std::string text = got;
    got.clear();
    return text;
  }
  static std::string body(const std::string& object) {
    return R"({"type":"mote.topic","data":)" + object + "}\n";
  }

  std::string got;
  std::deque<std::uint16_t> codes;
  http::CallbackHandler note{[this](const http::Received& request, http::Responder& responder) {
    got += std::string(text_of(request.body)) + "\n";
    std::uint16_t code = 204;
    if (!codes.empty()) {
      code = codes.front();
      codes.pop_front();
    }
    (void)responder.answer(code);
  }};
  std::array<sim::Tcp, 2> hook_places{sim::Tcp(net), sim::Tcp(net)};
  sim::Listener hook_door{net, hook_places};
  const http::Route hook_routes[1] = {{"POST", "/hook", note}};
  http::SizedServer<2> listener{net, hook_door, hook_routes};
  sim::Tcp tcp{net};
  webhook::SizedSender<1, 512> sender{net, tcp, target};
  Webhooks hooks{topic, sender};
  Cursor moved{};
  Failure stopped{Status::ok, Layer::application, 0};
};

TEST_F(WebhooksTest, posts_every_message_in_order) {
  publish("a");
  publish("b", "chat");
  EXPECT_EQ(taken(), body(json(1, "a")) + body(json(2, "b", "chat")));
  EXPECT_EQ(moved, topic.last());
  publish("c");
  EXPECT_EQ(taken(), body(json(3, "c")));
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(WebhooksTest, moves_its_cursor_on_2xx_only) {
  codes = {500, 503};
  publish("a");
  EXPECT_EQ(taken(), body(json(1, "a")));
  publish("b");
  EXPECT_EQ(moved, Cursor{});
  net.pass({60'000});
  EXPECT_EQ(taken(), body(json(1, "a")) + body(json(1, "a")) + body(json(2, "b")));
  EXPECT_EQ(moved, topic.last());
}

TEST_F(WebhooksTest, begins_the_attempts_anew_when_they_are_used_up) {
  sender.attempts_max = 2;
  codes = {500, 500, 500};
  publish("a");
  net.pass({120'000});
  EXPECT_EQ(taken(),
            body(json(1, "a")) + body(json(1, "a")) + body(json(1, "a")) + body(json(1, "a")));
  EXPECT_EQ(moved, topic.last());
}

TEST_F(WebhooksTest, tells_what_fell_out_of_the_ring) {
  codes = {500};
  publish("a");
  EXPECT_EQ(taken(), body(json(1, "a")));
  for (int i = 0; i < 60; ++i) publish("0123456789");
  const std::uint32_t oldest = topic.first().sequence + 1;
  net.pass({60'000});
  // What was on its way goes out as it was.
  const std::string first =
      body(json(1, "a")) +
      body(R"({"id":")" + id(oldest - 1) + R"(","missed":)" + std::to_string(oldest - 2) + "}") +
      body(json(oldest, "0123456789"));
  EXPECT_EQ(taken().substr(0, first.size()), first);
  EXPECT_EQ(moved, topic.last());
}

TEST_F(WebhooksTest, goes_on_where_an_earlier_life_stopped) {
  for (const char* data : {"a", "b", "c"}) publish(data);
  (void)taken();
  hooks.start({topic.last().epoch, 2});
  EXPECT_EQ(taken(), body(json(3, "c")));
  hooks.start({topic.last().epoch + 1, 2});
  EXPECT_EQ(taken(),
            body(R"({"id":")" + id(0) + R"(","restarted":true})") + body(json(1, "a")) +
                body(json(2, "b")) + body(json(3, "c")));
}

TEST_F(WebhooksTest, stops_when_the_subscriber_is_gone) {
  codes = {410};
  publish("a");
  EXPECT_EQ(taken(), body(json(1, "a")));
  EXPECT_EQ(stopped.native, 410);
  publish("b");
  EXPECT_EQ(taken(), "");
}

TEST_F(WebhooksTest, says_when_the_sender_cannot_take_a_message) {
  publish(std::string(250, '"'), "e");
  publish("never");
  EXPECT_EQ(taken(), "");
  EXPECT_EQ(stopped.status, Status::too_large);
}

TEST_F(WebhooksTest, may_be_destroyed_when_it_stops) {
  sim::Tcp other_tcp{net};
  webhook::SizedSender<1, 512> other_sender{net, other_tcp, target};
  static std::unique_ptr<Webhooks> short_lived;
  short_lived = std::make_unique<Webhooks>(topic, other_sender);
  short_lived->on_stopped = [](Failure) { short_lived.reset(); };
  short_lived->on_moved = [this](Cursor cursor) { moved = cursor; };
  hooks.stop();
  publish("a");
  publish(std::string(250, '"'), "e");
  EXPECT_EQ(taken(), body(json(1, "a")));
  EXPECT_FALSE(short_lived);
  EXPECT_EQ(moved, (Cursor{topic.last().epoch, 1}));
}

}  // namespace
}  // namespace mote::topic
