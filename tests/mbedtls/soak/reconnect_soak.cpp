// SPDX-License-Identifier: MIT
#include "mbedtls/soak/course.hpp"

namespace mote::mbedtls {
namespace {

/// The server closes what its clients have ended.
class Closing : public Course {
 public:
  using Course::Course;

 private:
  struct Place : End {
    void on_ended() override { connection->close(); }
    io::Transport* connection = nullptr;
  };
  io::TransportEvents* on_accepted(io::Transport& fresh) override {
    Place& place = places_[next_++ % 4];
    place = Place{};
    place.connection = &fresh;
    return &place;
  }
  Place places_[4];
  std::size_t next_ = 0;
};

/// One of two clients of a Course: its connections overlap those of the other.
struct Other {
  explicit Other(Course& course) : tcp(course.net), tls(course.net, tcp, course.trust) {}
  sim::Tcp tcp;
  Tls tls;
  End end;
};

/// Ends the connection of `tls` in one way or another, and connects again.
void reconnect(Course& course, Tls& tls, End& end, int round, bool alike) {
  switch (round / 2 % 3) {
    case 0: tls.abort(); break;
    case 1: tls.close(); break;
    case 2:
      (void)tls.send(bytes_of(question), {}, io::Urgency::data);
      course.net.settle();
      tls.close();
      break;
  }
  course.net.pass({round / 2 % 3 == 0 ? 0u : 3'000u});
  tls.abort();
  course.net.settle();
  end = {};
  if (alike) course.begin_anew(1, 60);
  ASSERT_EQ(tls.connect({"server", 443, io::Security::tls}, end), Status::ok);
  course.net.settle();
  ASSERT_TRUE(end.connected) << "round " << round
                             << to_string(end.closed ? end.closed->status : Status::ok);
}

/// The arena's high-water mark at the tenth reconnect and at the last one.
struct Marks {
  std::size_t tenth, last;
};

Marks reconnect_often(const Scenario& scenario, bool alike) {
  const int rounds = reconnects();
  Closing course(scenario);
  Other other(course);
  Progress progress(scenario.name, static_cast<std::uint64_t>(rounds));
  Marks marks{};
  forget_bytes_most();
  for (int round = 1; round <= rounds && !testing::Test::HasFatalFailure(); ++round) {
    const bool first = round % 2 == 0;
    reconnect(course,
              first ? course.client : other.tls,
              first ? course.client_end : other.end,
              round,
              alike);
    if (round == 10) marks.tenth = arena_use().bytes_most;
    progress.at(static_cast<std::uint64_t>(round));
  }
  marks.last = arena_use().bytes_most;
  other.tls.abort();
  course.client.abort();
  course.net.pass({20'000});
  course.expect_nothing_left();
  std::printf(
      "%s: %d reconnects, alternating over two connections; both ends took %zu bytes of the "
      "arena at most, at the tenth %zu\n",
      scenario.name,
      rounds,
      marks.last,
      marks.tenth);
  return marks;
}

TEST(Soak, the_arena_does_not_fragment_in_a_thousand_reconnects) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    const Marks marks = reconnect_often(scenario, true);
    // Where the small pieces lie that outlive a handshake is settled a little later.
    EXPECT_LE(marks.last, marks.tenth + 128);
  }
}

// Some numbers are shorter than others, and what is computed takes a little more or less.
TEST(Soak, nor_does_it_with_other_keys_each_time) {
  for (const Scenario& scenario : scenarios) {
    SCOPED_TRACE(scenario.name);
    const Marks marks = reconnect_often(scenario, false);
    EXPECT_LE(marks.last, marks.tenth + 512);
  }
}

}  // namespace
}  // namespace mote::mbedtls
