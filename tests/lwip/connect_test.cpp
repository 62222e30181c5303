// SPDX-License-Identifier: MIT
// How connections over lwIP begin: names and addresses, patience, and every way to fail.
#include <gtest/gtest.h>

#include "lab.hpp"

namespace lab {
namespace {

struct ConnectTest : testing::Test {
  ConnectTest() { lab.peer.listen(80); }

  Status connect(std::string_view host, std::uint16_t port = 80) {
    return tcp.connect({host, port, io::Security::none}, ear);
  }
  bool is_told(const char* word, std::uint32_t within_ms = 1'000) {
    return lab.until([&] { return ear.has(word); }, {within_ms});
  }

  Lab lab;
  Ear ear;
  lwip::Tcp tcp{lab.net};
};

TEST_F(ConnectTest, refuses_what_can_never_work_at_once) {
  EXPECT_EQ(connect(""), Status::bad_url);
  EXPECT_EQ(connect(std::string(254, 'a')), Status::bad_url);
  EXPECT_EQ(connect(std::string_view("10.0.0.2\0.test", 14)), Status::bad_url);
  EXPECT_EQ(tcp.connect({"10.0.0.2", 443, io::Security::tls}, ear), Status::insecure);
  EXPECT_EQ(lab.net.counters().blocks_used, 0);
}

TEST_F(ConnectTest, takes_address_literals_without_asking_a_server) {
  for (const char* host : {"10.0.0.2", "fd00::2"}) {
    ear.said.clear();
    ASSERT_EQ(connect(host), Status::ok);
    EXPECT_TRUE(is_told("connected", 5'000)) << host;
    EXPECT_EQ(lab.net.counters().blocks_used, 0);
    tcp.abort();
  }
  EXPECT_EQ(lab.peer.questions, 0);
}

TEST_F(ConnectTest, copies_the_host) {
  std::string host = "10.0.0.2";
  ASSERT_EQ(connect(host), Status::ok);
  host.assign(host.size(), 'x');
  EXPECT_TRUE(is_told("connected"));
}

TEST_F(ConnectTest, resolves_names_in_either_family) {
  lab.peer.names["four.test"] = {"10.0.0.2", "", false, 0, {}};
  lab.peer.names["six.test"] = {"", "fd00::2", false, 0, {}};
  lab.peer.names["both.test"] = {"10.0.0.2", "fd00::2", false, 0, {}};
  for (const char* host : {"four.test", "six.test", "both.test"}) {
    ear.said.clear();
    ASSERT_EQ(connect(host), Status::ok);
    EXPECT_TRUE(is_told("connected", 5'000)) << host;
    tcp.abort();
  }
}

TEST_F(ConnectTest, tries_the_other_family_when_the_first_fails) {
  lab.peer.names["refused.test"] = {"10.0.0.2", "fd00::2", false, 0, {}};
  lab.wire.eats = [](bool to_device, const std::vector<std::uint8_t>& frame) {
    return !to_device && frame[12] == 0x08 && frame[13] == 0x00 && frame[23] == 6;  // IPv4 TCP
  };
  ASSERT_EQ(connect("refused.test"), Status::ok);
  EXPECT_TRUE(is_told("connected", 15'000));
  EXPECT_EQ(ear.said, "connected ");
}

TEST_F(ConnectTest, says_unresolved_when_a_name_has_no_address) {
  ASSERT_EQ(connect("nobody.test"), Status::ok);
  ASSERT_TRUE(is_told("closed", 30'000));
  EXPECT_EQ(ear.why.status, Status::unresolved);
  EXPECT_EQ(ear.why.layer, Layer::resolver);
  EXPECT_EQ(lab.net.counters().blocks_used, 0);
}

TEST_F(ConnectTest, says_what_was_wrong_with_the_only_address) {
  lab.peer.names["only.test"] = {"10.0.0.2", "", false, 0, {}};
  ASSERT_EQ(connect("only.test", 81), Status::ok);
  ASSERT_TRUE(is_told("closed", 30'000));
  EXPECT_EQ(ear.why.status, Status::refused);
  EXPECT_EQ(ear.why.layer, Layer::tcp);
}

TEST_F(ConnectTest, says_refused_where_nobody_listens) {
  ASSERT_EQ(connect("10.0.0.2", 81), Status::ok);
  ASSERT_TRUE(is_told("closed"));
  EXPECT_EQ(ear.said, "closed:connection refused ");
  EXPECT_EQ(lab.net.counters().lost, 1u);
}

TEST_F(ConnectTest, says_timed_out_where_nobody_answers) {
  ASSERT_EQ(connect("10.0.0.77"), Status::ok);
  ASSERT_TRUE(is_told("closed", 120'000));
  EXPECT_EQ(ear.said, "closed:timed out ");
}

TEST_F(ConnectTest, says_unreachable_without_a_route) {
  // The only router the device knows is the peer; for IPv6 there is none.
  ASSERT_EQ(connect("2001:db8::1"), Status::ok);
  ASSERT_TRUE(is_told("closed", 60'000));
  EXPECT_NE(ear.why.status, Status::closed);
}

TEST_F(ConnectTest, waits_for_the_link) {
  lab.set_link(false);
  ASSERT_EQ(connect("10.0.0.2"), Status::ok);
  lab.run(Duration{20'000});
  EXPECT_EQ(ear.said, "");
  lab.set_link(true);
  EXPECT_TRUE(is_told("connected", 500));
}

TEST_F(ConnectTest, waits_for_an_address) {
  lab.set_address(false);
  ASSERT_EQ(connect("10.0.0.2"), Status::ok);
  lab.run(Duration{20'000});
  EXPECT_EQ(ear.said, "");
  lab.set_address(true);
  EXPECT_TRUE(is_told("connected", 2'000));
}

TEST_F(ConnectTest, waits_for_a_name_server) {
  lab.peer.names["late.test"] = {"10.0.0.2", "", false, 0, {}};
  lab.set_name_server(false);
  ASSERT_EQ(connect("late.test"), Status::ok);
  lab.run(Duration{20'000});
  EXPECT_EQ(ear.said, "");
  lab.set_name_server(true);
  EXPECT_TRUE(is_told("connected", 1'000));
}

TEST_F(ConnectTest, survives_the_cable_being_pulled_in_the_middle) {
  lab.wire.eats = [](bool to_device, const std::vector<std::uint8_t>&) { return to_device; };
  ASSERT_EQ(connect("10.0.0.2"), Status::ok);
  lab.run(Duration{1'000});
  lab.set_link(false);
  lab.run(Duration{1'000});
  lab.wire.eats = nullptr;
  lab.set_link(true);
  EXPECT_TRUE(is_told("connected", 5'000));
}

TEST_F(ConnectTest, forgets_a_question_whose_asker_is_gone) {
  lab.peer.names["slow.test"] = {"10.0.0.2", "", false, 900, {}};
  {
    lwip::Tcp brief(lab.net);
    Ear deaf;
    ASSERT_EQ(brief.connect({"slow.test", 80, io::Security::none}, deaf), Status::ok);
    lab.run(Duration{100});
    EXPECT_EQ(lab.peer.questions, 1);
  }
  lab.run(Duration{5'000});
  EXPECT_EQ(lab.peer.accepted(), nullptr);
  // The same object asks for another name while the answer for the first is on its way.
  lab.peer.names["slow2.test"] = {"10.0.0.2", "", false, 900, {}};
  lab.peer.names["quick.test"] = {"10.0.0.2", "", false, 0, {}};
  ASSERT_EQ(connect("slow2.test"), Status::ok);
  lab.run(Duration{100});
  tcp.abort();
  ASSERT_EQ(connect("quick.test", 81), Status::ok);
  ASSERT_TRUE(is_told("closed", 5'000));
  EXPECT_EQ(ear.why.status, Status::refused);
  lab.run(Duration{5'000});
  EXPECT_EQ(ear.said, "closed:connection refused ");
}

TEST_F(ConnectTest, forgets_a_question_when_it_is_closed) {
  lab.peer.names["slow.test"] = {"10.0.0.2", "", false, 900, {}};
  ASSERT_EQ(connect("slow.test"), Status::ok);
  lab.run(Duration{100});
  tcp.close();
  ASSERT_TRUE(is_told("closed", 10));
  lab.run(Duration{5'000});
  EXPECT_EQ(ear.said, "closed:closed ");
  EXPECT_EQ(lab.peer.accepted(), nullptr);
}

TEST_F(ConnectTest, gets_its_turn_when_all_questions_are_taken_by_others) {
  lab.peer.names["silent.test"].silent = true;
  lab.peer.names["good.test"] = {"10.0.0.2", "", false, 0, {}};
  for (int i = 0; i < 12; ++i) {
    const std::string host = "n" + std::to_string(i) + ".silent.test";
    lab.peer.names[host].silent = true;
    ASSERT_EQ(connect(host), Status::ok);
    lab.run(Duration{10});
    tcp.abort();
  }
  ASSERT_EQ(connect("good.test"), Status::ok);
  EXPECT_TRUE(is_told("connected", 60'000));
}

TEST_F(ConnectTest, survives_every_flaw_of_an_answer) {
  const struct {
    const char* what;
    Flaw flaw;
    bool connects;
  } answers[] = {
      {"another id", Flaw::other_id, false},
      {"another question", Flaw::other_question, false},
      {"cut short", Flaw::cut_short, false},
      {"a name that points at itself", Flaw::looping_name, true},
      {"a name longer than names are", Flaw::endless_name, true},
      {"data longer than the answer", Flaw::long_data, false},
      {"fewer records than promised", Flaw::no_records, false},
      {"twice", Flaw::twice, true},
      {"an alias first", Flaw::alias_first, true},
      {"the question itself", Flaw::question_only, false},
  };
  int number = 0;
  for (const auto& answer : answers) {
    SCOPED_TRACE(answer.what);
    const std::string host = "flaw" + std::to_string(++number) + ".test";
    lab.peer.names[host] = {"10.0.0.2", "", false, 0, answer.flaw};
    ear.said.clear();
    ASSERT_EQ(connect(host), Status::ok);
    EXPECT_TRUE(is_told(answer.connects ? "connected" : "closed:name not resolved", 60'000))
        << ear.said;
    tcp.abort();
    EXPECT_EQ(lab.net.counters().blocks_used, 0);
  }
  // No question is left open.
  lab.peer.names["good.test"] = {"10.0.0.2", "", false, 0, {}};
  ASSERT_EQ(connect("good.test"), Status::ok);
  EXPECT_TRUE(is_told("connected", 100));
}

TEST_F(ConnectTest, says_no_slot_when_there_is_no_block_for_the_name) {
  lwip::Tcp more[3] = {lwip::Tcp(lab.net), lwip::Tcp(lab.net), lwip::Tcp(lab.net)};
  for (lwip::Tcp& each : more) ASSERT_EQ(each.connect(peer_at(80), ear), Status::ok);
  EXPECT_EQ(connect("10.0.0.2"), Status::no_slot);
}

TEST_F(ConnectTest, says_no_slot_when_all_pcbs_are_taken) {
  std::vector<std::unique_ptr<Line>> lines;
  for (int i = 0; i < 8; ++i) lines.push_back(std::make_unique<Line>(lab));
  ASSERT_EQ(connect("10.0.0.2"), Status::ok);
  ASSERT_TRUE(is_told("closed"));
  EXPECT_EQ(ear.why.status, Status::no_slot);
  EXPECT_EQ(ear.why.native, -1);
}

}  // namespace
}  // namespace lab
