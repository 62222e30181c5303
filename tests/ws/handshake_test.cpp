// SPDX-License-Identifier: MIT
#include "mote/ws/handshake.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace mote::ws {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;
using Verdict = ServerHandshake::Verdict;

constexpr const char* key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr const char* accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

TEST(Handshake, computes_the_example_of_rfc_6455_section_1_3) {
  EXPECT_EQ(accept_of(key),
            (Accept{'s', '3', 'p', 'P', 'L', 'M', 'B', 'i', 'T', 'x', 'a', 'Q', '9', 'k',
                    'Y', 'G', 'z', 'z', 'h', 'Z', 'R', 'b', 'K', '+', 'x', 'O', 'o', '='}));
  const Key made = make_key(bytes_of("the sample nonce"));
  EXPECT_EQ(std::string(made.data(), made.size()), key);
}

struct Answer {
  const char* rule;
  Fields fields;
};

/// What the client says of these fields; read from memory that is gone when it is asked.
std::string client_says(const Fields& fields, std::string_view offered = {}) {
  ClientHandshake handshake{key, offered};
  for (auto [name, value] : fields) handshake.read_field(name, value);
  if (!handshake.is_accepted()) return "refused";
  return "accepted [" + std::string(handshake.subprotocol()) + "]";
}

TEST(ClientHandshake, accepts_the_right_answer_in_any_case_and_order) {
  const Answer cases[] = {
      {"4.1",
       {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept}}},
      {"other case and order",
       {{"sec-websocket-accept", accept}, {"CONNECTION", "upgrade"}, {"upgrade", "WebSocket"}}},
      {"Connection is a list",
       {{"Upgrade", "websocket"},
        {"Connection", "keep-alive, Upgrade"},
        {"Sec-WebSocket-Accept", accept}}},
      {"Upgrade is a list",
       {{"Upgrade", "foo/2, WebSocket"},
        {"Connection", "Upgrade"},
        {"Sec-WebSocket-Accept", accept}}},
      {"a list over two fields",
       {{"Upgrade", "websocket"},
        {"Connection", "keep-alive"},
        {"Connection", "upgrade"},
        {"Sec-WebSocket-Accept", accept}}},
      {"fields of no interest",
       {{"Upgrade", "websocket"},
        {"Server", "x"},
        {"Connection", "Upgrade"},
        {"Sec-WebSocket-Accept", accept},
        {"Date", ""}}},
  };
  for (const auto& c : cases) EXPECT_EQ(client_says(c.fields), "accepted []") << c.rule;
}

TEST(ClientHandshake, refuses_what_rfc_6455_section_4_1_forbids) {
  const std::pair<std::string, std::string> upgrade{"Upgrade", "websocket"};
  const std::pair<std::string, std::string> connection{"Connection", "Upgrade"};
  const std::pair<std::string, std::string> accepts{"Sec-WebSocket-Accept", accept};
  const auto accepting = [](const std::string& value) {
    return std::pair<std::string, std::string>{"Sec-WebSocket-Accept", value};
  };
  const std::string right = accept;
  const Answer cases[] = {
      {"no field at all", {}},
      {"no Upgrade", {connection, accepts}},
      {"another Upgrade", {{"Upgrade", "websockets"}, connection, accepts}},
      {"an empty Upgrade", {{"Upgrade", ""}, connection, accepts}},
      {"no Connection", {upgrade, accepts}},
      {"another Connection", {upgrade, {"Connection", "close"}, accepts}},
      {"no Accept", {upgrade, connection}},
      {"an empty Accept", {upgrade, connection, accepting("")}},
      {"a prefix of Accept", {upgrade, connection, accepting(right.substr(0, 27))}},
      {"more than Accept", {upgrade, connection, accepting(right + "=")}},
      {"Accept in another case", {upgrade, connection, accepting("S3pPLMBiTxaQ9kYGzzhZRbK+xOo=")}},
      {"the last bit of Accept", {upgrade, connection, accepting("s3pPLMBiTxaQ9kYGzzhZRbK+xOp=")}},
      {"the key for Accept", {upgrade, connection, accepting(key)}},
      {"Accept twice", {upgrade, connection, accepts, accepts}},
      {"a wrong Accept before the right", {upgrade, connection, accepting("x"), accepts}},
      {"a wrong Accept after the right", {upgrade, connection, accepts, accepting("x")}},
      {"an extension",
       {upgrade, connection, accepts, {"Sec-WebSocket-Extensions", "permessage-deflate"}}},
      {"a subprotocol that nobody asked for",
       {upgrade, connection, accepts, {"Sec-WebSocket-Protocol", "chat"}}},
  };
  for (const auto& c : cases) EXPECT_EQ(client_says(c.fields), "refused") << c.rule;
}

TEST(ClientHandshake, takes_only_one_of_the_subprotocols_that_it_offered) {
  const struct {
    const char* rule;
    std::vector<std::string> chosen;
    const char* expected;
  } cases[] = {
      {"the server may choose none", {}, "accepted []"},
      {"the first", {"mote.v1"}, "accepted [mote.v1]"},
      {"the last", {"chat"}, "accepted [chat]"},
      {"one not offered", {"mote.v2"}, "refused"},
      {"a part of one", {"mote"}, "refused"},
      {"case counts", {"Chat"}, "refused"},
      {"all of them", {"mote.v1, chat"}, "refused"},
      {"an empty one", {""}, "refused"},
      {"a comma", {","}, "refused"},
      {"one twice", {"chat", "chat"}, "refused"},
      {"two", {"mote.v1", "chat"}, "refused"},
      {"a bad one first", {"x", "chat"}, "refused"},
  };
  for (const auto& c : cases) {
    Fields fields{
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept}};
    for (const std::string& value : c.chosen) fields.emplace_back("Sec-WebSocket-Protocol", value);
    EXPECT_EQ(client_says(fields, "mote.v1, chat"), c.expected) << c.rule;
  }
}

/// What the server says of a good request with these fields changed: first the verdict, then the
/// subprotocol. An empty name takes the field of that value away.
std::string server_says(const Fields& changes, std::string_view supported = {}) {
  Fields fields{{"Host", "x"},
                {"Upgrade", "websocket"},
                {"Connection", "keep-alive, Upgrade"},
                {"Sec-WebSocket-Key", key},
                {"Sec-WebSocket-Version", "13"}};
  for (const auto& [name, value] : changes) {
    bool replaced = false;
    for (auto& field : fields) {
      if (name.empty() && field.first == value) field = {"X", "removed"}, replaced = true;
      if (!replaced && field.first == name) field.second = value, replaced = true;
    }
    if (!replaced) fields.emplace_back(name, value);
  }
  ServerHandshake handshake{supported};
  for (auto [name, value] : fields) handshake.read_field(name, value);
  switch (handshake.verdict()) {
    case Verdict::accepted: break;
    case Verdict::not_websocket: return "ordinary";
    case Verdict::bad_request: return "400";
    case Verdict::wrong_version: return "426";
  }
  EXPECT_EQ(handshake.accept(), accept_of(key));
  return "101 [" + std::string(handshake.subprotocol()) + "]";
}

TEST(ServerHandshake, judges_a_request_by_rfc_6455_section_4_2_1) {
  const struct {
    const char* rule;
    Fields changes;
    const char* expected;
  } cases[] = {
      {"a good one", {}, "101 []"},
      {"Upgrade in another case", {{"Upgrade", "WebSocket"}}, "101 []"},
      {"Upgrade is a list", {{"Upgrade", "h2c, websocket"}}, "101 []"},
      {"no Upgrade", {{"", "Upgrade"}}, "ordinary"},
      {"Upgrade to something else", {{"Upgrade", "h2c"}}, "ordinary"},
      {"no Connection", {{"", "Connection"}}, "400"},
      {"Connection without Upgrade", {{"Connection", "keep-alive"}}, "400"},
      {"no key", {{"", "Sec-WebSocket-Key"}}, "400"},
      {"an empty key", {{"Sec-WebSocket-Key", ""}}, "400"},
      {"a key of 15 bytes", {{"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA"}}, "400"},
      {"a key of 17 bytes", {{"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA="}}, "400"},
      {"a key of 18 bytes", {{"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAAA"}}, "400"},
      {"a key that is no base64", {{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ!=="}}, "400"},
      {"a key without padding", {{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"}}, "400"},
      {"a long key", {{"Sec-WebSocket-Key", std::string(5000, 'A')}}, "400"},
      {"two keys", {{"Sec-WebSocket-Key", key}, {"sec-websocket-key", key}}, "400"},
      {"no version", {{"", "Sec-WebSocket-Version"}}, "400"},
      {"4.4 an older version", {{"Sec-WebSocket-Version", "8"}}, "426"},
      {"4.4 a newer version", {{"Sec-WebSocket-Version", "14"}}, "426"},
      {"4.4 an empty version", {{"Sec-WebSocket-Version", ""}}, "426"},
      {"4.4 a version with a sign", {{"Sec-WebSocket-Version", "+13"}}, "426"},
      {"4.4 a version with zeros", {{"Sec-WebSocket-Version", "013"}}, "426"},
      {"4.4 a list of versions", {{"Sec-WebSocket-Version", "13, 8"}}, "426"},
      {"two versions", {{"Sec-WebSocket-Version", "13"}, {"sec-websocket-version", "8"}}, "400"},
      {"extensions are passed over",
       {{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"}},
       "101 []"},
  };
  for (const auto& c : cases) EXPECT_EQ(server_says(c.changes), c.expected) << c.rule;
}

TEST(ServerHandshake, chooses_the_subprotocol_that_it_wants_most) {
  const std::string long_list = std::string(4000, ',') + "chat" + std::string(4000, ' ');
  const struct {
    const char* rule;
    std::vector<std::string> offered;
    const char* expected;
  } cases[] = {
      {"nothing is offered", {}, "101 []"},
      {"one is", {"chat"}, "101 [chat]"},
      {"its own order decides", {"chat, mote.v1"}, "101 [mote.v1]"},
      {"over two fields", {"chat", "mote.v1"}, "101 [mote.v1]"},
      {"whichever field came first", {"mote.v1", "chat"}, "101 [mote.v1]"},
      {"nothing that it knows", {"soap, wamp"}, "101 []"},
      {"case counts", {"Chat"}, "101 []"},
      {"a part of a name is another name", {"mote"}, "101 []"},
      {"a long list", {long_list}, "101 [chat]"},
      {"only commas and spaces", {" , ,\t,"}, "400"},
      {"an empty field", {""}, "400"},
      {"what is no token", {"chat, a b"}, "400"},
      {"what is no token, behind the chosen", {"mote.v1, \"chat\""}, "400"},
  };
  for (const auto& c : cases) {
    Fields fields;
    for (const std::string& value : c.offered) fields.emplace_back("Sec-WebSocket-Protocol", value);
    if (fields.size() == 2) fields[1].first = "sec-websocket-protocol";
    EXPECT_EQ(server_says(fields, "mote.v1, chat"), c.expected) << c.rule;
  }
}

}  // namespace
}  // namespace mote::ws
