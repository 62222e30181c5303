// SPDX-License-Identifier: MIT
#include "mbedtls/soak/course.hpp"

namespace mote::mbedtls {
namespace {

TEST(Soak, any_allocation_of_a_connection_may_be_refused) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    Course course(scenario);
    const std::uint32_t before = allocations();
    course.run();
    const std::uint32_t all = allocations() - before;
    Progress progress(scenario.name, all);
    Tally tally;
    for (std::uint32_t n = 1; n <= all; ++n) {
      if (!share.has(n)) continue;
      SCOPED_TRACE("allocation " + std::to_string(n));
      const std::uint32_t refused = arena_use().refused;
      refuse_allocation(n);
      course.run();
      refuse_allocation(0);
      tally.count(course);
      EXPECT_EQ(arena_use().refused - refused, 1u);
      EXPECT_TRUE(course.told());
      EXPECT_TRUE(course.is_true());
      // What is not told is made up for: a session is not kept, say.
      if (!course.went_well()) {
        EXPECT_TRUE(course.anybody_heard(Status::tls_memory)) << to_string(course.ended_with());
      }
      course.expect_nothing_left();
      progress.at(n);
      if (testing::Test::HasFailure()) break;
    }
    course.run();
    EXPECT_TRUE(course.went_well());
    tally.print(scenario.name + std::string(", an allocation refused"));
  }
}

TEST(Soak, any_allocation_of_the_settings_may_be_refused) {
  { Bench first; }  // what Mbed TLS allocates once
  const auto open_all = [](std::uint32_t n) {
    Bench bench;
    Tickets tickets;
    bench.identity.issue(tickets);
    const std::uint32_t before = allocations();
    refuse_allocation(n);
    const Status of_trust = bench.trust.open(bench.net);
    const Status of_identity = bench.identity.open(bench.net);
    refuse_allocation(0);
    const std::uint32_t asked = allocations() - before;
    EXPECT_TRUE(of_trust == (n == 0 ? Status::ok : Status::tls_memory) ||
                of_identity == (n == 0 ? Status::ok : Status::tls_memory))
        << to_string(of_trust) << ", " << to_string(of_identity);
    EXPECT_EQ(bench.trust.open(bench.net), Status::ok);
    EXPECT_EQ(bench.identity.open(bench.net), Status::ok);
    return asked;
  };
  const std::uint32_t all = open_all(0);
  const std::size_t pieces = arena_use().pieces;
  for (std::uint32_t n = 1; n <= all; ++n) {
    if (!share.has(n)) continue;
    SCOPED_TRACE("allocation " + std::to_string(n) + " of " + std::to_string(all));
    (void)open_all(n);
    EXPECT_EQ(arena_use().pieces, pieces);
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace mote::mbedtls
