// SPDX-License-Identifier: MIT
#include "mbedtls/soak/course.hpp"

namespace mote::mbedtls {
namespace {

constexpr struct {
  const char* name;
  sim::Mishap mishap;
} mishaps[] = {{"one bit turned", sim::Mishap::flip},
               {"reset", sim::Mishap::reset},
               {"ended", sim::Mishap::end},
               {"silent", sim::Mishap::silence}};

std::string name_of(const Scenario& scenario, sim::Side side, const char* mishap) {
  return std::string(scenario.name) + ", " + (side == sim::Side::made ? "client's" : "server's") +
         " bytes, " + mishap;
}

/// How many bytes each side sends when nothing happens.
std::uint64_t bytes_of_side(Course& course, sim::Side side) {
  const std::uint64_t before = course.net.bytes_sent(side);
  course.run();
  EXPECT_TRUE(course.went_well());
  return course.net.bytes_sent(side) - before;
}

TEST(Soak, a_run_is_like_the_one_before) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    Course course(scenario);
    std::uint64_t sent[2] = {}, allocated = 0;
    for (int run = 0; run < 3; ++run) {
      const std::uint64_t asked = allocations();
      const std::uint64_t made = bytes_of_side(course, sim::Side::made);
      if (run != 0) {
        EXPECT_EQ(made, sent[0]);
        EXPECT_EQ(allocations() - asked, allocated);
      }
      sent[0] = made;
      allocated = allocations() - asked;
      const std::uint64_t accepted = bytes_of_side(course, sim::Side::accepted);
      if (run != 0) {
        EXPECT_EQ(accepted, sent[1]);
      }
      sent[1] = accepted;
      course.expect_truth();
    }
    std::printf("%s: %llu bytes by the client, %llu by the server, %llu allocations\n",
                scenario.name,
                static_cast<unsigned long long>(sent[0]),
                static_cast<unsigned long long>(sent[1]),
                static_cast<unsigned long long>(allocated));
  }
}

/// What is told of the mishaps that the wire has; a bit that is turned may be told as anything.
void expect_right_reasons(const Course& course, sim::Side side, sim::Mishap mishap) {
  const std::string native = course.native();
  for (const Status status : course.heard()) {
    EXPECT_NE(status, Status::tls_memory) << native;
    if (mishap == sim::Mishap::flip) continue;
    EXPECT_FALSE(is_about_a_certificate(status)) << native;
    EXPECT_NE(status, Status::protocol_error) << native;
  }
  // The last bytes of either side are its close_notify.
  const bool client_cut = side == sim::Side::made && mishap != sim::Mishap::flip;
  const bool server_cut = side == sim::Side::accepted && mishap != sim::Mishap::flip;
  if (client_cut) {
    EXPECT_FALSE(course.server_end.ended);
  }
  if (server_cut) {
    EXPECT_FALSE(course.client_end.ended);
  }
  if (mishap == sim::Mishap::reset) {
    EXPECT_TRUE(course.anybody_heard(Status::reset) || course.went_well()) << native;
  }
  if (mishap == sim::Mishap::end) {
    EXPECT_TRUE(course.anybody_heard(Status::truncated) || course.went_well()) << native;
  }
  // A server's handshake has its own deadline, and everything else that of whoever uses it.
  const bool server_waits = mishap == sim::Mishap::silence && !course.accepted;
  if (server_waits) {
    EXPECT_EQ(course.refused->status, Status::timed_out) << native;
  }
  EXPECT_TRUE(course.server_told || (client_cut && mishap == sim::Mishap::silence)) << native;
  // Whoever is told of an end that was orderly did not wait for more.
  const bool orderly = course.client_end.closed->status == Status::closed;
  EXPECT_TRUE(!orderly || course.client_waited || course.went_well()) << native;
}

void meet_at_every_byte(const Scenario& scenario,
                        sim::Side side,
                        sim::Mishap mishap,
                        const char* name) {
  Course course(scenario);
  const std::uint64_t all = bytes_of_side(course, side);
  Progress progress(name, all);
  Tally tally;
  for (std::uint64_t n = 1; n <= all; ++n) {
    if (!share.has(n)) continue;
    SCOPED_TRACE("byte " + std::to_string(n));
    course.net.spoil_byte(n, mishap, side);
    course.run();
    tally.count(course);
    course.expect_truth();
    if (course.client_end.closed) expect_right_reasons(course, side, mishap);
    course.net.spoil_byte(0, mishap, side);
    progress.at(n);
    if (enough_failed()) break;
  }
  course.run();
  EXPECT_TRUE(course.went_well());
  tally.print(name);
}

TEST(Soak, any_byte_may_meet_a_mishap) {
  for (const auto& mishap : mishaps)
    for (const Scenario& scenario : scenarios)
      for (const sim::Side side : {sim::Side::made, sim::Side::accepted}) {
        const std::string name = name_of(scenario, side, mishap.name);
        SCOPED_TRACE(name);
        meet_at_every_byte(scenario, side, mishap.mishap, name.c_str());
      }
}

}  // namespace
}  // namespace mote::mbedtls
