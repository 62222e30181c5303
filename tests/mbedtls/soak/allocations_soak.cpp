// SPDX-License-Identifier: MIT
#include <mbedtls/platform.h>

#include "mbedtls/soak/course.hpp"

namespace mote::mbedtls {
namespace {

/// Whoever found no memory says so, and nobody takes it for something else.
void expect_want_of_memory(const Course& course) {
  const std::string native = course.native();
  // What is not told is made up for: a session is not kept, say.
  EXPECT_TRUE(course.went_well() || course.anybody_heard(Status::tls_memory)) << native;
  for (const Status status : course.heard()) {
    EXPECT_FALSE(is_about_a_certificate(status)) << native;
    EXPECT_NE(status, Status::protocol_error) << native;
  }
  EXPECT_TRUE(course.server_told || course.accepted == nullptr) << native;
}

void refuse_each(const Scenario& scenario, std::uint32_t how_many, const char* name) {
  Course course(scenario);
  const std::uint32_t before = allocations();
  course.run();
  const std::uint32_t all = allocations() - before;
  Progress progress(name, all);
  Tally tally;
  for (std::uint32_t n = 1; n <= all; ++n) {
    if (!share.has(n) && all > 1000) continue;  // Where they are few each run has all.
    SCOPED_TRACE("allocation " + std::to_string(n));
    const std::uint32_t refused = arena_use().refused;
    refuse_allocation(n, how_many);
    course.run();
    refuse_allocation(0);
    tally.count(course);
    EXPECT_GE(arena_use().refused - refused, 1u);
    course.expect_truth();
    expect_want_of_memory(course);
    progress.at(n);
    if (enough_failed()) break;
  }
  course.run();
  EXPECT_TRUE(course.went_well());
  tally.print(name);
}

TEST(Soak, any_allocation_of_a_connection_may_be_refused) {
  for (const Scenario& scenario : scenarios) {
    const std::string name = std::string(scenario.name) + ", an allocation refused";
    SCOPED_TRACE(name);
    refuse_each(scenario, 1, name.c_str());
  }
}

TEST(Soak, and_all_that_follow_it) {
  for (const Scenario& scenario : scenarios) {
    const std::string name = std::string(scenario.name) + ", all refused from one on";
    SCOPED_TRACE(name);
    refuse_each(scenario, 1'000'000, name.c_str());
  }
}

/// Takes all of the arena but so many bytes in one place.
class Occupied {
 public:
  explicit Occupied(std::size_t leaves) {
    const std::size_t size = largest_hole();
    EXPECT_GT(size, leaves);
    held_ = mbedtls_calloc(1, size - leaves - 8);
    EXPECT_NE(held_, nullptr);
  }
  ~Occupied() { mbedtls_free(held_); }

 private:
  static std::size_t largest_hole() {
    std::size_t fits = 0, too_large = std::size_t{1} << 30;
    while (too_large - fits > 8) {
      const std::size_t tried = (fits + too_large) / 16 * 8;
      void* const piece = mbedtls_calloc(1, tried);
      mbedtls_free(piece);
      (piece ? fits : too_large) = tried;
    }
    return fits;
  }
  void* held_ = nullptr;
};

void meet_end_of_arena(const Scenario& scenario) {
  Course course(scenario);
  Progress progress(scenario.name, arena_most);
  Tally tally;
  for (std::size_t left = arena_most; left >= arena_least; left -= arena_step) {
    if (!share.has(left / arena_step)) continue;
    SCOPED_TRACE(std::to_string(left) + " bytes of the arena are left");
    {
      Occupied others(left);
      course.run();
    }
    tally.count(course);
    course.expect_truth();
    expect_want_of_memory(course);
    progress.at(arena_most - left);
    if (enough_failed()) break;
  }
  course.run();
  EXPECT_TRUE(course.went_well());
  tally.print(scenario.name + std::string(", an arena of another size each time"));
}

TEST(Soak, an_arena_of_any_size_is_enough_or_is_said_not_to_be) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    meet_end_of_arena(scenario);
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
    for (const Status status : {of_trust, of_identity})
      EXPECT_TRUE(status == Status::ok || (n != 0 && status == Status::tls_memory))
          << to_string(status);
    EXPECT_EQ(bench.trust.open(bench.net), Status::ok);
    EXPECT_EQ(bench.identity.open(bench.net), Status::ok);
    // A key is read in one way after the other: where that has made up for it all is well.
    if (of_trust == of_identity) {
      bench.connect();
      EXPECT_TRUE(bench.client_end.connected) << to_string(bench.ended_with());
    }
    return asked;
  };
  const std::uint32_t all = open_all(0);
  const std::size_t pieces = arena_use().pieces;
  for (std::uint32_t n = 1; n <= all; ++n) {
    if (!share.has(n)) continue;
    SCOPED_TRACE("allocation " + std::to_string(n) + " of " + std::to_string(all));
    (void)open_all(n);
    EXPECT_EQ(arena_use().pieces, pieces);
    if (enough_failed()) break;
  }
}

}  // namespace
}  // namespace mote::mbedtls
