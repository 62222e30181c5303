// SPDX-License-Identifier: MIT
#include "mote/topic/topic.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sim/net.hpp"
#include "topic/topic_probe.hpp"

namespace mote::topic {

namespace {

using namespace std::literals;

struct Counting final : Reader {
  void on_news() override {
    ++told;
    if (then) then(*this);
  }
  int told = 0;
  Callback<void(Counting&)> then;
};

struct TopicTest : ::testing::Test {
  sim::SizedNet<4, 1024> net;
  SizedTopic<256, 100> topic{net};

  /// Everything behind `cursor`, and moves it there: `event=data` a word, gaps as `+n`.
  static std::string read(const Topic& topic, Cursor& cursor) {
    std::string text;
    for (Message message; topic.next(cursor, message); cursor = message.id) {
      if (message.missed) text += "+" + std::to_string(message.missed) + " ";
      text += std::string(message.event) + "=" + std::string(message.data) + " ";
    }
    return text;
  }
  std::string read(Cursor cursor) const { return read(topic, cursor); }
};

TEST_F(TopicTest, gives_what_was_published_in_order) {
  EXPECT_EQ(topic.publish("chat", "hello"), Status::ok);
  EXPECT_EQ(topic.publish("21.5"), Status::ok);
  EXPECT_EQ(topic.publish("", ""), Status::ok);
  EXPECT_EQ(read({}), "chat=hello message=21.5 message= ");
  EXPECT_EQ(topic.count(), 3u);
}

TEST_F(TopicTest, draws_its_epoch_at_the_first_publish) {
  EXPECT_EQ(topic.last(), Cursor{});
  EXPECT_EQ(topic.first(), Cursor{});
  ASSERT_EQ(topic.publish("x"), Status::ok);
  EXPECT_NE(topic.last().epoch, 0u);
  EXPECT_EQ(topic.last().sequence, 1u);
}

TEST_F(TopicTest, tells_how_much_a_reader_missed) {
  for (int i = 0; i < 100; ++i) ASSERT_EQ(topic.publish(std::string(20, 'x')), Status::ok);
  Message message;
  ASSERT_TRUE(topic.next({topic.last().epoch, 10}, message));
  EXPECT_EQ(message.missed, 100 - topic.count() - 10);
  EXPECT_EQ(message.id.sequence, 10 + message.missed + 1);
  ASSERT_TRUE(topic.next({}, message));
  EXPECT_EQ(message.missed, 100 - topic.count());
  ASSERT_TRUE(topic.next(topic.first(), message));
  EXPECT_EQ(message.missed, 0u);
}

TEST_F(TopicTest, does_not_know_cursors_of_another_life_or_from_the_future) {
  EXPECT_FALSE(topic.knows({7, 1}));
  ASSERT_EQ(topic.publish("a"), Status::ok);
  ASSERT_EQ(topic.publish("b"), Status::ok);
  const Cursor last = topic.last();
  EXPECT_TRUE(topic.knows(last));
  EXPECT_TRUE(topic.knows({}));
  const Cursor future{last.epoch, 3};
  const Cursor elsewhere{last.epoch + 1, 1};
  const Cursor unborn{0, 1};
  for (const Cursor cursor : {future, elsewhere, unborn}) {
    EXPECT_FALSE(topic.knows(cursor));
    EXPECT_EQ(read(cursor), "message=a message=b ");
  }
}

TEST_F(TopicTest, begins_a_new_epoch_at_the_end_of_the_sequence) {
  ASSERT_EQ(topic.publish("a"), Status::ok);
  TopicProbe::skip_to(topic, 0xFFFFFFFE);
  ASSERT_EQ(topic.publish("last"), Status::ok);
  const Cursor end = topic.last();
  EXPECT_EQ(end.sequence, 0xFFFFFFFF);
  EXPECT_EQ(read(topic.first()), "message=last ");
  ASSERT_EQ(topic.publish("first"), Status::ok);
  EXPECT_NE(topic.last().epoch, end.epoch);
  EXPECT_EQ(topic.last().sequence, 1u);
  EXPECT_FALSE(topic.knows(end));
  EXPECT_EQ(read(end), "message=first ");
}

TEST_F(TopicTest, refuses_what_no_view_could_carry) {
  struct {
    const char* rule;
    std::string event, data;
    Status status;
  } const rows[] = {
      {"as long as declared", "12345", std::string(95, 'x'), Status::ok},
      {"longer", "12345", std::string(96, 'x'), Status::too_large},
      {"not UTF-8", "a", "\xFF", Status::bad_argument},
      {"cut UTF-8", "a", "\xE2\x82", Status::bad_argument},
      {"an event with a line feed", "a\nb", "", Status::bad_argument},
      {"an event with a NUL", "a\0b"s, "", Status::bad_argument},
      {"a reserved event", "mote.missed", "", Status::bad_argument},
      {"only nearly reserved", "mote", "", Status::ok},
      {"an event that is not UTF-8", "\xC0", "", Status::bad_argument},
      {"an event that is too long", std::string(65, 'e'), "", Status::bad_argument},
      {"an event that is not", std::string(64, 'e'), "", Status::ok},
      {"all escaped, 515 bytes of JSON", "e", std::string(85, '\x01'), Status::too_large},
      {"all escaped, 509", "e", std::string(84, '\x01'), Status::ok},
      {"all line ends: 7 bytes each as an event", "e", std::string(74, '\n'), Status::too_large},
      {"one less", "e", std::string(72, '\n'), Status::ok},
  };
  for (const auto& row : rows)
    EXPECT_EQ(topic.publish(row.event, row.data), row.status) << row.rule;
}

TEST_F(TopicTest, tells_readers_once_from_poll) {
  Counting one, two;
  topic.subscribe(one);
  topic.subscribe(two);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(topic.publish("x"), Status::ok);
  EXPECT_EQ(one.told, 0);
  net.settle();
  EXPECT_EQ(one.told, 1);
  EXPECT_EQ(two.told, 1);
  ASSERT_EQ(topic.publish("x"), Status::ok);
  net.settle();
  EXPECT_EQ(one.told, 2);
}

TEST_F(TopicTest, readers_may_publish_leave_and_die_when_they_are_told) {
  auto goes = std::make_unique<Counting>();
  static Counting* victim;
  static Topic* ours;
  victim = goes.get();
  ours = &topic;
  Counting first;
  first.then = [](Counting& self) {
    if (self.told == 1) {
      (void)ours->publish("again");
      delete victim;
    }
  };
  topic.subscribe(first);
  topic.subscribe(*goes.release());
  ASSERT_EQ(topic.publish("x"), Status::ok);
  net.settle();
  EXPECT_EQ(first.told, 2);
}

TEST_F(TopicTest, may_be_destroyed_when_it_tells) {
  static std::unique_ptr<SizedTopic<256>> dying;
  dying = std::make_unique<SizedTopic<256>>(net);
  Counting first, second;
  first.then = [](Counting&) { dying.reset(); };
  dying->subscribe(first);
  dying->subscribe(second);
  ASSERT_EQ(dying->publish("x"), Status::ok);
  net.settle();
  EXPECT_EQ(first.told, 1);
  EXPECT_EQ(second.told, 0);
}

/// Publishes and remembers all of it; what the topic still has must be the end of that.
struct Model {
  explicit Model(Topic& of) : topic(of) {}

  void publish(const std::string& event, const std::string& data) {
    ASSERT_EQ(topic.publish(event, data), Status::ok);
    all.push_back(event + "=" + data);
  }
  void check() {
    ASSERT_EQ(topic.last().sequence, all.size());
    ASSERT_GE(topic.count(), 1u);
    Cursor at = topic.first();
    std::size_t index = all.size() - topic.count();
    for (Message message; topic.next(at, message); at = message.id) {
      ASSERT_EQ(message.missed, 0u);
      ASSERT_EQ(std::string(message.event) + "=" + std::string(message.data), all[index]);
      ASSERT_EQ(message.id.sequence, ++index);
    }
    ASSERT_EQ(index, all.size());
  }
  /// Bytes in the ring that messages take now.
  std::size_t used() const {
    std::size_t bytes = 0;
    for (std::size_t i = all.size() - topic.count(); i < all.size(); ++i)
      bytes += Topic::head_bytes + all[i].size() - 1;
    return bytes;
  }

  Topic& topic;
  std::vector<std::string> all;
};

TEST(TopicProperties, holds_the_newest_messages_whatever_their_sizes) {
  sim::SizedNet<4, 2048> net;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 chance(seed);
    SizedTopic<512, 200> topic(net);
    Model model(topic);
    const std::size_t most = 1 + chance() % 195;
    std::size_t longest = 0;
    for (int i = 0; i < 300; ++i) {
      const std::string data(chance() % most, static_cast<char>('a' + i % 26));
      model.publish(std::string(1 + chance() % 5, 'e'), data);
      longest = std::max(longest, model.all.back().size() - 1 + Topic::head_bytes);
      ASSERT_NO_FATAL_FAILURE(model.check()) << "seed " << seed << ", message " << i;
      // What lies fallow is at most one message that would not fit at the end, and one that was
      // dropped for the newest.
      if (topic.count() < model.all.size()) {
        EXPECT_GT(model.used() + 2 * longest, 512u) << seed;
      }
    }
  }
}

TEST(TopicProperties, wraps_around_at_every_offset) {
  sim::SizedNet<4, 1024> net;
  for (std::size_t first = 1; first <= 60; ++first) {
    for (std::size_t second = 1; second <= 60; ++second) {
      SizedTopic<64, 60> topic(net);
      Model model(topic);
      for (int i = 0; i < 6; ++i) {
        model.publish("e", std::string(first - 1, static_cast<char>('a' + i)));
        ASSERT_NO_FATAL_FAILURE(model.check()) << first << " " << second;
        model.publish("e", std::string(second - 1, static_cast<char>('A' + i)));
        ASSERT_NO_FATAL_FAILURE(model.check()) << first << " " << second;
      }
    }
  }
}

TEST(TopicProperties, readers_anywhere_account_for_every_message) {
  sim::SizedNet<4, 1024> net;
  std::mt19937 chance(7);
  SizedTopic<256, 60> topic(net);
  Model model(topic);
  Cursor readers[5] = {};
  std::size_t accounted[5] = {};
  for (int i = 0; i < 3000; ++i) {
    model.publish("e", std::string(chance() % 59, 'x'));
    Cursor& reader = readers[chance() % 5];
    std::size_t& count = accounted[&reader - readers];
    Message message;
    for (auto steps = chance() % 20; steps && topic.next(reader, message); --steps) {
      count += message.missed + 1;
      reader = message.id;
      ASSERT_EQ(message.id.sequence, count);
      ASSERT_EQ("e=" + std::string(message.data), model.all[count - 1]);
    }
  }
}

}  // namespace
}  // namespace mote::topic
