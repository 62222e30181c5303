// SPDX-License-Identifier: MIT
#include "mote/base/watch.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace mote {
namespace {

struct Thing : Watched {
  void begin_anew() { end_watches(); }
};

TEST(Watch, tells_that_the_object_was_destroyed) {
  std::optional<Thing> thing(std::in_place);
  Watch outer(*thing);
  {
    Watch inner(*thing);
    EXPECT_FALSE(inner.ended());
    thing.reset();
    EXPECT_TRUE(inner.ended());
  }
  EXPECT_TRUE(outer.ended());
}

TEST(Watch, tells_that_the_object_began_anew_only_to_those_who_watched_before) {
  Thing thing;
  Watch before(thing);
  thing.begin_anew();
  Watch after(thing);
  EXPECT_TRUE(before.ended());
  EXPECT_FALSE(after.ended());
}

TEST(Watch, leaves_the_watches_around_it_in_place) {
  Thing thing;
  Watch outer(thing);
  { Watch inner(thing); }
  EXPECT_FALSE(outer.ended());
  thing.begin_anew();
  EXPECT_TRUE(outer.ended());
}

}  // namespace
}  // namespace mote
