// SPDX-License-Identifier: MIT
// Deliveries to a server on the simulated network.
#include "mote/webhook/receiver.hpp"

#include <memory>

#include "http/server_bench.hpp"
#include "mote/webhook/sender.hpp"
#include "mote/webhook/signature.hpp"
#include "support/json.hpp"

namespace mote::webhook {
namespace {

using http::RawClient;

constexpr std::string_view secrets[] = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"};
constexpr std::string_view hub_secrets[] = {"It's a Secret to Everybody"};
constexpr std::uint64_t now = 1614265330;
constexpr std::string_view ok = "HTTP/1.1 200 OK";

/// The delivery of `body`; signed with the first secret unless told otherwise.
std::string delivery(std::string_view id,
                     std::string_view body,
                     std::uint64_t at = now,
                     std::string_view secret = secrets[0]) {
  char signature[signature_size];
  const std::string time = std::to_string(at);
  EXPECT_EQ(sign(secret, id, time, bytes_of(body), signature), Status::ok);
  return "POST /hooks HTTP/1.1\r\nHost: a\r\nWebhook-Id: " + std::string(id) +
         "\r\nWebhook-Timestamp: " + time + "\r\nWebhook-Signature: v1,AAAA " +
         std::string(signature, sizeof signature) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string hub_delivery(std::string_view id, std::string_view body) {
  char signature[hub_signature_size];
  sign_hub(hub_secrets[0], bytes_of(body), signature);
  return "POST /github HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: " +
         std::string(id) + "\r\nX-Hub-Signature-256: " + std::string(signature, sizeof signature) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

struct ReceiverTest : ::testing::Test {
  ReceiverTest() {
    net.set_unix_seconds(now);
    listen_to(standard);
    listen_to(hub);
    listen_to(small);
    EXPECT_EQ(server->listen(80), Status::ok);
  }

  void listen_to(Receiver& receiver) {
    receiver.on_delivery = [this](const Arrival& arrival) {
      told += std::string(arrival.id) + "|" + std::string(arrival.event) + "|" +
              std::string(text_of(arrival.body)) + ";";
      if (in_delivery) in_delivery();
      return takes;
    };
    receiver.on_refused = [this](Status why, std::string_view id) {
      told += "refused " + std::string(id) + ": " + std::string(to_string(why)) + ";";
      if (in_delivery) in_delivery();
    };
  }

  /// The status line of the answer.
  std::string post(const std::string& request) {
    RawClient client(net);
    const std::string answer = client.ask(request);
    return answer.substr(0, answer.find("\r\n"));
  }

  sim::SizedNet<6, 1024> net;
  std::array<sim::Tcp, 4> places{sim::Tcp(net), sim::Tcp(net), sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  SizedReceiver<2'000, 4> standard{Scheme::standard, secrets};
  SizedReceiver<2'000, 4> hub{Scheme::hub, hub_secrets};
  SizedReceiver<0, 4> small{Scheme::standard, secrets};
  const http::Route routes[3] = {
      {"POST", "/hooks", standard}, {"POST", "/github", hub}, {"POST", "/small", small}};
  std::unique_ptr<http::SizedServer<4>> server =
      std::make_unique<http::SizedServer<4>>(net, door, routes);
  std::string told;
  bool takes = true;
  Callback<void()> in_delivery;
};

TEST_F(ReceiverTest, tells_a_delivery_that_is_signed_rightly) {
  EXPECT_EQ(post(delivery("msg_1", "{\"a\":1}")), ok);
  EXPECT_EQ(post(delivery("msg_2", "{\"a\":2}", now, secrets[1])), ok);
  EXPECT_EQ(post(hub_delivery("72d3162e", "{}")), ok);
  EXPECT_EQ(told, "msg_1||{\"a\":1};msg_2||{\"a\":2};72d3162e|push|{};");
  EXPECT_EQ(net.blocks().used(), 0);
}

TEST_F(ReceiverTest, reads_the_same_however_it_is_cut) {
  const std::string body = "{ \"a\":\t\"\xC3\xA9\\u00e9\"}\r\n";
  std::string chunked = delivery("msg_2", body);
  chunked.replace(chunked.find("Content-Length"), 18, "Transfer-Encoding: chunked");
  chunked.replace(chunked.size() - body.size(), body.size(), "3\r\n" + body.substr(0, 3) + "\r\n");
  chunked += "11\r\n" + body.substr(3) + "\r\n0\r\n\r\n";
  ASSERT_EQ(body.size(), 3u + 0x11);
  net.wire.piece_bytes_max = 1;
  EXPECT_EQ(post(delivery("msg_1", body)), ok);
  EXPECT_EQ(post(chunked), ok);
  EXPECT_EQ(told, "msg_1||" + body + ";msg_2||" + body + ";");
}

TEST_F(ReceiverTest, refuses_what_is_not_what_it_claims) {
  const std::string good = delivery("msg_1", "{}");
  std::string changed_hub = hub_delivery("7", "{}");
  changed_hub.back() = ' ';
  const auto with = [&good](const std::string& from, const std::string& to) {
    std::string changed = good;
    return changed.replace(changed.find(from), from.size(), to);
  };
  const struct {
    const char* rule;
    std::string request;
    const char* answer;
    std::string told;
  } cases[] = {
      {"the body was changed", with("\r\n\r\n{}", "\r\n\r\n{ "), "401 Unauthorized", "msg_1: "},
      {"another id", with("msg_1", "msg_2"), "401 Unauthorized", "msg_2: "},
      {"another time", with("1614265330", "1614265331"), "401 Unauthorized", "msg_1: "},
      {"a part of the signature", with("=\r\nC", "\r\nC"), "401 Unauthorized", "msg_1: "},
      {"a version that is not known", with("AAAA v1,", "AAAA v2,"), "401 Unauthorized", "msg_1: "},
      {"a foreign secret",
       delivery("msg_1", "{}", now, "whsec_c2VjcmV0IGZvciBkZW1v"),
       "401 Unauthorized",
       "msg_1: "},
      {"too old", delivery("msg_1", "{}", now - 301), "401 Unauthorized", "msg_1: "},
      {"too new", delivery("msg_1", "{}", now + 301), "401 Unauthorized", "msg_1: "},
      {"no signature", with("Webhook-Signature", "Other"), "400 Bad Request", "msg_1: "},
      {"an empty signature",
       "POST /hooks HTTP/1.1\r\nHost: a\r\nwebhook-id: 1\r\nwebhook-timestamp: 2\r\n"
       "webhook-signature: \r\nContent-Length: 2\r\n\r\n{}",
       "400 Bad Request",
       "1: "},
      {"no time", with("Webhook-Timestamp", "Other"), "400 Bad Request", "msg_1: "},
      {"no id", with("Webhook-Id", "Other"), "400 Bad Request", ": "},
      {"nothing at all", "POST /hooks HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request", ": "},
      {"GitHub's, changed", changed_hub, "401 Unauthorized", "7: "},
      {"GitHub's without an id",
       "POST /github HTTP/1.1\r\nHost: a\r\nX-Hub-Signature-256: sha256=00\r\n\r\n",
       "400 Bad Request",
       ": "},
  };
  for (const auto& c : cases) {
    told.clear();
    EXPECT_EQ(post(c.request), std::string("HTTP/1.1 ") + c.answer) << c.rule;
    EXPECT_EQ(told.substr(0, 8 + c.told.size()), "refused " + c.told) << c.rule;
  }
  told.clear();
  EXPECT_EQ(post(good), ok);
  EXPECT_EQ(told, "msg_1||{};");
}

TEST_F(ReceiverTest, takes_what_is_just_in_time) {
  EXPECT_EQ(post(delivery("msg_1", "{}", now - 300)), ok);
  EXPECT_EQ(post(delivery("msg_2", "{}", now + 300)), ok);
}

TEST_F(ReceiverTest, a_401_names_a_scheme) {
  RawClient client(net);
  const std::string answer = client.ask(delivery("msg_1", "{}", now - 301));
  EXPECT_NE(answer.find("\r\nWWW-Authenticate: Webhook\r\n"), answer.npos);
}

TEST_F(ReceiverTest, tells_a_repeated_delivery_once) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(post(delivery("msg_1", "{}", now + static_cast<std::uint64_t>(i))), ok);
    EXPECT_EQ(post(hub_delivery("7", "{}")), ok);
  }
  EXPECT_EQ(told, "msg_1||{};7|push|{};");
  told.clear();
  for (int i = 2; i < 6; ++i) (void)post(delivery("msg_" + std::to_string(i), "{}"));
  told.clear();
  EXPECT_EQ(post(delivery("msg_2", "{}")), ok);
  EXPECT_EQ(told, "");
  EXPECT_EQ(post(delivery("msg_1", "{}")), ok);
  EXPECT_EQ(told, "msg_1||{};") << "the window is four";
}

TEST_F(ReceiverTest, what_the_application_has_no_room_for_comes_again) {
  takes = false;
  RawClient client(net);
  const std::string answer = client.ask(delivery("msg_1", "{}"));
  EXPECT_EQ(answer.substr(0, 13), "HTTP/1.1 503 ");
  EXPECT_NE(answer.find("\r\nRetry-After: 5\r\n"), answer.npos);
  takes = true;
  EXPECT_EQ(post(delivery("msg_1", "{}")), ok);
  EXPECT_EQ(told.substr(told.size() - 10), "msg_1||{};");
}

TEST_F(ReceiverTest, asks_the_sender_to_come_back_while_it_does_not_know_the_time) {
  sim::SizedNet<4, 1024> timeless;
  std::array<sim::Tcp, 2> two{sim::Tcp(timeless), sim::Tcp(timeless)};
  sim::Listener other{timeless, two};
  http::SizedServer<2> early{timeless, other, routes};
  ASSERT_EQ(early.listen(80), Status::ok);
  RawClient client(timeless);
  EXPECT_EQ(client.ask(delivery("msg_1", "{}")).substr(0, 50),
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n");
  EXPECT_EQ(told, "refused msg_1: " + std::string(to_string(Status::clock_unknown)) + ";");
  RawClient github(timeless);
  EXPECT_EQ(github.ask(hub_delivery("7", "{}")).substr(0, ok.size()), ok) << "has no time in it";
}

TEST_F(ReceiverTest, takes_bodies_up_to_its_room) {
  EXPECT_EQ(post(delivery("msg_1", std::string(2'000, 'x'))), ok);
  told.clear();
  EXPECT_EQ(post(delivery("msg_2", std::string(2'001, 'x'))), "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(told, "refused : " + std::string(to_string(Status::too_large)) + ";");
  EXPECT_EQ(post(delivery("msg_2", "{}")), ok);
}

TEST_F(ReceiverTest, without_room_of_its_own_a_body_fits_a_block) {
  const auto to_small = [](std::string request) { return request.replace(6, 5, "small"); };
  EXPECT_EQ(post(to_small(delivery("msg_1", std::string(400, 'x')))), ok);
  EXPECT_EQ(post(to_small(delivery("msg_2", std::string(1'000, 'x')))),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(post(to_small(delivery("msg_3", "{}", now - 301))), "HTTP/1.1 401 Unauthorized");
}

TEST_F(ReceiverTest, one_body_comes_at_a_time_and_a_slow_one_makes_room) {
  const std::string whole = delivery("msg_1", std::string(100, 'x'));
  RawClient slow(net);
  (void)slow.ask(whole.substr(0, whole.size() - 50));
  EXPECT_EQ(post(delivery("msg_2", "{}")), "HTTP/1.1 503 Service Unavailable");
  net.pass({9'000});
  EXPECT_EQ(slow.ask("x"), "");
  net.pass({1'100});
  EXPECT_EQ(post(delivery("msg_3", "{}")), ok);
  EXPECT_EQ(slow.ask(std::string(49, 'x')).substr(0, 13), "HTTP/1.1 503 ");
  EXPECT_EQ(post(whole), ok);
}

TEST_F(ReceiverTest, a_sender_that_goes_away_makes_room) {
  const std::string whole = delivery("msg_1", "{}");
  {
    RawClient client(net);
    (void)client.ask(whole.substr(0, whole.size() - 1));
  }
  net.settle();
  EXPECT_EQ(post(delivery("msg_2", "{}")), ok);
  EXPECT_EQ(told, "msg_2||{};");
}

TEST_F(ReceiverTest, the_server_may_be_destroyed_in_its_callbacks) {
  for (const std::string& request : {delivery("msg_1", "{}"), delivery("msg_1", "{}", now - 301)}) {
    if (!server) server = std::make_unique<http::SizedServer<4>>(net, door, routes);
    (void)server->listen(80);
    in_delivery = [this] { server.reset(); };
    EXPECT_EQ(post(request), "");
    EXPECT_EQ(net.blocks().used(), 0);
  }
}

TEST_F(ReceiverTest, survives_any_operation_of_the_server_failing) {
  int number = 0;
  for (const sim::Fault fault : {sim::Fault::would_block, sim::Fault::reset}) {
    for (std::uint32_t n = 1; n < 5; ++n) {
      SCOPED_TRACE(n);
      const std::string one = delivery("msg_" + std::to_string(++number), "{}");
      told.clear();
      net.fail_operation(n, fault, sim::Side::accepted);
      const std::string answer = post(one);
      if (fault == sim::Fault::would_block) {
        EXPECT_EQ(answer, ok);
      }
      net.fail_operation(0, fault, sim::Side::accepted);
      net.pass({3'000});
      EXPECT_EQ(post(one), ok) << "a sender that got no answer tries again";
      EXPECT_EQ(told, "msg_" + std::to_string(number) + "||{};");
      EXPECT_EQ(net.blocks().used(), 0);
    }
  }
}

TEST_F(ReceiverTest, says_500_when_its_secrets_are_none) {
  static constexpr std::string_view wrong[] = {"whsec_?"};
  SizedReceiver<0, 1> receiver{Scheme::standard, wrong};
  listen_to(receiver);
  const http::Route all[] = {{"POST", "*", receiver}};
  std::array<sim::Tcp, 1> place{sim::Tcp(net)};
  sim::Listener other{net, place};
  http::SizedServer<1> wronged{net, other, all};
  ASSERT_EQ(wronged.listen(81), Status::ok);
  RawClient client(net, 81);
  EXPECT_EQ(client.ask(delivery("msg_1", "{}")).substr(0, 13), "HTTP/1.1 500 ");
}

TEST_F(ReceiverTest, is_who_our_own_sender_delivers_to) {
  sim::Tcp tcp{net};
  SizedSender<4, 256> sender{
      net, tcp, {"http://server/hooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
  std::string delivered;
  sender.on_delivered = [&delivered](const Delivery&) { delivered += "*"; };
  takes = false;
  ASSERT_EQ(sender.post("door.opened", "7"), Status::ok);
  net.pass({3'000});
  EXPECT_EQ(delivered, "");
  takes = true;
  net.pass({30'000});
  EXPECT_EQ(delivered, "*");
  EXPECT_NE(told.find(R"({"type":"door.opened","data":7})"), told.npos);
}

TEST_F(ReceiverTest, agrees_with_the_corpus) {
  const test::Json all = test::corpus("webhook/vectors.json");
  int run = 0;
  for (const test::Json& c : all["cases"].items) {
    SCOPED_TRACE(c["name"].string);
    const bool is_hub = c["scheme"].string == "github";
    const std::string& secret = c["secret"].string;
    if (!is_hub && c["scheme"].string != "standard-webhooks") continue;
    // As Signature.agrees_with_the_corpus leaves them out.
    if (secret.rfind("whsk_", 0) == 0 || secret.rfind("whpk_", 0) == 0) continue;
    if (c["name"].string.rfind("secret without base64 padding", 0) == 0) continue;
    const std::string payload = test::from_hex(c["payload_hex"].string);
    const std::string_view one[] = {secret};
    SizedReceiver<4'096, 1> receiver{is_hub ? Scheme::hub : Scheme::standard, one};
    receiver.on_delivery = [](const Arrival&) { return true; };
    const http::Route route[] = {{"POST", "*", receiver}};
    std::array<sim::Tcp, 1> place{sim::Tcp(net)};
    sim::Listener other{net, place};
    http::SizedServer<1> judge{net, other, route};
    ASSERT_EQ(judge.listen(81), Status::ok);
    if (!is_hub) net.set_unix_seconds(static_cast<std::uint64_t>(c["now"].number));
    std::string request = "POST / HTTP/1.1\r\nHost: a\r\nX-GitHub-Delivery: 7\r\n";
    for (const char* name :
         {"webhook-id", "webhook-timestamp", "webhook-signature", "X-Hub-Signature-256"})
      if (const std::string& value = c["headers"][name].string; !value.empty())
        request += std::string(name) + ": " + value + "\r\n";
    request += "Content-Length: " + std::to_string(payload.size()) + "\r\n\r\n" + payload;
    RawClient client(net, 81);
    EXPECT_EQ(client.ask(request).substr(0, ok.size()) == ok, c["valid"].boolean);
    ++run;
  }
  EXPECT_EQ(run > 30, !all["cases"].items.empty());
}

}  // namespace
}  // namespace mote::webhook
