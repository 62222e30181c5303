// SPDX-License-Identifier: MIT
#include "mote/http/asset.hpp"

#include <fstream>
#include <iterator>
#include <vector>

#include "http/server_bench.hpp"
#include "site.hpp"

namespace mote::http {
namespace {

using namespace std::literals;

constexpr std::uint8_t plain_bytes[] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};
constexpr std::uint8_t gzip_bytes[] = {'G', 'Z', 'I', 'P'};

constexpr Asset both_forms{
    "both", "text/plain", {plain_bytes, "\"p\""}, {gzip_bytes, "\"z,z\""}, "max-age=60"};
constexpr Asset only_gzip{"gzip", "text/plain", {}, {gzip_bytes, "\"z\""}};
constexpr Asset only_plain{"plain", "text/plain", {plain_bytes, "\"p\""}, {}};
constexpr Asset no_bytes{"none", "text/plain", {{plain_bytes, 0}, "\"e\""}, {}};
constexpr Asset no_tag{"untagged", "text/plain", {plain_bytes, {}}, {}, {}};

// All of it is constant: a server of files takes no RAM for them.
constexpr AssetHandler serves_both{both_forms};
constexpr AssetHandler serves_gzip{only_gzip};
constexpr AssetHandler serves_plain{only_plain};
constexpr AssetHandler serves_none{no_bytes};
constexpr AssetHandler serves_untagged{no_tag};
constexpr AssetHandler serves_page{site::index_html};
constexpr Route routes[] = {{"GET", "/both", serves_both},
                            {"GET", "/gzip", serves_gzip},
                            {"GET", "/plain", serves_plain},
                            {"GET", "/none", serves_none},
                            {"GET", "/untagged", serves_untagged},
                            {"GET", "/page", serves_page},
                            {"GET", "/static/*", site::folder},
                            {"GET", "/*", site::folder}};

struct Answer {
  std::string code;
  std::string head;
  std::string body;

  /// The value of a field; "-" when there is none.
  std::string field(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "-";
    const std::size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

struct AssetTest : ::testing::Test {
  AssetTest() { EXPECT_EQ(server.listen(80), Status::ok); }

  Answer ask(const std::string& method, const std::string& path, const std::string& fields = {}) {
    RawClient client(net);
    const std::string request = method + " " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    const std::string got = client.ask(request);
    client.tcp.abort();
    net.settle();
    EXPECT_EQ(net.blocks().used(), 0);
    const std::size_t end = got.find("\r\n\r\n");
    EXPECT_NE(end, std::string::npos) << got;
    return {got.substr(9, 3), got.substr(0, end + 2), got.substr(end + 4)};
  }

  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 2> places{sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  SizedServer<2> server{net, door, routes};
};

TEST_F(AssetTest, sends_the_bytes_with_all_that_is_known_of_them) {
  RawClient client(net);
  EXPECT_EQ(client.ask("GET /both HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nVary: Accept-Encoding\r\nETag: \"z,z\"\r\n"
            "Cache-Control: max-age=60\r\nContent-Type: text/plain\r\nAccept-Ranges: bytes\r\n"
            "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nGZIP");
  EXPECT_EQ(client.ask("GET /untagged HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccept-Ranges: bytes\r\n"
            "Content-Length: 10\r\n\r\n0123456789");
}

TEST_F(AssetTest, leaves_out_the_body_for_head) {
  const Answer got = ask("HEAD", "/both", "Range: bytes=0-1\r\n");
  EXPECT_EQ(got.code, "200") << "RFC 9110 §14.2: Range means nothing with another method than GET";
  EXPECT_EQ(got.field("Content-Length"), "10");
  EXPECT_EQ(got.body, "");
}

TEST_F(AssetTest, chooses_the_form_that_the_client_takes) {
  const struct {
    const char* rule;
    const char* path;
    const char* fields;
    const char* code;
    const char* body;
  } rows[] = {
      {"RFC 9110 §12.5.3 (1) no field: anything", "/both", "", "200", "0123456789"},
      {"RFC 9110 §12.5.3 (1) no field: anything", "/gzip", "", "200", "GZIP"},
      {"RFC 9110 §12.5.3 listed", "/both", "Accept-Encoding: gzip\r\n", "200", "GZIP"},
      {"RFC 9110 §12.5.3 among others",
       "/both",
       "Accept-Encoding: br, gzip;q=0.5\r\n",
       "200",
       "GZIP"},
      {"RFC 9110 §5.3 in several fields",
       "/both",
       "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n",
       "200",
       "GZIP"},
      {"RFC 9110 §8.4.1 without case", "/both", "accept-encoding: GZip;Q=1\r\n", "200", "GZIP"},
      {"RFC 9110 §8.4.1.3 x-gzip is gzip", "/both", "Accept-Encoding: x-gzip\r\n", "200", "GZIP"},
      {"RFC 9110 §12.4.2 q=0 refuses",
       "/both",
       "Accept-Encoding: gzip;q=0\r\n",
       "200",
       "0123456789"},
      {"RFC 9110 §12.4.2 q=0.000", "/gzip", "Accept-Encoding: gzip ; q=0.000\r\n", "406", ""},
      {"RFC 9110 §12.4.2 q=0.001 takes it",
       "/gzip",
       "Accept-Encoding: gzip;q=0.001\r\n",
       "200",
       "GZIP"},
      {"RFC 9110 §12.5.3 * is any other", "/gzip", "Accept-Encoding: br, *\r\n", "200", "GZIP"},
      {"RFC 9110 §12.5.3 *;q=0", "/gzip", "Accept-Encoding: br, *;q=0\r\n", "406", ""},
      {"RFC 9110 §12.5.3 gzip before *",
       "/gzip",
       "Accept-Encoding: *;q=0, gzip\r\n",
       "200",
       "GZIP"},
      {"RFC 9110 §12.5.3 gzip before *", "/gzip", "Accept-Encoding: gzip;q=0, *\r\n", "406", ""},
      {"RFC 9110 §12.5.3 empty: none", "/both", "Accept-Encoding:\r\n", "200", "0123456789"},
      {"RFC 9110 §12.5.3 empty: none", "/gzip", "Accept-Encoding:\r\n", "406", ""},
      {"RFC 9110 §12.5.3 others", "/gzip", "Accept-Encoding: br, identity\r\n", "406", ""},
      {"RFC 9110 §12.5.3 only one form",
       "/plain",
       "Accept-Encoding: gzip\r\n",
       "200",
       "0123456789"},
  };
  for (const auto& row : rows) {
    const Answer got = ask("GET", row.path, row.fields);
    const std::string about = std::string(row.rule) + "\n" + row.fields;
    EXPECT_EQ(got.code, row.code) << about;
    EXPECT_EQ(got.body, row.body) << about;
    EXPECT_EQ(got.field("Content-Encoding"), got.body == "GZIP" ? "gzip" : "-") << about;
    if (got.code != "200") continue;
    EXPECT_EQ(got.field("Vary"), row.path == "/plain"s ? "-" : "Accept-Encoding") << about;
  }
}

TEST_F(AssetTest, answers_conditions_by_the_tag_of_the_chosen_form) {
  const struct {
    const char* rule;
    const char* path;
    const char* fields;
    const char* code;
  } rows[] = {
      {"RFC 9110 §13.1.2 the same", "/both", "If-None-Match: \"p\"\r\n", "304"},
      {"RFC 9110 §13.1.2 another", "/both", "If-None-Match: \"q\"\r\n", "200"},
      {"RFC 9110 §8.8.3.2 compared weakly", "/both", "If-None-Match: W/\"p\"\r\n", "304"},
      {"RFC 9110 §13.1.2 one of a list",
       "/both",
       "If-None-Match: \"a\", W/\"b,\" ,\"p\"\r\n",
       "304"},
      {"RFC 9110 §5.3 a list in several fields",
       "/both",
       "If-None-Match: \"a\"\r\nIf-None-Match: \"p\"\r\n",
       "304"},
      {"RFC 9110 §13.1.2 *", "/both", "If-None-Match: *\r\n", "304"},
      {"RFC 9110 §8.8.3 * is no tag of a list", "/both", "If-None-Match: \"*\"\r\n", "200"},
      {"RFC 9110 §8.8.3 quotes belong to it", "/both", "If-None-Match: p\r\n", "200"},
      {"RFC 9110 §8.8.3 a quote too few", "/both", "If-None-Match: \"p\r\n", "200"},
      {"RFC 9110 §8.8.3 it has case", "/both", "If-None-Match: \"P\"\r\n", "200"},
      {"RFC 9110 §8.8.3.3 each form has its own",
       "/both",
       "Accept-Encoding: gzip\r\nIf-None-Match: \"p\"\r\n",
       "200"},
      {"RFC 9110 §8.8.3 commas in a tag",
       "/both",
       "Accept-Encoding: gzip\r\nIf-None-Match: \"a\", \"z,z\"\r\n",
       "304"},
      {"RFC 9110 §13.2.2 (5) before Range",
       "/both",
       "If-None-Match: \"p\"\r\nRange: bytes=0-1\r\n",
       "304"},
      {"RFC 9110 §13.2.2 (5) before Range",
       "/both",
       "If-None-Match: \"p\"\r\nRange: bytes=99-\r\n",
       "304"},
      {"RFC 9110 §13.1.1 If-Match, the same", "/both", "If-Match: \"p\"\r\n", "200"},
      {"RFC 9110 §13.1.1 *", "/both", "If-Match: *\r\n", "200"},
      {"RFC 9110 §13.1.1 another", "/both", "If-Match: \"q\"\r\n", "412"},
      {"RFC 9110 §13.1.1 compared strongly", "/both", "If-Match: W/\"p\"\r\n", "412"},
      {"RFC 9110 §13.2.2 (1) If-Match first",
       "/both",
       "If-Match: \"q\"\r\nIf-None-Match: \"p\"\r\n",
       "412"},
      {"RFC 9110 §13.1.3 no date, so ignored",
       "/both",
       "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT\r\n",
       "200"},
      {"RFC 9110 §13.1.4 no date, so ignored",
       "/both",
       "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
       "200"},
      {"RFC 9110 §13.2.1 what would not be a 200 is not judged",
       "/gzip",
       "Accept-Encoding: br\r\nIf-None-Match: *\r\n",
       "406"},
      {"no tag is never the same", "/untagged", "If-None-Match: \"\"\r\n", "200"},
  };
  for (const auto& row : rows) {
    for (const char* const method : {"GET", "HEAD"}) {
      const Answer got = ask(method, row.path, row.fields);
      const std::string about = std::string(row.rule) + "\n" + row.fields;
      EXPECT_EQ(got.code, row.code) << about;
      if (got.code != "304") continue;
      EXPECT_EQ(got.body, "") << about;
      EXPECT_NE(got.field("ETag"), "-") << about;
      EXPECT_EQ(got.field("Cache-Control"), "max-age=60") << about;
      EXPECT_EQ(got.field("Vary"), "Accept-Encoding") << about;
      EXPECT_EQ(got.field("Content-Length"), "-") << about;
    }
  }
}

TEST_F(AssetTest, sends_one_range) {
  const struct {
    const char* rule;
    const char* path;
    const char* fields;
    const char* code;
    const char* range;
    const char* body;
  } rows[] = {
      {"RFC 9110 §14.1.2 first-last",
       "/both",
       "Range: bytes=2-4\r\n",
       "206",
       "bytes 2-4/10",
       "234"},
      {"RFC 9110 §14.1.2 one byte", "/both", "Range: bytes=0-0\r\n", "206", "bytes 0-0/10", "0"},
      {"RFC 9110 §14.1.2 first-", "/both", "Range: bytes=7-\r\n", "206", "bytes 7-9/10", "789"},
      {"RFC 9110 §14.1.2 -suffix", "/both", "Range: bytes=-3\r\n", "206", "bytes 7-9/10", "789"},
      {"RFC 9110 §14.1.2 a longer suffix",
       "/both",
       "Range: bytes=-30\r\n",
       "206",
       "bytes 0-9/10",
       "0123456789"},
      {"RFC 9110 §14.1.2 last beyond the end",
       "/both",
       "Range: bytes=8-99\r\n",
       "206",
       "bytes 8-9/10",
       "89"},
      {"RFC 9110 §14.1.2 beyond 64 bits",
       "/both",
       "Range: bytes=8-99999999999999999999999999999999999999999\r\n",
       "206",
       "bytes 8-9/10",
       "89"},
      {"RFC 9110 §14.1.2 beyond 64 bits",
       "/both",
       "Range: bytes=-99999999999999999999999999999999999999999\r\n",
       "206",
       "bytes 0-9/10",
       "0123456789"},
      {"RFC 9110 §14.1.2 leading zeros",
       "/both",
       "Range: bytes=0002-04\r\n",
       "206",
       "bytes 2-4/10",
       "234"},
      {"RFC 9110 §14.1 units without case",
       "/both",
       "Range: BYTES=2-4\r\n",
       "206",
       "bytes 2-4/10",
       "234"},
      {"RFC 9110 §14.2 a list of one, which MAY be ignored",
       "/both",
       "Range: bytes=2-4,\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §14.2 of the chosen form",
       "/both",
       "Accept-Encoding: gzip\r\nRange: bytes=1-2\r\n",
       "206",
       "bytes 1-2/4",
       "ZI"},
      {"RFC 9110 §15.5.17 behind the end",
       "/both",
       "Range: bytes=10-\r\n",
       "416",
       "bytes */10",
       ""},
      {"RFC 9110 §15.5.17 behind the end",
       "/both",
       "Range: bytes=10-12\r\n",
       "416",
       "bytes */10",
       ""},
      {"RFC 9110 §15.5.17 far behind",
       "/both",
       "Range: bytes=99999999999999999999999999-\r\n",
       "416",
       "bytes */10",
       ""},
      {"RFC 9110 §14.1.2 an empty suffix", "/both", "Range: bytes=-0\r\n", "416", "bytes */10", ""},
      {"RFC 9110 §14.1.1 last before first",
       "/both",
       "Range: bytes=4-2\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §14.1.1 no number", "/both", "Range: bytes=-\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 no dash", "/both", "Range: bytes=2\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 two dashes", "/both", "Range: bytes=--2\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 no digits", "/both", "Range: bytes=0x2-4\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 what follows", "/both", "Range: bytes=2-4x\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 space within", "/both", "Range: bytes=2 -4\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 nothing", "/both", "Range: bytes=\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.1.1 no unit", "/both", "Range: 2-4\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.2 another unit", "/both", "Range: lines=2-4\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.2 another unit", "/both", "Range: bytesx=2-4\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §14.2 several, which MAY be ignored",
       "/both",
       "Range: bytes=0-1,4-5\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §13.1.5 If-Range, the same",
       "/both",
       "Range: bytes=2-4\r\nIf-Range: \"p\"\r\n",
       "206",
       "bytes 2-4/10",
       "234"},
      {"RFC 9110 §13.1.5 another",
       "/both",
       "Range: bytes=2-4\r\nIf-Range: \"q\"\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §13.1.5 compared strongly",
       "/both",
       "Range: bytes=2-4\r\nIf-Range: W/\"p\"\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §13.1.5 another, not satisfiable",
       "/both",
       "Range: bytes=99-\r\nIf-Range: \"q\"\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §13.1.5 a date, and there is none",
       "/both",
       "Range: bytes=2-4\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
       "200",
       "-",
       "0123456789"},
      {"RFC 9110 §13.1.5 without Range", "/both", "If-Range: \"p\"\r\n", "200", "-", "0123456789"},
      {"RFC 9110 §13.1.5 of the chosen form",
       "/both",
       "Accept-Encoding: gzip\r\nRange: bytes=1-2\r\nIf-Range: \"p\"\r\n",
       "200",
       "-",
       "GZIP"},
      {"no tag is never the same",
       "/untagged",
       "Range: bytes=2-4\r\nIf-Range:\r\n",
       "200",
       "-",
       "0123456789"},
      {"of nothing there is no part", "/none", "Range: bytes=-1\r\n", "200", "-", ""},
      {"of nothing there is no part", "/none", "Range: bytes=0-\r\n", "200", "-", ""},
  };
  for (const auto& row : rows) {
    const Answer got = ask("GET", row.path, row.fields);
    const std::string about = std::string(row.rule) + "\n" + row.fields;
    EXPECT_EQ(got.code, row.code) << about;
    EXPECT_EQ(got.field("Content-Range"), row.range) << about;
    EXPECT_EQ(got.body, row.body) << about;
    EXPECT_EQ(got.field("Content-Length"), std::to_string(got.body.size())) << about;
    if (got.code != "206") continue;
    EXPECT_NE(got.field("ETag"), "-") << about << "RFC 9110 §15.3.7";
    EXPECT_EQ(got.field("Vary"), "Accept-Encoding") << about << "RFC 9110 §15.3.7";
  }
}

TEST_F(AssetTest, reads_the_same_however_it_is_cut) {
  const Answer whole = ask("GET", "/both", "Accept-Encoding: gzip\r\nRange: bytes=1-2\r\n");
  net.wire.piece_bytes_max = 1;
  const Answer cut = ask("GET", "/both", "Accept-Encoding: gzip\r\nRange: bytes=1-2\r\n");
  EXPECT_EQ(cut.head, whole.head);
  EXPECT_EQ(cut.body, whole.body);
}

TEST_F(AssetTest, finds_the_file_that_a_path_names) {
  const struct {
    const char* path;
    const Asset* asset;  // nullptr: 404
  } rows[] = {
      {"/", &site::index_html},
      {"/index.html", &site::index_html},
      {"/page", &site::index_html},
      {"/static/", &site::index_html},
      {"/static/style.css", &site::style_css},
      {"/style.css", &site::style_css},
      {"/style.css?v=2", &site::style_css},
      {"/%73tyle%2Ecss", &site::style_css},
      {"/a%20name.txt", &site::a_name_txt},
      {"/docs/", &site::docs_index_html},
      {"/docs/index.html", &site::docs_index_html},
      {"/static/docs/", &site::docs_index_html},
      {"/docs", nullptr},
      {"/style.cs", nullptr},
      {"/style.csss", nullptr},
      {"/style.css/", nullptr},
      {"/Style.css", nullptr},
      {"//style.css", &site::style_css},
      {"/docs//", nullptr},
      {"/static", nullptr},
      {"/s", nullptr},
  };
  for (const auto& row : rows) {
    const Answer got = ask("GET", row.path);
    ASSERT_EQ(got.code, row.asset ? "200" : "404") << row.path;
    if (!row.asset) continue;
    EXPECT_EQ(got.field("ETag"), std::string(row.asset->plain.etag)) << row.path;
    EXPECT_EQ(got.field("Content-Type"), std::string(row.asset->type)) << row.path;
  }
  EXPECT_EQ(ask("POST", "/style.css", "Content-Length: 0\r\n").code, "405");
}

TEST_F(AssetTest, serves_an_embedded_folder_byte_for_byte) {
  std::string paths;
  for (const Asset& asset : site::table) {
    const std::string path(asset.path);
    paths += path + "\n";
    std::ifstream file(MOTE_TEST_ASSETS "/" + path, std::ios::binary);
    ASSERT_TRUE(file) << path;
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string target = path == "a name.txt" ? "/a%20name.txt" : "/" + path;
    EXPECT_EQ(ask("GET", target).body, bytes) << path;
    // embed_assets_test.py holds that this unpacks to the same.
    const Answer packed = ask("GET", target, "Accept-Encoding: gzip\r\n");
    const AssetForm& form = asset.gzip.bytes.data() ? asset.gzip : asset.plain;
    EXPECT_EQ(packed.body, std::string(text_of(form.bytes))) << path;
    EXPECT_EQ(packed.field("ETag"), std::string(form.etag)) << path;
    EXPECT_LE(form.bytes.size(), bytes.size()) << path;
  }
  EXPECT_EQ(paths,
            "a name.txt\ndocs/index.html\nempty.json\nevery_byte.bin\nindex.html\nstyle.css\n");
  EXPECT_EQ(site::index_html.type, "text/html; charset=utf-8");
  EXPECT_NE(site::index_html.gzip.etag, site::index_html.plain.etag);
  EXPECT_EQ(site::every_byte_bin.gzip.bytes.data(), nullptr);  // gzip makes it larger
}

/// An asset of many pieces, on a server of its own.
struct LargeAssetTest : ::testing::Test {
  LargeAssetTest() {
    for (std::size_t at = 0; at < many.size(); ++at) many[at] = static_cast<std::uint8_t>(at * 7);
    EXPECT_EQ(server.listen(80), Status::ok);
  }

  /// What a new client gets of it.
  std::string get() {
    RawClient client(net);
    client.send("GET /x HTTP/1.1\r\nHost: a\r\nRange: bytes=1-\r\n\r\n");
    net.pass({100});
    const std::string got = client.heard();
    EXPECT_EQ(net.blocks().used(), 0);
    const std::size_t end = got.find("\r\n\r\n");
    return end == std::string::npos ? "" : got.substr(end + 4);
  }

  std::array<std::uint8_t, 20'000> many;
  const std::string wanted() const { return {many.begin() + 1, many.end()}; }
  Asset asset{"many", "", {many, "\"m\""}, {}};
  AssetHandler handler{asset};
  const Route routes[1] = {{"GET", "*", handler}};
  sim::SizedNet<4, 1024> net;
  std::array<sim::Tcp, 2> places{sim::Tcp(net), sim::Tcp(net)};
  sim::Listener door{net, places};
  SizedServer<2> server{net, door, routes};
};

TEST_F(LargeAssetTest, is_sent_without_a_block) { EXPECT_EQ(get(), wanted()); }

TEST_F(LargeAssetTest, survives_any_operation_of_the_server_failing) {
  net.wire.window_bytes = 2048;
  for (const sim::Fault fault : {sim::Fault::would_block, sim::Fault::reset}) {
    std::uint32_t n = 0, operations = 0;
    do {
      SCOPED_TRACE(++n);
      net.fail_operation(n, fault, sim::Side::accepted);
      const std::uint32_t before = net.operations();
      const std::string got = get();
      operations = net.operations() - before;
      EXPECT_TRUE(got == wanted() || (fault == sim::Fault::reset && got.size() < wanted().size()));
      net.fail_operation(0, fault, sim::Side::accepted);
      net.pass({60'000});
      EXPECT_EQ(server.connections(), 0u);
      EXPECT_TRUE(get() == wanted());
    } while (operations >= n);
    EXPECT_GT(n, 10u);
  }
}

}  // namespace
}  // namespace mote::http
