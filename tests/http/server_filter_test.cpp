// SPDX-License-Identifier: MIT
// Filters: who may come in, and what every answer says.
#include "http/steered_bench.hpp"
#include "mote/http/auth.hpp"
#include "mote/http/cors.hpp"
#include "mote/http/guarded.hpp"
#include "mote/http/host_filter.hpp"
#include "mote/http/origin_filter.hpp"

namespace mote::http {
namespace {

/// A server with these filters, and one handler at /* behind a guard at /guarded.
struct FilterBench {
  explicit FilterBench(std::initializer_list<Filter*> all) : filters(all) {
    options.filters = {filters.data(), filters.size()};
    server.use(options);
    EXPECT_EQ(server.listen(80), Status::ok);
  }
  std::string ask(const std::string& request) {
    RawClient client(net);
    const std::string said = client.ask(request);
    client.tcp.abort();
    net.settle();
    EXPECT_EQ(net.blocks().used(), 0);
    return said;
  }

  std::vector<Filter*> filters;
  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 2> places{sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  Steered handler, secret;
  SteeredFilter guard;
  Guarded guarded{guard, secret};
  const Route routes[2] = {{"", "/guarded", guarded}, {"", "/*", handler}};
  ServerOptions options;
  SizedServer<2> server{net, door, routes};
};

TEST(OriginFilter, pages_of_other_sites_change_nothing) {
  constexpr std::string_view friends[] = {"https://friend.example"};
  OriginFilter filter{friends};
  FilterBench bench({&filter});
  const struct {
    const char* method;
    const char* fields;
    int code;
  } rows[] = {
      {"POST", "", 200},  // no browser
      {"POST", "Origin: http://box\r\n", 200},
      {"POST", "Origin: HTTPS://Box\r\n", 200},
      {"POST", "Origin: https://friend.example\r\n", 200},
      {"GET", "Origin: http://evil.example\r\n", 200},
      {"HEAD", "Origin: http://evil.example\r\n", 200},
      {"POST", "Origin: http://evil.example\r\n", 403},
      {"PUT", "Origin: null\r\n", 403},
      {"DELETE", "Origin: http://box.evil.example\r\n", 403},
      {"POST", "Origin: http://box:81\r\n", 403},
      {"POST", "Origin: ftp://box\r\n", 403},
      {"POST", "Origin:\r\n", 403},
      {"POST", "Origin: box\r\n", 403},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.method) + " " + row.fields);
    const std::string request = std::string(row.method) + " / HTTP/1.1\r\nHost: box\r\n";
    EXPECT_EQ(code_of(bench.ask(request + row.fields + "\r\n")), row.code);
  }
}

TEST(HostFilter, lets_in_its_names_and_addresses_only) {
  constexpr std::string_view names[] = {"device.local", "Box"};
  HostFilter filter{names};
  FilterBench bench({&filter});
  const struct {
    const char* host;
    int code;
  } rows[] = {
      {"device.local", 200},
      {"DEVICE.local:8080", 200},
      {"box", 200},
      {"192.168.1.5", 200},
      {"192.168.1.5:80", 200},
      {"[::1]", 200},
      {"[fe80::1]:8080", 200},
      {"evil.example", 421},
      {"device.local.evil", 421},
      {"evil.device.local", 421},
      {"", 421},
      {":80", 421},
      {"1.2.3.4.evil", 421},
      {"device.loca", 421},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.host);
    EXPECT_EQ(code_of(bench.ask("GET / HTTP/1.1\r\nHost: " + std::string(row.host) + "\r\n\r\n")),
              row.code);
  }
  EXPECT_EQ(code_of(bench.ask("GET http://evil/ HTTP/1.1\r\nHost: box\r\n\r\n")), 421)
      << "RFC 9112 §3.2.2: absolute form goes before Host";
  EXPECT_EQ(code_of(bench.ask("GET / HTTP/1.0\r\n\r\n")), 421);
  EXPECT_EQ(code_of(bench.ask("GET /%2e HTTP/1.1\r\nHost: evil\r\n\r\n")), 421);
}

struct CorsTest : ::testing::Test {
  static constexpr std::string_view origins[] = {"https://app.example", "http://localhost:3000"};
  CorsOptions options{origins, "GET, PUT", "Content-Type, X-Own", "ETag", true, {60'000}};
  Cors cors{options};
  FilterBench bench{&cors};
  const std::string theirs = "Origin: http://localhost:3000\r\n";
  static std::string preflight(const std::string& fields) {
    return "OPTIONS / HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: PUT\r\n" + fields +
           "\r\n";
  }
};

TEST_F(CorsTest, answers_the_preflight_of_an_origin_that_may) {
  EXPECT_EQ(bench.ask(preflight(theirs)),
            "HTTP/1.1 204 No Content\r\nVary: Origin\r\n"
            "Access-Control-Allow-Origin: http://localhost:3000\r\n"
            "Access-Control-Allow-Credentials: true\r\n"
            "Access-Control-Expose-Headers: ETag\r\n"
            "Access-Control-Allow-Methods: GET, PUT\r\n"
            "Access-Control-Allow-Headers: Content-Type, X-Own\r\n"
            "Access-Control-Max-Age: 60\r\n\r\n");
  EXPECT_EQ(bench.handler.log, "");
}

TEST_F(CorsTest, refuses_the_preflight_of_others) {
  for (const char* origin :
       {"https://evil.example", "https://app.example.evil", "null", "", "HTTPS://APP.EXAMPLE"}) {
    const std::string said = bench.ask(preflight("Origin: " + std::string(origin) + "\r\n"));
    EXPECT_EQ(code_of(said), 403) << origin;
    EXPECT_FALSE(has(said, "Access-Control")) << origin;
  }
  EXPECT_EQ(code_of(bench.ask(preflight(""))), 403);
}

TEST_F(CorsTest, is_on_every_answer_and_varies_for_those_it_is_not_on) {
  const std::string allowed = "Access-Control-Allow-Origin: http://localhost:3000\r\n";
  std::string said = bench.ask(get("/", theirs));
  EXPECT_EQ(code_of(said), 200);
  EXPECT_TRUE(has(said, allowed));
  said = bench.ask(get("/%00", theirs));
  EXPECT_EQ(code_of(said), 400);
  EXPECT_TRUE(has(said, allowed));
  said = bench.ask(get());
  EXPECT_EQ(code_of(said), 200);
  EXPECT_TRUE(has(said, "Vary: Origin\r\n"));
  EXPECT_FALSE(has(said, "Access-Control"));
  EXPECT_FALSE(has(bench.ask(get("/", "Origin: http://evil\r\n")), "Access-Control"));
}

TEST_F(CorsTest, is_on_an_answer_by_ticket_too) {
  Ticket ticket;
  bench.handler.asked = [&](const Received&, Responder& r) { ticket = r.ticket(); };
  RawClient client(bench.net);
  client.send(get("/", theirs));
  bench.net.settle();
  ASSERT_NE(ticket.responder(), nullptr);
  EXPECT_EQ(ticket.responder()->answer(204), Status::ok);
  EXPECT_TRUE(has(client.heard(), "Access-Control-Allow-Origin: http://localhost:3000\r\n"));
  // The next request on the connection is judged anew.
  bench.handler.asked = nullptr;
  EXPECT_FALSE(has(client.ask(get()), "Access-Control"));
}

TEST_F(CorsTest, lets_a_plain_options_through) {
  EXPECT_EQ(code_of(bench.ask("OPTIONS / HTTP/1.1\r\nHost: a\r\n" + theirs + "\r\n")), 200);
}

TEST(Cors, for_all_origins_gives_no_credentials) {
  constexpr std::string_view all[] = {"*"};
  CorsOptions options;
  options.origins = all;
  options.credentials = true;
  Cors cors{options};
  FilterBench bench({&cors});
  const std::string said = bench.ask(get("/", "Origin: https://any\r\n"));
  EXPECT_TRUE(has(said, "Access-Control-Allow-Origin: *\r\n"));
  EXPECT_FALSE(has(said, "Credentials"));
}

TEST(BasicAuth, lets_in_who_knows_user_and_password) {
  const Login logins[] = {{"Aladdin", "open sesame"}, {"u", ""}};
  BasicAuth auth{"device", logins};
  FilterBench bench({&auth});
  const struct {
    const char* rule;
    const char* value;
    int code;
  } rows[] = {
      {"RFC 7617 §2", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", 200},
      {"RFC 9110 §11.1: without case", "bAsIc  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", 200},
      {"an empty password", "Basic dTo=", 200},
      {"one letter less", "Basic QWxhZGRpbjpvcGVuIHNlc2Ft", 401},
      {"another user's password", "Basic dTpvcGVuIHNlc2FtZQ==", 401},
      {"nothing", "Basic", 401},
      {"no colon", "Basic dQ==", 401},
      {"empty both", "Basic Og==", 401},
      {"no base64", "Basic ????", 401},
      {"another scheme", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", 401},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    bench.handler.log.clear();
    EXPECT_EQ(code_of(bench.ask(get("/", "Authorization: " + std::string(row.value) + "\r\n"))),
              row.code);
    EXPECT_EQ(bench.handler.log, row.code == 200 ? "request " : "");
  }
  EXPECT_TRUE(
      has(bench.ask(get()), "\r\nWWW-Authenticate: Basic realm=\"device\", charset=\"UTF-8\"\r\n"));
  EXPECT_EQ(code_of(bench.ask(get("/", "Authorization: Basic " + std::string(300, 'A') + "\r\n"))),
            401);
}

TEST(BasicAuth, refuses_a_body_before_it_is_sent) {
  BasicAuth auth{"device", {}};
  FilterBench bench({&auth});
  const std::string said = bench.ask(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(codes_of(said), "401 ");
  EXPECT_EQ(bench.handler.log, "");
}

TEST(BearerAuth, lets_in_who_has_a_token) {
  constexpr std::string_view tokens[] = {"mF_9.B5f-4.1JqM", "other", ""};
  BearerAuth auth{"device", tokens};
  FilterBench bench({&auth});
  const auto ask = [&](const std::string& value) {
    return bench.ask(get("/", "Authorization: " + value + "\r\n"));
  };
  EXPECT_EQ(code_of(ask("Bearer mF_9.B5f-4.1JqM")), 200);
  EXPECT_EQ(code_of(ask("bearer other")), 200);
  for (const char* wrong : {"Bearer othe", "Bearer others", "Bearer OTHER", "Bearer x other"}) {
    const std::string said = ask(wrong);
    EXPECT_EQ(code_of(said), 401) << wrong;
    EXPECT_TRUE(
        has(said, "WWW-Authenticate: Bearer realm=\"device\", error=\"invalid_token\"\r\n"));
  }
  for (const char* none : {"Bearer", "Bearer ", "Basic other", "other"}) {
    const std::string said = ask(none);
    EXPECT_EQ(code_of(said), 401) << none;
    EXPECT_TRUE(has(said, "WWW-Authenticate: Bearer realm=\"device\"\r\n")) << none;
  }
  EXPECT_EQ(code_of(bench.ask(get())), 401);
}

TEST(Guarded, asks_its_filter_for_its_own_route_only) {
  FilterBench bench({});
  int asked = 0;
  bench.guard.pass = [&](const Received& request, Responder& responder) {
    ++asked;
    if (request.field("x-key") == "1") return true;
    EXPECT_EQ(responder.answer(401), Status::ok);
    return false;
  };
  const std::string key = "X-Key: 1\r\n";
  EXPECT_EQ(code_of(bench.ask(get("/other"))), 200);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(code_of(bench.ask(get("/guarded"))), 401);
  EXPECT_EQ(code_of(bench.ask("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")),
            401);
  EXPECT_EQ(bench.secret.log, "");
  EXPECT_EQ(code_of(bench.ask(get("/guarded", key))), 200);
  EXPECT_EQ(bench.secret.log, "request ");
  asked = 0;
  bench.secret.log.clear();
  bench.secret.in_parts = true;
  EXPECT_EQ(code_of(bench.ask("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n" + key +
                              "\r\nhi")),
            200);
  EXPECT_EQ(bench.secret.log, "head body request ");
  EXPECT_EQ(asked, 1);
}

TEST(Guarded, whose_filter_says_nothing_lets_nobody_in) {
  FilterBench bench({});
  bench.guard.pass = [](const Received&, Responder&) { return false; };
  EXPECT_EQ(code_of(bench.ask(get("/guarded"))), 500);
  EXPECT_EQ(code_of(bench.ask("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")),
            500);
  EXPECT_EQ(bench.secret.log, "");
}

TEST(Filters, see_requests_for_which_there_is_no_route_and_in_their_order) {
  SteeredFilter first, second;
  std::string order;
  first.name = "X-First";
  first.pass = [&](const Received&, Responder&) { return order += "1", true; };
  second.pass = [&](const Received& request, Responder& responder) {
    order += "2";
    if (request.path != "/teapot") return true;
    EXPECT_EQ(responder.answer(418), Status::ok);
    return false;
  };
  FilterBench bench({&first, &second});
  EXPECT_EQ(codes_of(bench.ask(get("/teapot") + get("/a"))), "418 200 ");
  EXPECT_EQ(order, "1212");
  EXPECT_TRUE(has(bench.ask("GARBAGE\r\n\r\n"), "\r\nX-First: 1\r\n"));
}

}  // namespace
}  // namespace mote::http
