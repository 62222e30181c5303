// SPDX-License-Identifier: MIT
#include "mote/base/callback.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace mote {
namespace {

int doubled(int value) { return 2 * value; }

struct Owner {
  Callback<int(int)> on_value;
  int base = 10;
  void wire() {
    on_value = [this](int value) { return base + value; };
  }
};

TEST(Callback, is_empty_until_something_is_assigned) {
  Callback<void()> callback;
  EXPECT_FALSE(callback);
  callback = [] {};
  EXPECT_TRUE(callback);
}

TEST(Callback, calls_functions_and_lambdas_that_capture_one_word) {
  Callback<int(int)> callback = doubled;
  EXPECT_EQ(callback(21), 42);
  Owner owner;
  owner.wire();
  EXPECT_EQ(owner.on_value(1), 11);
}

TEST(Callback, may_be_replaced_while_it_runs) {
  struct {
    Callback<int()> callback;
  } holder;
  holder.callback = [&holder] {
    holder.callback = [] { return 2; };
    return 1;
  };
  EXPECT_EQ(holder.callback(), 1);
  EXPECT_EQ(holder.callback(), 2);
}

TEST(Callback, may_destroy_its_owner_while_it_runs) {
  struct Mortal {
    Callback<int()> callback;
  };
  auto* mortal = new Mortal;
  mortal->callback = [mortal] {
    delete mortal;
    return reinterpret_cast<std::uintptr_t>(mortal) != 0 ? 7 : 0;
  };
  EXPECT_EQ(mortal->callback(), 7);
}

}  // namespace
}  // namespace mote
