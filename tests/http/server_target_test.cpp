// SPDX-License-Identifier: MIT
// What a request asks for: methods, targets, fields and their limits.
#include "http/steered_bench.hpp"
#include "support/cut.hpp"

namespace mote::http {
namespace {

struct ServerTarget : SteeredBench<>, ::testing::Test {
  /// The code with which one request on its own connection is answered.
  int code(const std::string& bytes) {
    RawClient client(net);
    const std::string said = client.ask(bytes);
    client.tcp.abort();
    net.settle();
    EXPECT_EQ(net.blocks().used(), 0);
    return code_of(said);
  }
};

TEST_F(ServerTarget, is_a_plain_path_or_refused) {
  struct {
    const char* rule;
    const char* target;
    int code;
    const char* seen;
  } rows[] = {
      {"RFC 9112 §3.2.1: origin form", "/a/b?c=d", 200, "GET /a/b?c=d"},
      {"an empty query", "/a?", 200, "GET /a"},
      {"a query may have what a path may not", "/a?../%00", 200, "GET /a?../%00"},
      {"empty segments stay", "//a//", 200, "GET //a//"},
      {"RFC 9112 §3.2.2: absolute form", "http://b:80/a?c", 200, "GET /a?c"},
      {"its path may be empty", "HTTP://b", 200, "GET /"},
      {"and its query not", "https://b?c", 200, "GET /?c"},
      {"its host may not", "http:///a", 400, ""},
      {"another scheme", "ftp://b/a", 400, ""},
      {"a scheme without a host", "http:/a", 400, ""},
      {"RFC 9112 §3.2.3: authority form", "b:80", 400, ""},
      {"RFC 9112 §3.2.4: asterisk form is for OPTIONS", "*", 400, ""},
      {"no path at all", "?a", 400, ""},
      {"no path, whatever the query has", "?http://b/a", 400, ""},
      {"RFC 3986 §5.2.4: dot segments", "/../a", 400, ""},
      {"at the end", "/a/..", 400, ""},
      {"one dot", "/./a", 400, ""},
      {"escaped", "/%2e%2E/a", 400, ""},
      {"half escaped", "/.%2e/a", 400, ""},
      {"three dots are a name", "/.../a", 200, "GET /.../a"},
      {"a NUL", "/a%00b", 400, ""},
      {"an escape that is cut off", "/a%2", 400, ""},
      {"an escape that is none", "/a%zz", 400, ""},
      {"a fragment", "/a#b", 400, ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.rule) + ": " + row.target);
    handler.last.clear();
    EXPECT_EQ(code(get(row.target)), row.code);
    EXPECT_EQ(handler.last, row.seen);
  }
}

TEST_F(ServerTarget, in_absolute_form_takes_the_place_of_host) {
  std::string host;
  handler.asked = [&](const Received& request, Responder& responder) {
    host = request.field("host");
    EXPECT_EQ(responder.answer(204), Status::ok);
  };
  EXPECT_EQ(code("GET http://b:81/ HTTP/1.1\r\nHost: a\r\n\r\n"), 204);
  EXPECT_EQ(host, "b:81");
  EXPECT_EQ(code("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 204);
  EXPECT_EQ(host, "a");
}

TEST_F(ServerTarget, that_is_too_long_is_told_414_however_it_is_cut) {
  for (const std::size_t size : {480u, 900u, 2'000u, 20'000u}) {
    for (const bool bytewise : {false, true}) {
      if (bytewise) net.wire.piece_bytes_max = 1;
      RawClient client(net);
      net.wire.window_bytes = 65'536;
      EXPECT_EQ(code_of(client.ask(get("/" + std::string(size, 'a')))), 414) << size;
      EXPECT_TRUE(client.ended);
    }
    net.wire.piece_bytes_max = ~std::size_t{0};
  }
  EXPECT_EQ(handler.log, "");
}

TEST_F(ServerTarget, has_fields_up_to_a_limit_and_431_behind_it) {
  const std::string field = "X-Long: " + std::string(300, 'x') + "\r\n";
  EXPECT_EQ(code(get("/", field)), 200);
  EXPECT_EQ(code(get("/", field + field)), 431) << "kept fields fill half of a block";
  handler.keep = [](std::string_view) { return false; };
  filter.none_kept = true;
  EXPECT_EQ(code(get("/", field + field)), 200) << "others are forgotten";
  EXPECT_EQ(code(get("/", "X: " + std::string(2'000, 'x') + "\r\n")), 431) << "a line";
}

TEST_F(ServerTarget, has_as_many_fields_as_the_parser_takes) {
  handler.keep = [](std::string_view) { return false; };
  filter.none_kept = true;
  std::string fields;
  for (std::size_t i = 1; i < HeadParser::fields_max; ++i) fields += "X: y\r\n";
  EXPECT_EQ(code(get("/", fields)), 200);
  EXPECT_EQ(code(get("/", fields + "X: y\r\n")), 431);
}

TEST_F(ServerTarget, keeps_the_fields_that_are_asked_for_and_no_others) {
  handler.keep = [](std::string_view name) { return name == "X-One" || name == "x-two"; };
  filter.none_kept = true;
  std::string seen;
  handler.asked = [&](const Received& request, Responder& responder) {
    Field field;
    for (std::size_t at = 0; request.next_field(at, field);)
      seen += std::string(field.name) + "=" + std::string(field.value) + ";";
    EXPECT_EQ(request.field("X-Three").data(), nullptr);
    EXPECT_EQ(request.field("X-ONE"), "1");
    EXPECT_EQ(responder.answer(204), Status::ok);
  };
  EXPECT_EQ(code(get("/", "X-Three: 3\r\nx-two:\r\nX-One: 1\r\nX-Two: 2\r\nX-One: 4\r\n")), 204);
  EXPECT_EQ(seen, "x-two=;X-One=1;X-One=4;");
}

TEST(ServerMethods, head_options_and_what_is_not_allowed) {
  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 2> places{sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  Steered one, any;
  const Route routes[] = {
      {"GET", "/one", one}, {"PUT", "/one", one}, {"", "/any", any}, {"OPTIONS", "/own", one}};
  SizedServer<2> server{net, door, routes};
  ASSERT_EQ(server.listen(80), Status::ok);
  RawClient client(net);
  const auto ask = [&](const std::string& line) {
    return client.ask(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  EXPECT_EQ(ask("OPTIONS /one"),
            "HTTP/1.1 204 No Content\r\nAllow: OPTIONS, GET, HEAD, PUT\r\n\r\n");
  EXPECT_EQ(ask("OPTIONS *"), "HTTP/1.1 204 No Content\r\nAllow: OPTIONS\r\n\r\n");
  EXPECT_EQ(code_of(ask("OPTIONS /none")), 404);
  EXPECT_EQ(code_of(ask("OPTIONS /own")), 200);
  EXPECT_EQ(code_of(ask("OPTIONS /any")), 200);
  EXPECT_EQ(any.last, "OPTIONS /any");
  EXPECT_TRUE(has(ask("POST /one"), "\r\nAllow: OPTIONS, GET, HEAD, PUT\r\n"));
  EXPECT_EQ(code_of(ask("get /one")), 405) << "RFC 9110 §9.1: methods have case";
  EXPECT_EQ(code_of(ask("FOO /any")), 200);
  EXPECT_EQ(code_of(ask("CONNECT a:80")), 400);
  EXPECT_EQ(ask("HEAD /one"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(ask("HEAD /none"),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n");
  const std::string answer = ask("GET /one");
  EXPECT_EQ(answer.substr(answer.size() - 8), "GET /one");
}

TEST_F(ServerTarget, answers_head_without_a_body_however_it_is_given) {
  static std::size_t asked;
  asked = 0;
  handler.asked = [](const Received& request, Responder& responder) {
    const Responder::More more = [](ByteSpan) -> std::size_t { return ++asked, 0; };
    EXPECT_TRUE(responder.is_head());
    Status status = Status::ok;
    if (request.path == "/constant") status = responder.answer_constant(200, {}, bytes_of("hello"));
    if (request.path == "/sized") status = responder.stream(200, {}, more, 7);
    if (request.path == "/chunked") status = responder.stream(200, {}, more);
    EXPECT_EQ(status, Status::ok);
  };
  RawClient client(net);
  const auto head = [&](const std::string& path) {
    return client.ask("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  EXPECT_EQ(head("/constant"), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(head("/sized"), "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
  EXPECT_EQ(head("/chunked"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(asked, 0u);
}

TEST_F(ServerTarget, does_not_let_a_handler_split_its_answer) {
  handler.asked = [](const Received&, Responder& responder) {
    for (const char* value : {"a\r\nX: y", "a\nb", "a\rb"}) {
      EXPECT_EQ(Reply(responder, 200).field("Location", value).send(), Status::bad_argument);
      EXPECT_EQ(responder.answer(200, value), Status::bad_argument);
    }
    EXPECT_EQ(Reply(responder, 200).field("A: b\r\nC", "d").send(), Status::bad_argument);
    EXPECT_EQ(Reply(responder, 200).send(std::string(2000, 'x')), Status::too_large);
    EXPECT_EQ(responder.answer(204), Status::ok);
    EXPECT_EQ(responder.answer(204), Status::not_open);
  };
  EXPECT_EQ(code(get()), 204);
}

}  // namespace
}  // namespace mote::http
