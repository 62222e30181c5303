// SPDX-License-Identifier: MIT
// A sender against a scripted receiver on the simulated network.
#include "mote/webhook/sender.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "mote/webhook/signature.hpp"
#include "sim/net.hpp"
#include "support/scripted_server.hpp"

namespace mote::webhook {
namespace {

using test::Reply;
using test::response;

constexpr Target target{"http://hooks.example/door", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

struct WebhookSender : ::testing::Test {
  WebhookSender() {
    net.set_unix_seconds(1'700'000'000);
    restart();
  }

  void restart() {
    sender.reset();
    tcp.abort();
    net.settle();
    said.clear();
    server.requests.clear();
    server.replies.clear();
    server.on_request = [](const std::string&) { return Reply{response(204, "")}; };
    sender.emplace(net, tcp, target);
    sender->on_delivered = [this](const Delivery& delivery) {
      said += "delivered " + std::to_string(delivery.attempts) + ", ";
      delivered.emplace(delivery.id);
    };
    sender->on_given_up = [this](const Delivery& delivery) {
      said += "given up " + std::to_string(delivery.attempts) + " " +
              std::string(to_string(delivery.why.status)) + ", ";
    };
    sender->on_retry = [this](Failure why, Duration) {
      said += std::string(to_string(why.status)) + ", ";
    };
  }

  static std::string field(const std::string& request, const std::string& name) {
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }
  static std::string body(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
  }
  Status verified(const std::string& request) {
    const std::string id = field(request, "webhook-id"), time = field(request, "webhook-timestamp"),
                      signature = field(request, "webhook-signature"), what = body(request);
    return verify(target.secret.text(), {id, time, signature}, bytes_of(what), net.unix_seconds());
  }

  sim::SizedNet<4, 1024> net;
  test::ScriptedServer server{net};
  sim::Tcp tcp{net};
  std::string said;
  std::set<std::string> delivered;
  std::optional<SizedSender<4, 128>> sender;
};

TEST_F(WebhookSender, delivers_a_signed_post) {
  EXPECT_EQ(sender->post("door.opened", R"({"door":7})"), Status::ok);
  EXPECT_EQ(sender->waiting(), 1u);
  EXPECT_TRUE(server.requests.empty());
  net.settle();
  ASSERT_EQ(server.requests.size(), 1u);
  const std::string& request = server.requests[0];
  EXPECT_EQ(request.substr(0, request.find('\r')), "POST /door HTTP/1.1");
  EXPECT_EQ(field(request, "Content-Type"), "application/json");
  EXPECT_EQ(field(request, "webhook-timestamp"), "1700000000");
  EXPECT_EQ(field(request, "webhook-id").substr(0, 4), "msg_");
  EXPECT_EQ(body(request), R"({"type":"door.opened","data":{"door":7}})");
  EXPECT_EQ(verified(request), Status::ok);
  EXPECT_EQ(said, "delivered 1, ");
  EXPECT_EQ(sender->waiting(), 0u);
}

TEST_F(WebhookSender, delivers_in_order_over_one_connection_with_ids_that_differ) {
  for (const char* json : {"1", "2", "3", "4"}) EXPECT_EQ(sender->post("n", json), Status::ok);
  EXPECT_EQ(sender->post("n", "5"), Status::no_slot);
  net.settle();
  ASSERT_EQ(server.requests.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(body(server.requests[i]), "{\"type\":\"n\",\"data\":" + std::to_string(i + 1) + "}");
  EXPECT_EQ(delivered.size(), 4u);
  EXPECT_EQ(server.accepted, 1u);
}

TEST_F(WebhookSender, tries_again_with_the_same_id_and_a_new_time) {
  server.on_request = [this](const std::string&) {
    return Reply{response(server.requests.size() < 3 ? 503 : 200, "")};
  };
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  net.pass(60_s);
  ASSERT_EQ(server.requests.size(), 3u);
  EXPECT_EQ(said, "unexpected HTTP status, unexpected HTTP status, delivered 3, ");
  EXPECT_EQ(field(server.requests[0], "webhook-id"), field(server.requests[2], "webhook-id"));
  EXPECT_LT(field(server.requests[0], "webhook-timestamp"),
            field(server.requests[2], "webhook-timestamp"));
  EXPECT_EQ(body(server.requests[0]), body(server.requests[2]));
}

TEST_F(WebhookSender, waits_as_long_as_the_receiver_asks) {
  server.on_request = [this](const std::string&) {
    return Reply{server.requests.size() < 2 ? response(429, "", "Retry-After: 120\r\n")
                                            : response(200, "")};
  };
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  net.pass(119_s);
  EXPECT_EQ(server.requests.size(), 1u);
  net.pass(2_s);
  EXPECT_EQ(server.requests.size(), 2u);
}

TEST_F(WebhookSender, gives_up_after_its_attempts_and_goes_on_with_the_next) {
  sender->attempts_max = 3;
  server.on_request = [this](const std::string& request) {
    return Reply{response(body(request).find(":1}") != std::string::npos ? 500 : 200, "")};
  };
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  EXPECT_EQ(sender->post("n", "2"), Status::ok);
  net.pass(120_s);
  EXPECT_EQ(said,
            "unexpected HTTP status, unexpected HTTP status, given up 3 unexpected HTTP status, "
            "delivered 1, ");
  EXPECT_EQ(net.counters().drops, 1u);
}

TEST_F(WebhookSender, gives_up_at_once_when_the_receiver_is_gone_for_good) {
  server.on_request = [](const std::string&) { return Reply{response(410, "")}; };
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  net.settle();
  EXPECT_EQ(said, "given up 1 unexpected HTTP status, ");
}

TEST_F(WebhookSender, tries_again_whatever_else_the_receiver_answers) {
  // A receiver that is misconfigured for a while must not cost a delivery (Standard Webhooks).
  for (const int code : {302, 400, 401, 403, 404, 500}) {
    SCOPED_TRACE(code);
    restart();
    server.on_request = [this, code](const std::string&) {
      return Reply{response(server.requests.size() < 2 ? code : 200, "")};
    };
    EXPECT_EQ(sender->post("n", "1"), Status::ok);
    net.pass(10_s);
    EXPECT_EQ(said, "unexpected HTTP status, delivered 2, ");
  }
}

TEST_F(WebhookSender, never_follows_a_redirect_with_its_secret) {
  server.on_request = [](const std::string&) {
    return Reply{response(307, "", "Location: http://elsewhere.example/\r\n")};
  };
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  net.settle();
  EXPECT_EQ(server.requests.size(), 1u);
  EXPECT_EQ(said, "unexpected HTTP status, ");
}

TEST_F(WebhookSender, does_not_wait_for_ever_for_an_answer) {
  server.on_request = [](const std::string&) { return Reply{"", test::Then::stay_silent}; };
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  net.pass(19_s);
  EXPECT_EQ(said, "");
  net.pass(1_s);
  EXPECT_EQ(said, "timed out, ");
}

TEST_F(WebhookSender, signs_nothing_before_it_knows_the_time) {
  sim::SizedNet<4, 1024> timeless;
  sim::Tcp other{timeless};
  SizedSender<2, 128> early(timeless, other, target);
  Status told = Status::ok;
  early.on_retry = [&told](Failure why, Duration) { told = why.status; };
  EXPECT_EQ(early.post("n", "1"), Status::ok);
  timeless.pass(3_s);
  EXPECT_EQ(told, Status::clock_unknown);
  EXPECT_EQ(early.waiting(), 1u);
}

TEST_F(WebhookSender, tries_at_once_when_the_network_is_back) {
  net.set_network(false);
  net.settle();
  sender->answer_within = 5_s;
  sender->backoff = {300_s, 300_s};
  EXPECT_EQ(sender->post("n", "1"), Status::ok);
  net.pass(6_s);
  EXPECT_EQ(said, "timed out, ");
  net.set_network(true);
  net.pass(1_s);
  EXPECT_EQ(said, "timed out, delivered 2, ");
}

TEST_F(WebhookSender, returns_the_callers_own_mistakes_at_once) {
  EXPECT_EQ(sender->post("", "1"), Status::bad_argument);
  EXPECT_EQ(sender->post("a\"b", "1"), Status::bad_argument);
  EXPECT_EQ(sender->post("n", std::string(200, '1')), Status::too_large);
  SizedSender<2, 128> wrong_url(net, tcp, {"ws://hooks.example/", target.secret});
  EXPECT_EQ(wrong_url.post("n", "1"), Status::bad_url);
  SizedSender<2, 128> wrong_secret(net, tcp, {target.url, "whsec_???"});
  EXPECT_EQ(wrong_secret.post("n", "1"), Status::bad_argument);
  EXPECT_EQ(sender->waiting(), 0u);
}

TEST_F(WebhookSender, loses_nothing_when_any_single_operation_fails) {
  for (const auto fault : {sim::Fault::reset, sim::Fault::would_block, sim::Fault::no_slot}) {
    for (std::uint32_t n = 1;; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n));
      restart();
      delivered.clear();
      const std::uint32_t before = net.operations();
      net.fail_operation(n, fault);
      EXPECT_EQ(sender->post("n", "1"), Status::ok);
      EXPECT_EQ(sender->post("n", "2"), Status::ok);
      net.pass(120_s);
      const bool met = net.operations() - before >= n;
      net.fail_operation(0, fault);
      EXPECT_EQ(delivered.size(), 2u) << said;
      std::string last;
      for (const std::string& request : server.requests) {
        EXPECT_LE(last, body(request)) << "out of order";
        last = body(request);
        EXPECT_NE(verified(request), Status::unauthorised);
      }
      if (!met) break;
    }
  }
}

TEST_F(WebhookSender, may_be_cleared_posted_to_or_destroyed_in_every_callback) {
  static WebhookSender* self;
  static int calls;
  self = this;
  using Act = void (*)();
  static Act act;
  const Act acts[] = {[] { self->sender->clear(); },
                      [] { self->sender.reset(); },
                      [] { (void)self->sender->post("again", "3"); }};
  for (const Act does : acts)
    for (const int event : {0, 1, 2}) {
      restart();
      act = does;
      calls = 0;
      const auto once = [] {
        if (calls++ == 0) act();
      };
      static decltype(once)* run;
      run = &once;
      sender->attempts_max = 2;
      if (event == 0) sender->on_delivered = [](const Delivery&) { (*run)(); };
      if (event == 1) sender->on_given_up = [](const Delivery&) { (*run)(); };
      if (event == 2) sender->on_retry = [](Failure, Duration) { (*run)(); };
      const int code = event == 0 ? 200 : 500;
      server.on_request = [code](const std::string&) { return Reply{response(code, "")}; };
      EXPECT_EQ(sender->post("n", "1"), Status::ok);
      EXPECT_EQ(sender->post("n", "2"), Status::ok);
      net.pass(200_s);
      EXPECT_GE(calls, 1);
    }
}

}  // namespace
}  // namespace mote::webhook
