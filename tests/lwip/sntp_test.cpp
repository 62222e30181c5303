// SPDX-License-Identifier: MIT
#include "lwip/sntp.hpp"

#include <gtest/gtest.h>

#include "lab.hpp"

namespace lab {
namespace {

constexpr std::uint64_t the_time = 1'800'000'000;  // 15 January 2027
constexpr std::uint64_t from_1900_to_1970 = 2'208'988'800;

void put_word(std::string& into, std::size_t at, std::uint64_t value) {
  for (int i = 0; i < 4; ++i) into[at + i] = static_cast<char>(value >> (24 - 8 * i));
}

/// What a good server says to `question` (RFC 4330 §4).
std::string answer_to(const std::string& question, std::uint64_t unix_seconds = the_time) {
  std::string answer(48, '\0');
  answer[0] = 0x24;  // no warning, version 4, server
  answer[1] = 2;     // stratum
  answer.replace(24, 8, question.substr(40, 8));
  put_word(answer, 32, unix_seconds + from_1900_to_1970);
  put_word(answer, 40, unix_seconds + from_1900_to_1970);
  return answer;
}

struct SntpTest : testing::Test {
  SntpTest() {
    lab.peer.time_server = [this](const std::string& question) -> std::vector<PeerDatagram> {
      questions.push_back(question);
      asked_at.push_back(lab.passed_ms());
      if (silent) return {};
      return answers ? answers(question) : std::vector<PeerDatagram>{{answer_to(question)}};
    };
  }
  Lab lab;
  bool silent = false;
  std::function<std::vector<PeerDatagram>(const std::string&)> answers;
  std::vector<std::string> questions;
  std::vector<std::uint64_t> asked_at;
};

TEST_F(SntpTest, tells_the_time_as_soon_as_the_network_is_up) {
  lab.run({10});
  lab.set_link(false);
  lwip::Sntp sntp(lab.net, "10.0.0.2");
  lab.run({5'000});
  EXPECT_EQ(lab.net.unix_seconds(), 0u);
  lab.set_link(true);
  lab.run({300});
  EXPECT_EQ(lab.net.unix_seconds(), the_time);
  lab.run({60'000});
  EXPECT_EQ(lab.net.unix_seconds(), the_time + 60);
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_EQ(questions[0].size(), 48u);
  EXPECT_EQ(questions[0][0], 0x23);  // RFC 4330 §5: version 4, client
}

TEST_F(SntpTest, finds_a_server_by_name_once_there_is_a_name_server) {
  lab.run({10});
  lab.set_name_server(false);
  lab.peer.names["time.example"].ipv4 = "10.0.0.2";
  lwip::Sntp sntp(lab.net, "time.example");
  lab.run({5'000});
  EXPECT_TRUE(questions.empty());
  lab.set_name_server(true);
  lab.run({500});
  EXPECT_EQ(lab.net.unix_seconds(), the_time);
}

TEST_F(SntpTest, asks_again_ever_later_until_there_is_an_answer_and_then_hourly) {
  silent = true;
  lwip::Sntp sntp(lab.net, "10.0.0.2");
  lab.run({100'000});
  EXPECT_EQ(lab.net.unix_seconds(), 0u);
  ASSERT_GE(questions.size(), 3u);
  EXPECT_NEAR(static_cast<double>(asked_at[1] - asked_at[0]), 16'000, 500);
  EXPECT_NEAR(static_cast<double>(asked_at[2] - asked_at[1]), 31'000, 500);
  EXPECT_NE(questions[0].substr(40), questions[1].substr(40)) << "each bears its own number";
  silent = false;
  lab.run({200'000});
  const std::size_t asked = questions.size();
  EXPECT_NE(lab.net.unix_seconds(), 0u);
  lab.run({3'400'000});
  EXPECT_EQ(questions.size(), asked);
  lab.run({200'000});
  EXPECT_EQ(questions.size(), asked + 1);
}

TEST_F(SntpTest, believes_nobody_else) {
  const struct {
    const char* what;
    std::function<PeerDatagram(std::string good)> made;
  } rows[] = {
      {"RFC 4330 §5 (1): another address",
       [](auto good) {
         return PeerDatagram{good, "10.0.0.9"};
       }},
      {"RFC 4330 §5 (1): another port",
       [](auto good) {
         return PeerDatagram{good, "10.0.0.2", 124};
       }},
      {"RFC 4330 §5 (3): another question's number",
       [](auto good) { return good[24] ^= 1, PeerDatagram{good}; }},
      {"RFC 4330 §5 (3): no number",
       [](auto good) { return good.replace(24, 8, 8, '\0'), PeerDatagram{good}; }},
      {"RFC 4330 §8: kiss of death", [](auto good) { return good[1] = 0, PeerDatagram{good}; }},
      {"RFC 4330 §5 (5): from a client",
       [](auto good) { return good[0] = 0x23, PeerDatagram{good}; }},
      {"RFC 4330 §5 (5): for all", [](auto good) { return good[0] = 0x25, PeerDatagram{good}; }},
      {"RFC 4330 §5 (5): no time",
       [](auto good) { return good.replace(40, 8, 8, '\0'), PeerDatagram{good}; }},
      {"1970",
       [](auto good) { return put_word(good, 40, from_1900_to_1970 + 60), PeerDatagram{good}; }},
      {"2024",
       [](auto good) {
         return put_word(good, 40, from_1900_to_1970 + 1'735'689'599), PeerDatagram{good};
       }},
      {"cut short", [](auto good) { return good.resize(47), PeerDatagram{good}; }},
      {"empty", [](auto) { return PeerDatagram{""}; }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    answers = [&row](const std::string& question) {
      return std::vector<PeerDatagram>{row.made(answer_to(question))};
    };
    const std::size_t asked = questions.size();
    lwip::Sntp sntp(lab.net, "10.0.0.2");
    lab.run({10'000});
    EXPECT_EQ(lab.net.unix_seconds(), 0u);
    EXPECT_EQ(questions.size(), asked + 1) << "not more often";
    answers = nullptr;
    lab.run({60'000});
    EXPECT_GE(lab.net.unix_seconds(), the_time);
    lab.net.set_unix_seconds(0);
  }
}

TEST_F(SntpTest, takes_the_right_answer_among_wrong_ones) {
  answers = [](const std::string& question) {
    std::string wrong = answer_to(question, the_time + 1'000'000);
    wrong[31] ^= 1;
    return std::vector<PeerDatagram>{{wrong}, {answer_to(question)}, {wrong}};
  };
  lwip::Sntp sntp(lab.net, "10.0.0.2");
  lab.run({1'000});
  EXPECT_EQ(lab.net.unix_seconds(), the_time);
}

TEST_F(SntpTest, goes_on_after_the_seconds_of_ntp_began_anew_in_2036) {
  answers = [](const std::string& question) {
    return std::vector<PeerDatagram>{{answer_to(question, 2'100'000'000)}};
  };
  lwip::Sntp sntp(lab.net, "10.0.0.2");
  lab.run({500});
  EXPECT_EQ(lab.net.unix_seconds(), 2'100'000'000u);
}

TEST_F(SntpTest, carries_the_time_over_the_end_of_the_clocks_32_bits) {
  lab.run({10});
  lab.net.set_unix_seconds(the_time);
  for (int day = 0; day < 60; day += 20) lab.oversleep({20 * 86'400'000u});
  EXPECT_EQ(lab.net.unix_seconds(), the_time + 60 * 86'400);
}

TEST_F(SntpTest, lets_what_waits_try_again_when_the_time_is_known) {
  lab.run({10});
  static int tries;
  tries = 0;
  io::Retry retry(lab.net, [] { ++tries; });
  (void)retry.wait({{600'000}, {600'000}});
  lwip::Sntp sntp(lab.net, "10.0.0.2");
  lab.run({1'300});
  EXPECT_EQ(tries, 1);
}

}  // namespace
}  // namespace lab
