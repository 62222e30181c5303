// SPDX-License-Identifier: MIT
#include "mote/base/list.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace mote {
namespace {

struct Other;
struct Entry : Linked<Entry>, Linked<Entry, Other> {
  explicit Entry(char called) : name(called) {}
  char name;
};
using Names = List<Entry>;
using Others = List<Entry, Other>;

template <class Of>
std::string names(Of& list) {
  std::string said;
  for (Entry* entry = list.front(); entry; entry = list.after(*entry)) said += entry->name;
  std::string backwards;
  for (Entry* entry = list.back(); entry; entry = list.before(*entry)) backwards += entry->name;
  EXPECT_EQ(std::string(said.rbegin(), said.rend()), backwards);
  return said;
}

TEST(List, takes_all_entries_of_another_one_behind_its_own) {
  Names list, from;
  Entry a('a'), b('b'), c('c');
  list.take_all(from);
  EXPECT_TRUE(list.empty());
  list.push_back(a);
  from.push_back(b);
  from.push_back(c);
  list.take_all(from);
  EXPECT_EQ(names(list), "abc");
  EXPECT_TRUE(from.empty());
}

TEST(List, keeps_the_order_in_which_entries_came) {
  Names list;
  Entry a('a'), b('b'), c('c'), d('d');
  EXPECT_TRUE(list.empty());
  list.push_back(b);
  list.push_back(d);
  list.push_front(a);
  list.insert_after(b, c);
  EXPECT_EQ(names(list), "abcd");
  EXPECT_EQ(list.pop_front(), &a);
  EXPECT_FALSE(Names::contains(a));
  EXPECT_EQ(names(list), "bcd");
}

TEST(List, forgets_an_entry_that_is_removed_or_dies) {
  Names list;
  std::optional<Entry> a('a'), b('b'), c('c');
  list.push_back(*a);
  list.push_back(*b);
  list.push_back(*c);
  b.reset();
  EXPECT_EQ(names(list), "ac");
  Names::remove(*a);
  Names::remove(*a);
  EXPECT_EQ(names(list), "c");
  c.reset();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.pop_front(), nullptr);
}

TEST(List, lets_an_entry_stand_in_two_kinds_of_list) {
  Names list;
  Others others;
  Entry a('a'), b('b');
  list.push_back(a);
  list.push_back(b);
  others.push_back(b);
  others.push_back(a);
  Names::remove(a);
  EXPECT_EQ(names(list), "b");
  EXPECT_EQ(names(others), "ba");
}

}  // namespace
}  // namespace mote
